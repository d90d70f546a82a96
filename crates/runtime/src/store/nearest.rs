//! The nearest names to one that nothing bears: for "did you mean".

/// More edits than this are not a typo.
const MOST_EDITS: usize = 3;

/// How far a name is from what was typed, lower is nearer; `None` when it is not near.
/// Both are in lower case.
pub(super) fn distance(typed: &[u8], name: &[u8]) -> Option<usize> {
    if typed.is_empty() || name.is_empty() {
        return None;
    }
    let limit = (typed.len() / 3).clamp(1, MOST_EDITS);
    if let Some(edits) = edits(typed, name, limit) {
        return Some(edits * 2);
    }
    // Half a name is what people type who know only half.
    if typed.len() >= 3 && contains(name, typed) {
        let more = name.len() - typed.len();
        return Some(if name.starts_with(typed) { 3 } else { 5 } + more.min(32));
    }
    None
}

/// Insertions, deletions, changes and swaps of neighbours from one to the other (optimal
/// string alignment), or `None` when there are more than `limit`.
fn edits(one: &[u8], other: &[u8], limit: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > limit {
        return None;
    }
    let width = other.len() + 1;
    let mut before_last = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row = vec![0; width];
    for (i, a) in one.iter().enumerate() {
        row[0] = i + 1;
        let mut least = row[0];
        for (j, b) in other.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[width - 1]).filter(|edits| *edits <= limit)
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(name, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_nearer_than_half_a_name() {
        let near = |name: &str| distance(b"vm-web-01", name.as_bytes());
        assert_eq!(near("vm-web-01"), Some(0));
        assert!(near("vm-wbe-01") < near("vm-web-011-old"));
        assert!(near("mv-web-01") <= near("vm-web-x1"));
        assert_eq!(near("sql-prod-1"), None);
    }

    #[test]
    fn one_more_digit_is_near_but_never_equal() {
        assert_eq!(distance(b"sql-prod-1", b"sql-prod-10"), Some(2));
    }

    #[test]
    fn hostile_lengths_are_bounded() {
        assert_eq!(distance(&[b'a'; 5], &[b'a'; 100_000]), Some(35));
        assert_eq!(distance(b"", b"a"), None);
    }
}

//! The search index: one block of lower-case lines per subscription, looked through from end
//! to end.
//!
//! A line is `name ␟ group ␟ subscription ␟ addresses`, a byte for the VM's system, six bytes that
//! carry its row, and a line end. A scan of 100,000 lines takes a few milliseconds from a cold start, which an
//! index of trigrams does not beat for the one and two letters that people type first.

use std::cmp::Ordering;

use gangway_engine::query::SystemFilter;
use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

/// Between the fields of a line. Control characters never stand in a field.
const BETWEEN: u8 = 0x1f;

/// So many are kept at least before any is dropped.
const ROOM: usize = 1_024;

/// How many bytes carry a row: six bits each, as `10xxxxxx`, which no UTF-8 text begins with.
const ROW_BYTES: usize = 6;

/// The same with the byte for the system before them.
const TAIL_BYTES: usize = ROW_BYTES + 1;

/// What is looked for: every word must stand somewhere in the line.
pub(super) struct Needle {
    words: Vec<Finder<'static>>,
    whole: Vec<u8>,
}

impl Needle {
    /// `None` when there is nothing to look for.
    pub(super) fn new(text: &str) -> Option<Self> {
        let whole = plain(text);
        let mut words: Vec<&str> = whole.split_whitespace().collect();
        // The longest word is the rarest, as a rule: it decides which lines are looked at.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if words.is_empty() {
            return None;
        }
        Some(Self {
            words: words
                .iter()
                .map(|word| Finder::new(word.as_bytes()).into_owned())
                .collect(),
            whole: whole.trim().as_bytes().to_vec(),
        })
    }
}

/// The lines that match, as far as they may be among the wanted ones.
pub(super) struct Hits {
    /// So many of the best are left out.
    offset: usize,
    /// So many are wanted.
    limit: usize,
    found: Vec<Hit>,
    /// What the found lines say, one after the other.
    texts: Vec<u8>,
    /// Once enough were found: what is no better is not wanted.
    worst: Option<Hit>,
    /// How many lines matched.
    pub(super) matching: usize,
}

/// A line that matches.
#[derive(Clone, Copy)]
struct Hit {
    rank: Rank,
    /// Where its text lies.
    text: (usize, usize),
    row: i64,
}

/// How well a line matches, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Exact,
    Begins,
    InName,
    Elsewhere,
}

impl Hits {
    pub(super) fn new(offset: usize, limit: usize) -> Self {
        Self {
            offset,
            limit,
            found: Vec::new(),
            texts: Vec::new(),
            worst: None,
            matching: 0,
        }
    }

    /// The rows that are wanted, best first.
    pub(super) fn rows(mut self) -> Vec<i64> {
        let mut found = std::mem::take(&mut self.found);
        if self.offset >= found.len() || self.limit == 0 {
            return Vec::new();
        }
        let order = |one: &Hit, other: &Hit| self.order(one, other);
        if self.offset > 0 {
            found.select_nth_unstable_by(self.offset, order);
        }
        let wanted = &mut found[self.offset..];
        if wanted.len() > self.limit {
            wanted.select_nth_unstable_by(self.limit - 1, order);
        }
        let many = wanted.len().min(self.limit);
        let wanted = &mut wanted[..many];
        wanted.sort_unstable_by(order);
        wanted.iter().map(|hit| hit.row).collect()
    }

    fn offer(&mut self, rank: Rank, line: &Line<'_>) {
        self.matching += 1;
        if let Some(worst) = &self.worst
            && (rank, line.text) >= (worst.rank, self.text(worst))
        {
            return;
        }
        let from = self.texts.len();
        self.texts.extend_from_slice(line.text);
        self.found.push(Hit {
            rank,
            text: (from, self.texts.len()),
            row: line.row(),
        });
        let keep = self.offset.saturating_add(self.limit).max(1);
        if self.found.len() >= keep.saturating_mul(2).max(ROOM) {
            self.keep_best(keep);
        }
    }

    /// Drops what cannot be wanted any more.
    fn keep_best(&mut self, keep: usize) {
        let mut found = std::mem::take(&mut self.found);
        found.select_nth_unstable_by(keep - 1, |one, other| self.order(one, other));
        found.truncate(keep);
        let mut texts = Vec::with_capacity(self.texts.len());
        for hit in &mut found {
            let from = texts.len();
            texts.extend_from_slice(self.text(hit));
            hit.text = (from, texts.len());
        }
        self.texts = texts;
        self.worst = found.last().copied();
        self.found = found;
    }

    /// Lines sort as their names do, since what ends a name is less than any letter.
    fn order(&self, one: &Hit, other: &Hit) -> Ordering {
        let of = |hit: &Hit| (hit.rank, self.text(hit), hit.row);
        of(one).cmp(&of(other))
    }

    fn text(&self, hit: &Hit) -> &[u8] {
        self.texts.get(hit.text.0..hit.text.1).unwrap_or_default()
    }
}

/// Looks through a block for what a needle finds, where there is one, and `wanted` wants.
pub(super) fn look(
    block: &[u8],
    needle: Option<&Needle>,
    wanted: impl Fn(&Line<'_>) -> bool,
    hits: &mut Hits,
) {
    let Some(needle) = needle else {
        for line in lines(block).filter(wanted) {
            hits.offer(Rank::Elsewhere, &line);
        }
        return;
    };
    let Some((first, others)) = needle.words.split_first() else {
        return;
    };
    let mut at = 0;
    while let Some(found) = first.find(&block[at..]) {
        let found = at + found;
        let begin = memrchr(b'\n', &block[..found]).map_or(0, |end| end + 1);
        let end = memchr(b'\n', &block[found..]).map_or(block.len(), |end| found + end);
        at = end;
        let Some(line) = Line::read(&block[begin..end]) else {
            continue;
        };
        if others.iter().all(|word| word.find(line.text).is_some()) && wanted(&line) {
            hits.offer(rank(&line, needle), &line);
        }
    }
}

/// Every line of a block.
pub(super) fn lines(block: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let end = memchr(b'\n', rest)?;
        let line = &rest[..end];
        rest = &rest[end + 1..];
        Some(line)
    })
    .filter_map(Line::read)
}

/// Appends a line to a block.
pub(super) fn append(block: &mut Vec<u8>, row: i64, system: SystemFilter, fields: &[&str]) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            block.push(BETWEEN);
        }
        block.extend_from_slice(plain(field).as_bytes());
    }
    block.push(byte_of(system));
    for place in (0..ROW_BYTES).rev() {
        let six = (row >> (6 * place)) & 0x3f;
        block.push(0x80 | u8::try_from(six).unwrap_or_default());
    }
    block.push(b'\n');
}

/// Lower case, with control characters as spaces: they part fields and lines here.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

/// As the row's bytes, so that no text is found in it.
const fn byte_of(system: SystemFilter) -> u8 {
    match system {
        SystemFilter::Unknown => 0x80,
        SystemFilter::Windows => 0x81,
        SystemFilter::Linux => 0x82,
    }
}

/// One VM, as it is searched.
pub(super) struct Line<'a> {
    text: &'a [u8],
    system: u8,
    row: &'a [u8],
}

impl<'a> Line<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        let (text, tail) = line.split_at_checked(line.len().checked_sub(TAIL_BYTES)?)?;
        let (system, row) = tail.split_first()?;
        Some(Self {
            text,
            system: *system,
            row,
        })
    }

    pub(super) fn name(&self) -> &'a [u8] {
        &self.text[..memchr(BETWEEN, self.text).unwrap_or(self.text.len())]
    }

    /// In lower case.
    pub(super) fn group(&self) -> &'a [u8] {
        let rest = self.text.get(self.name().len() + 1..).unwrap_or_default();
        &rest[..memchr(BETWEEN, rest).unwrap_or(rest.len())]
    }

    pub(super) fn is_of(&self, system: SystemFilter) -> bool {
        self.system == byte_of(system)
    }

    pub(super) fn row(&self) -> i64 {
        self.row
            .iter()
            .fold(0, |sum, byte| (sum << 6) | i64::from(byte & 0x3f))
    }
}

fn rank(line: &Line<'_>, needle: &Needle) -> Rank {
    if let Some(rest) = line.text.strip_prefix(needle.whole.as_slice()) {
        return match rest.first() {
            None | Some(&BETWEEN) => Rank::Exact,
            Some(_) => Rank::Begins,
        };
    }
    let name = line.name();
    if needle.words.iter().all(|word| word.find(name).is_some()) {
        Rank::InName
    } else {
        Rank::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, limit: usize) -> (Vec<i64>, usize) {
        found_from(text, 0, limit)
    }

    fn found_from(text: &str, offset: usize, limit: usize) -> (Vec<i64>, usize) {
        let mut block = Vec::new();
        append(
            &mut block,
            1,
            SystemFilter::Linux,
            &["ÄRGER-1", "rg-web", "Production", "10.0.0.4"],
        );
        append(
            &mut block,
            63,
            SystemFilter::Linux,
            &["sql-prod-1", "rg-data", "Production", "10.0.0.5"],
        );
        append(
            &mut block,
            64,
            SystemFilter::Linux,
            &["sql-prod-10", "rg-data", "Production", "10.0.0.15"],
        );
        append(
            &mut block,
            1 << 33,
            SystemFilter::Linux,
            &["web\nx", "rg-sql-prod-1", "Test", "10.0.0.6"],
        );
        let mut hits = Hits::new(offset, limit);
        if let Some(needle) = Needle::new(text) {
            look(&block, Some(&needle), |_| true, &mut hits);
        }
        let matching = hits.matching;
        (hits.rows(), matching)
    }

    #[test]
    fn names_come_before_groups_and_exact_ones_before_longer() {
        assert_eq!(found("SQL-prod-1", 9), (vec![63, 64, 1 << 33], 3));
        assert_eq!(found("sql-prod-1", 1), (vec![63], 3));
        assert_eq!(found_from("sql-prod-1", 1, 1), (vec![64], 3));
        assert_eq!(found_from("sql-prod-1", 1, 9), (vec![64, 1 << 33], 3));
        assert_eq!(found_from("sql-prod-1", 3, 9), (vec![], 3));
        assert_eq!(found("sql-prod-1", 0), (vec![], 3));
    }

    #[test]
    fn of_many_lines_in_any_order_the_best_are_told() {
        let mut block = Vec::new();
        for row in 0..10_000_i64 {
            // Descending, then scattered: each line is better than many before it.
            let name = (10_000 - row) * 7_919 % 10_007;
            append(
                &mut block,
                row,
                SystemFilter::Linux,
                &[&format!("vm-{name:05}"), "g", "s", ""],
            );
        }
        let look_from = |offset, limit| {
            let mut hits = Hits::new(offset, limit);
            look(&block, Needle::new("vm").as_ref(), |_| true, &mut hits);
            assert_eq!(hits.matching, 10_000);
            hits.rows()
        };
        let all = look_from(0, 20_000);
        for (offset, limit) in [(0, 1), (0, 50), (700, 600), (9_990, 50)] {
            let end = (offset + limit).min(all.len());
            assert_eq!(look_from(offset, limit), all[offset..end]);
        }
    }

    #[test]
    fn group_subscription_and_address_are_looked_at_without_case() {
        assert_eq!(found("ärger", 9), (vec![1], 1));
        assert_eq!(found("10.0.0.15", 9), (vec![64], 1));
        assert_eq!(found("production rg-data", 9).1, 2);
        assert_eq!(found("test", 9), (vec![1 << 33], 1));
    }

    #[test]
    fn nothing_matches_across_fields_lines_or_row_bytes() {
        assert_eq!(found("web\nx", 9), (vec![1 << 33], 1));
        assert_eq!(found("1rg", 9).1, 0);
        assert_eq!(found("\u{80}", 9).1, 0);
        assert_eq!(found("  ", 9).1, 0);
    }
}

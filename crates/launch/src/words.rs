//! Text of other people's in a line of ours: what could break the line, or turn it round.

/// Whether a character has no place in a line: it ends it, moves a cursor, or is not seen and
/// changes what is read, as marks of direction and of no width do.
#[must_use]
pub fn is_odd(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A name for titles: whatever could break a line, move a cursor or hide becomes a space.
pub(crate) fn printable(name: &str) -> String {
    name.chars()
        .map(|c| if is_odd(c) { ' ' } else { c })
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left_in_a_title() {
        let hostile = "a\u{202e}b\u{200b}c\u{2028}d\u{1b}e\u{7f}f\u{e0041}";
        assert_eq!(printable(hostile), "a b c d e f ");
        assert_eq!(
            printable("gr\u{f6}\u{df}e \u{4e2d}"),
            "gr\u{f6}\u{df}e \u{4e2d}"
        );
    }
}

//! Making text fit one line of a desktop: data is made harmless and, where too long, cut.

const ELLIPSIS: char = '\u{2026}';

/// Data for one line: whatever steers a cursor, breaks a line or turns the direction of
/// writing becomes a space.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
            || ('\u{2028}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    text.chars()
        .map(|c| if steers(c) { ' ' } else { c })
        .collect()
}

/// A name of at most so many characters. What tells names apart stands at both ends
/// (`vm-payments-…-01`), so it is cut in the middle.
pub(crate) fn name(text: &str, longest: usize) -> String {
    let text = plain(text);
    let length = text.chars().count();
    if length <= longest {
        return text;
    }
    let kept = longest.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let start = text.chars().take(head);
    let end = text.chars().skip(length - tail);
    start.chain([ELLIPSIS]).chain(end).collect()
}

/// Sentences of at most so many characters: as many whole ones as fit, or the first one cut
/// after a word.
pub(crate) fn sentence(text: &str, longest: usize) -> String {
    let text = plain(text);
    if text.chars().count() <= longest {
        return text;
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    if let Some((sentences, _)) = kept.rsplit_once(". ")
        && sentences.chars().count() * 3 >= longest
    {
        return format!("{sentences}.");
    }
    let whole = match kept.rsplit_once(' ') {
        Some((words, _)) if words.chars().count() * 2 > longest => words,
        Some(_) | None => kept.as_str(),
    };
    let mut out = whole.trim_end_matches([' ', ',', ';', ':']).to_owned();
    out.push(ELLIPSIS);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_in_the_middle() {
        assert_eq!(name("vm-web-01", 9), "vm-web-01");
        assert_eq!(name("vm-payments-batch-01", 11), "vm-pa\u{2026}ch-01");
        assert_eq!(name("äöüßäöüß", 5), "äö\u{2026}üß");
        assert_eq!(name("ab", 1), "\u{2026}");
    }

    #[test]
    fn sentences_are_cut_after_a_word() {
        assert_eq!(sentence("one two", 7), "one two");
        assert_eq!(sentence("one two, three four", 14), "one two\u{2026}");
        assert_eq!(sentence("onewordthatislong", 6), "onewo\u{2026}");
        assert_eq!(sentence("One two. Three four five", 14), "One two.");
    }

    #[test]
    fn nothing_steers_the_line() {
        assert_eq!(plain("a\u{202e}b\nc\u{1b}d\u{2067}e"), "a b c d e");
    }
}

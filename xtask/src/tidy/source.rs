//! Rust source with its comments and strings taken out, so that a rule looks at code only.

/// The code of a file: comments, strings and characters become blanks, lines stay where they were.
pub(super) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => until(bytes, at, b"\n", 0),
            [b'/', b'*', ..] => until(bytes, at + 2, b"*/", 2),
            [b'r', b'"', ..] if !within_word(bytes, at) => until(bytes, at + 2, b"\"", 1),
            [b'r', b'#', ..] if !within_word(bytes, at) => raw_end(bytes, at),
            [b'"', ..] => string_end(bytes, at),
            [b'\'', b'\\', ..] => until(bytes, at + 3, b"'", 1),
            [b'\'', _, b'\'', ..] => at + 3,
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        let end = end.min(bytes.len());
        out[at..end]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The words of a piece of code: letters, digits and underscores.
pub(super) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

fn within_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn until(bytes: &[u8], from: usize, mark: &[u8], past: usize) -> usize {
    let from = from.min(bytes.len());
    bytes[from..]
        .windows(mark.len())
        .position(|window| window == mark)
        .map_or(bytes.len(), |found| from + found + past)
}

fn raw_end(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[at + 1..]
        .iter()
        .take_while(|&&byte| byte == b'#')
        .count();
    if bytes.get(at + 1 + hashes) != Some(&b'"') {
        // A raw identifier, `r#type`.
        return at;
    }
    let mark = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    until(bytes, at + 2 + hashes, &mark, mark.len())
}

fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_code_and_lines() {
        let text = "let a = \"cfg(windows) \\\" b\"; // cfg(unix)\nlet c = r#\"x \" y\"#; /* d\n */ e('\"', '\\'');";
        let code = code(text);
        assert_eq!(code.lines().count(), text.lines().count());
        assert_eq!(
            words(&code).collect::<Vec<_>>(),
            ["let", "a", "let", "c", "e"]
        );
    }

    #[test]
    fn lifetimes_and_raw_identifiers_are_code() {
        assert_eq!(words(&code("fn f<'a>(r#type: &'a str)")).count(), 7);
    }
}

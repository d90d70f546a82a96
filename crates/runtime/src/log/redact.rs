//! Takes secrets out of a line by their form: tokens, and what follows a telling key.

use std::borrow::Cow;

/// What stands in place of a secret.
const REDACTED: &str = "[redacted]";

/// Keys whose value is a secret, in headers, forms, JSON and debug output.
const TELLING: [&str; 9] = [
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "device_code",
    "password",
    "authorization",
    "bearer",
];

/// The text without anything that has the form of a secret.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut cuts = Vec::new();
    tokens(text, &mut cuts);
    let lower = text.to_ascii_lowercase();
    for key in TELLING {
        for (at, _) in lower.match_indices(key) {
            cuts.extend(value_after(text, at + key.len()));
        }
    }
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    cuts.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (from, to) in cuts {
        if from >= done {
            out.push_str(&text[done..from]);
            out.push_str(REDACTED);
        }
        done = done.max(to);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// JSON web tokens: each part is base64url, the first begins with `{"`.
fn tokens(text: &str, cuts: &mut Vec<(usize, usize)>) {
    for (at, _) in text.match_indices("eyJ") {
        let length = text[at..]
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(byte))
            .count();
        if length >= 16 {
            cuts.push((at, at + length));
        }
    }
}

/// The value after a key: `=`, `:`, quotes, brackets and blanks lie between, and perhaps
/// the word `Bearer`.
fn value_after(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    let mut skipped = 0;
    for letter in rest.chars() {
        if letter.is_alphanumeric() {
            break;
        }
        if !"=:\"'\\ ([{,".contains(letter) && letter != '\t' {
            return None;
        }
        skipped += letter.len_utf8();
    }
    let rest = &rest[skipped..];
    if skipped == 0 || rest.is_empty() {
        return None;
    }
    for wrapping in ["some(", "bearer ", "basic "] {
        if rest
            .get(..wrapping.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(wrapping))
        {
            return value_after(text, at + skipped + wrapping.len() - 1);
        }
    }
    // What is quoted goes up to its quote; what is not, up to what ends a word.
    let before = text[..at + skipped].chars().next_back();
    let length = rest
        .find(|letter: char| match before {
            Some(quote @ ('"' | '\'')) => letter == quote || letter.is_control(),
            _ => "\"'&, )}]\\".contains(letter) || letter.is_control(),
        })
        .unwrap_or(rest.len());
    let from = at + skipped;
    (length > 0).then_some((from, from + length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        for (text, expected) in [
            ("nothing to hide", "nothing to hide"),
            (
                "Authorization: Bearer abc.def",
                "Authorization: Bearer [redacted]",
            ),
            (
                "a=1&client_secret=s3cr~t&b=2",
                "a=1&client_secret=[redacted]&b=2",
            ),
            (
                "{\"access_token\":\"xyz\",\"n\":1}",
                "{\"access_token\":\"[redacted]\",\"n\":1}",
            ),
            (
                "token: eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.sig end",
                "token: [redacted] end",
            ),
            ("password: Some(\"x y\")", "password: Some(\"[redacted]\")"),
            ("the bearer", "the bearer"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_survives(text in "\\PC*") {
            let _redacted = redact(&text);
        }

        #[test]
        fn a_token_anywhere_goes(before in "[a-z =:\"]{0,20}", after in "[ \",]{0,5}") {
            let token = "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln";
            let text = format!("{before}{token}{after}");
            prop_assert!(!redact(&text).contains("eyJ"));
        }
    }
}

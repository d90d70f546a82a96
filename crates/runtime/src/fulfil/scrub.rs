//! Takes out of a text what tells of people: their names, their addresses, their home folder.

use gangway_engine::account::Account;

use crate::log::redact;

/// What stands in place of a person.
const PERSON: &str = "[person]";

/// What stands in place of the home folder.
const HOME: &str = "~";

/// Names shorter than this would be found everywhere.
const SHORTEST: usize = 3;

/// Knows whom to leave out.
pub(super) struct Scrub {
    /// Longest first, so that no part of a longer one stays.
    names: Vec<String>,
    /// The home folder as paths are written: first as within quotes, then plain.
    homes: Vec<String>,
}

impl Scrub {
    /// Leaves out the people of these accounts and the one whose machine it is.
    pub(super) fn new(accounts: &[Account], others: impl Iterator<Item = String>) -> Self {
        let of_accounts = accounts.iter().flat_map(|account| {
            let name = account.name.clone();
            std::iter::once(account.username.clone()).chain(name)
        });
        let base = directories::BaseDirs::new();
        let home = base.map(|base| base.home_dir().display().to_string());
        Self::of(of_accounts.chain(others), home)
    }

    fn of(names: impl Iterator<Item = String>, home: Option<String>) -> Self {
        let mut names: Vec<String> = names
            .map(|name| name.trim().to_owned())
            .filter(|name| name.chars().count() >= SHORTEST)
            .collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        // A home at the root would be found in every path.
        let home = home.filter(|home| home.len() > 1);
        let mut homes: Vec<String> = home.into_iter().collect();
        // What is quoted, as values of settings and what is logged, has each backslash doubled.
        homes.extend(homes.first().map(|home| home.replace('\\', r"\\")));
        homes.dedup();
        homes.reverse();
        Self { names, homes }
    }

    /// The text without them, and without anything that has the form of a secret.
    pub(super) fn text(&self, text: &str) -> String {
        let text = redact(text);
        let text = self
            .homes
            .iter()
            .fold(text.into_owned(), |text, home| without(&text, home, HOME));
        let text = self
            .names
            .iter()
            .fold(text, |text, name| without(&text, name, PERSON));
        addresses(&text)
    }
}

/// The text without a name, in any case of ASCII letters.
fn without(text: &str, name: &str, instead: &str) -> String {
    let (lower, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, found) in lower.match_indices(&name) {
        out.push_str(&text[done..at]);
        out.push_str(instead);
        done = at + found.len();
    }
    out.push_str(&text[done..]);
    out
}

/// The text without anything of the form `name@host.end`, such as a user principal name.
fn addresses(text: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || "._%+-#'!~".contains(letter);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices('@') {
        if at < done {
            continue;
        }
        let before = text[done..at].trim_end_matches(is_part).len() + done;
        // A quote belongs to a name only within it.
        let quotes = text[before..at].len() - text[before..at].trim_start_matches('\'').len();
        let before = before + quotes;
        let rest = &text[at + 1..];
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let host = rest[..length].trim_end_matches(['.', '\'']);
        if before < at && host.contains('.') {
            out.push_str(&text[done..before]);
            out.push_str(PERSON);
            done = at + 1 + host.len();
        }
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scrub() -> Scrub {
        let names = ["admin", "Help Desk", "admin@contoso.example", "x"];
        Scrub::of(
            names.into_iter().map(str::to_owned),
            Some("/home/admin".to_owned()),
        )
    }

    #[test]
    fn people_go_and_machines_stay() {
        for (text, expected) in [
            ("vm-web-01 at 10.0.0.4:22", "vm-web-01 at 10.0.0.4:22"),
            ("ADMIN@contoso.example asked", "[person] asked"),
            (
                "The client 'worker.one@contoso.example' with object id",
                "The client '[person]' with object id",
            ),
            ("by HELP desk, x", "by [person], x"),
            ("/home/admin/.config/gangway", "~/.config/gangway"),
            ("guest_out.example#EXT#@contoso.example.", "[person]."),
            ("root@vm-1", "root@vm-1"),
            ("Bearer abc.def", "Bearer [redacted]"),
        ] {
            assert_eq!(scrub().text(text), expected);
        }
    }

    #[test]
    fn a_home_goes_however_its_path_is_written() {
        let home = r"C:\Users\admin".to_owned();
        let scrub = Scrub::of(std::iter::empty(), Some(home));
        for (text, expected) in [
            (r"C:\Users\admin\gangway.log", r"~\gangway.log"),
            (r"c:\users\Admin\x", r"~\x"),
            (r#"path = "C:\\Users\\admin\\x""#, r#"path = "~\\x""#),
        ] {
            assert_eq!(scrub.text(text), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_survives(text in "\\PC*") {
            let _scrubbed = scrub().text(&text);
        }

        #[test]
        fn an_address_anywhere_goes(before in "[a-z <(=:\"]{0,9}", after in "[ ,)>\"]{0,5}") {
            let text = format!("{before} worker@contoso.example{after}");
            prop_assert!(!scrub().text(&text).contains("worker"));
        }
    }
}

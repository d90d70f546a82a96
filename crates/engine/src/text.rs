//! The catalogue of text: keys and parameters in, sentences out.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::problem::{Cause, Problem};

mod brief;
pub(crate) mod fit;
pub(crate) mod moment;

/// Every language there is text in: its tag, and its catalogue without the keys under `ui.`,
/// that only the views say. The first is the base one, which has every key. Another one is a
/// line here, its tag among the `locales` of `ui/project.inlang/settings.json`, and its own
/// name as `ui.setting.language.<tag>`.
pub const LANGUAGES: [(&str, &str); 1] =
    [("en", include_str!(concat!(env!("OUT_DIR"), "/en.json")))];

/// The catalogue, read once. Keys are flat (`problem.tunnel-down`), values sentences
/// with parameters in braces.
#[must_use]
pub fn catalogue() -> &'static BTreeMap<String, String> {
    static READ: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    READ.get_or_init(|| {
        let [(_, base), ..] = LANGUAGES;
        serde_json::from_str(base).unwrap_or_default()
    })
}

/// The sentence for `key` with its parameters filled in; the key itself where the
/// catalogue has none, so that a missing text is seen and never a crash.
#[must_use]
pub fn text(key: &str, params: &BTreeMap<&'static str, String>) -> String {
    let Some(sentence) = catalogue().get(key) else {
        return key.to_owned();
    };
    fill(sentence, params)
}

/// The sentence a worker understands.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    text(&key_of(problem), &problem.params())
}

/// The same for who reads it now and here, in a line of a desktop: instants are times of day,
/// ids are names, and what only the help desk needs is left out.
#[must_use]
pub fn problem_here(problem: &Problem, now: Timestamp, zone: &TimeZone) -> String {
    let said = |(key, value): (&'static str, String)| {
        let local = moment::local(&value, now, zone);
        (key, brief::named(&local, key == "scope"))
    };
    let params = problem.params().into_iter().map(said).collect();
    let brief = format!("brief.{}", problem.code());
    if catalogue().contains_key(&brief) {
        return text(&brief, &params);
    }
    text(&key_of(problem), &params)
}

fn key_of(problem: &Problem) -> String {
    // What was not read from a file has no line to point to: a value of policy's, say.
    if let Cause::SettingsInvalid { line: 0, .. } = &problem.cause {
        return "cli.settings-invalid".to_owned();
    }
    format!("problem.{}", problem.code())
}

/// One pass from left to right: what a parameter brings in is never looked at
/// again, so a VM named `{address}` stays what it is. Control characters become
/// spaces, so that no name can move a cursor or break a line.
fn fill(sentence: &str, params: &BTreeMap<&'static str, String>) -> String {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match params.get(name) {
            Some(value) => out.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c })),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_that_stands_in_no_line_is_told_without_one() {
        let mistake = |line| {
            Problem::new(Cause::SettingsInvalid {
                file: "proxy".to_owned(),
                line,
                column: line,
                mistake: "it has no port".to_owned(),
            })
        };
        assert_eq!(problem(&mistake(0)), "proxy: it has no port.");
        let here = problem_here(&mistake(0), Timestamp::UNIX_EPOCH, &TimeZone::UTC);
        assert_eq!(here, "proxy: it has no port.");
        assert!(problem(&mistake(3)).contains("line 3, column 3"));
    }

    #[test]
    fn the_catalogue_can_be_read() {
        assert!(catalogue().len() > 50);
    }

    /// The build leaves the views' own words out line by line.
    #[test]
    fn nothing_is_left_out_but_what_views_say() {
        let all = include_str!("../../../messages/en.json");
        let mut all: BTreeMap<String, String> = serde_json::from_str(all).unwrap();
        assert!(all.keys().any(|key| key.starts_with("ui.")));
        all.retain(|key, _| !key.starts_with("ui."));
        assert_eq!(*catalogue(), all);
    }

    /// What the windows speak, and what tray and notices speak, is one list.
    #[test]
    fn the_windows_know_the_same_languages() {
        let settings: serde_json::Value =
            serde_json::from_str(include_str!("../../../ui/project.inlang/settings.json")).unwrap();
        let tags: Vec<&str> = LANGUAGES.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(settings["locales"], serde_json::json!(tags));
        assert_eq!(settings["baseLocale"], tags[0]);
        for tag in tags {
            let name = format!("\"ui.setting.language.{tag}\":");
            assert!(
                include_str!("../../../messages/en.json").contains(&name),
                "{name}"
            );
        }
    }

    #[test]
    fn a_value_is_never_read_as_a_parameter_or_a_control_sequence() {
        let params = BTreeMap::from([
            ("vm", "{port}\u{1b}[2J".to_owned()),
            ("port", "22".to_owned()),
        ]);
        assert_eq!(
            fill("{vm} at {port}, {other}", &params),
            "{port} [2J at 22, {other}"
        );
    }
}

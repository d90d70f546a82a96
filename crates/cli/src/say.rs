//! Sentences of the catalogue, and the one filter that all text passes on its way to
//! a terminal: names come from Azure and may hold anything.

use std::borrow::Cow;
use std::collections::BTreeMap;

use gangway_engine::intent::Answer;
use gangway_engine::problem::{Cause, Problem, WayOut};
use gangway_engine::text;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use serde::Serialize;

/// The sentence under `key`, its parameters filled in.
pub(crate) fn say(key: &str, params: &[(&'static str, &str)]) -> String {
    let params: BTreeMap<&'static str, String> = params
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    text::text(key, &params)
}

/// The text of a word of the engine (a state, a step, a power state): `prefix.<name>`.
pub(crate) fn word(prefix: &str, word: impl Serialize) -> String {
    say(&format!("{prefix}.{}", name(word)), &[])
}

/// The stable name of a word of the engine, as JSON shows it.
pub(crate) fn name(word: impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A problem as a person reads it: the sentence, what to do, and the help desk's line.
pub(crate) fn problem_lines(problem: &Problem, zone: &TimeZone) -> Vec<String> {
    problem_and_more(problem, &[], zone)
}

/// The same, with what can be done in this very case before what can be done in general.
pub(crate) fn problem_and_more(problem: &Problem, more: &[String], zone: &TimeZone) -> Vec<String> {
    let sentence = problem_sentence(problem, zone);
    let mut lines = vec![format!("{sentence} [{}]", problem.code())];
    let sign_in = WayOut::Answer {
        answer: Answer::SignIn,
    };
    let mut general = problem.ways_out();
    general.retain(|way| more.is_empty() || *way != sign_in);
    let ways: Vec<String> = more.iter().cloned().chain(ways_out(&general)).collect();
    if !ways.is_empty() {
        lines.push(say("cli.way-out", &[]));
        lines.extend(ways.into_iter().map(|way| format!("  - {way}")));
    }
    let details = &problem.details;
    let desk: Vec<String> = [
        ("observed", &details.observed),
        ("resource", &details.resource),
        ("correlation id", &details.correlation),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some(format!("{label}: {}", value.as_ref()?)))
    .collect();
    if !desk.is_empty() {
        lines.push(format!("({})", desk.join("; ")));
    }
    lines
}

/// A problem's sentence, its times told in the person's own zone.
pub(crate) fn problem_sentence(problem: &Problem, zone: &TimeZone) -> String {
    // What was not read from a file has no line to point to.
    if let Cause::SettingsInvalid {
        file,
        line: 0,
        mistake,
        ..
    } = &problem.cause
    {
        return say(
            "cli.settings-invalid",
            &[("file", file), ("mistake", mistake)],
        );
    }
    let mut params = problem.params();
    if let Cause::Throttled { until } = &problem.cause {
        params.insert("until", time_of_day(*until, zone));
    }
    for value in params.values_mut() {
        if let Ok(at) = value.parse::<Timestamp>() {
            let at = at.to_zoned(zone.clone());
            *value = format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute());
        }
    }
    text::text(&format!("problem.{}", problem.code()), &params)
}

/// The time of day to the second: what is waited for is seconds away, as a rule.
fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.round(Unit::Second).unwrap_or(at).to_zoned(zone.clone());
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// The sentences of ways out.
pub(crate) fn ways_out(ways: &[WayOut]) -> Vec<String> {
    ways.iter().map(|way| say(&way.key(), &[])).collect()
}

/// `text` without anything that could move a cursor, change a colour or turn the
/// direction of writing: control characters and bidirectional controls become spaces.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(is_unprintable) {
        Cow::Owned(text.replace(is_unprintable, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a character acts on a terminal instead of standing on it.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_act_on_a_terminal_becomes_a_space() {
        assert_eq!(clean("vm\u{1b}[2J\u{202e}x\r\ny\u{9b}z"), "vm [2J x  y z");
        assert!(matches!(clean("vm-web-01 ümläut"), Cow::Borrowed(_)));
    }

    #[test]
    fn times_in_a_problem_are_told_in_the_persons_zone() {
        let problem = Problem::new(Cause::Throttled {
            until: "2026-03-01T10:20:06.731Z".parse().unwrap(),
        });
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(
            problem_sentence(&problem, &zone),
            "Azure asks to wait until 12:20:07."
        );
    }

    #[test]
    fn a_problem_names_its_code_its_way_out_and_what_a_help_desk_needs() {
        let problem = Problem::new(Cause::Offline {
            host: "management.azure.com".to_owned(),
        })
        .observed("dns: no such name")
        .correlated("c-1");
        let lines = problem_lines(&problem, &TimeZone::UTC);
        assert!(lines[0].ends_with("[offline]"), "{lines:?}");
        assert!(lines.contains(&"  - Try again.".to_owned()), "{lines:?}");
        assert_eq!(
            lines.last().unwrap(),
            "(observed: dns: no such name; correlation id: c-1)"
        );
    }
}

//! The catalogue of text against the engine's own words: every cause, way out, state
//! and step has its sentence, and no sentence asks for a parameter that nobody brings.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of these tests stand outside the test functions"
)]

mod causes;

use std::collections::BTreeSet;

use gangway_engine::account::{Kept, Way};
use gangway_engine::intent::Answer;
use gangway_engine::problem::{Cause, Problem, WayOut};
use gangway_engine::sign_in::SignInStage;
use gangway_engine::snapshot::{StateName, Step, StepStanding};
use gangway_engine::text::{catalogue, problem};
use gangway_engine::vm::{Os, Power, Protocol, Service};
use serde::Serialize;

use causes::{every_cause, other_sides};

const CATALOGUE: &str = include_str!("../../../messages/en.json");
const MFA_REQUIRED: &str = r#"{"code":"mfa-required","tenant":"t1","claims":"e30="}"#;
const PROBLEMS_PAGE: &str = include_str!("../../../docs/problems.md");

#[test]
fn every_cause_has_a_sentence_that_uses_only_its_own_parameters() {
    for cause in every_cause() {
        let it = Problem::new(cause);
        let key = format!("problem.{}", it.code());
        let sentence = catalogue().get(&key).unwrap_or_else(|| panic!("no {key}"));
        for hole in holes(sentence) {
            assert!(
                it.params().contains_key(hole),
                "{key} asks for {{{hole}}}, which the cause does not bring"
            );
        }
        let said = problem(&it);
        assert!(!said.contains('{'), "{said}");
    }
}

#[test]
fn no_sentence_is_left_of_a_cause_that_is_gone() {
    let codes: BTreeSet<String> = every_cause()
        .into_iter()
        .map(|cause| format!("problem.{}", Problem::new(cause).code()))
        .collect();
    let keys: BTreeSet<String> = keys_under("problem.").collect();
    assert_eq!(codes, keys);
}

#[test]
fn what_is_said_in_brief_is_of_a_cause_and_asks_for_nothing_more() {
    let causes: Vec<Problem> = every_cause().into_iter().map(Problem::new).collect();
    for key in keys_under("brief.") {
        let of = |it: &&Problem| key == format!("brief.{}", it.code());
        let cause = causes.iter().find(of);
        let params = cause.unwrap_or_else(|| panic!("{key}")).params();
        for hole in holes(&catalogue()[&key]) {
            assert!(params.contains_key(hole), "{key} asks for {{{hole}}}");
        }
    }
}

#[test]
fn every_cause_has_a_section_in_the_documentation() {
    let sections: Vec<&str> = PROBLEMS_PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'))
        .collect();
    let codes: Vec<&str> = every_cause()
        .into_iter()
        .map(|cause| Problem::new(cause).code())
        .collect();
    assert_eq!(sections, codes);
    for code in codes {
        let sentence = &catalogue()[&format!("problem.{code}")];
        assert!(
            PROBLEMS_PAGE.contains(&format!("> {sentence}\n")),
            "{code}: {sentence}"
        );
    }
}

#[test]
fn every_way_out_has_a_sentence_and_every_sentence_is_offered() {
    let mut offered: BTreeSet<String> = BTreeSet::new();
    for cause in every_cause().into_iter().chain(other_sides()) {
        let it = Problem::new(cause);
        assert!(!it.ways_out().is_empty(), "{} leads nowhere", it.code());
        offered.extend(it.ways_out().iter().map(WayOut::key));
    }
    offered.extend(
        every_answer()
            .into_iter()
            .map(|answer| WayOut::Answer { answer }.key()),
    );
    // The line of an account of the Azure CLI's is offered where it was told.
    let with_a_line = serde_json::from_str::<Cause>(MFA_REQUIRED).unwrap();
    let with_a_line = Problem::new(with_a_line).observed("az login --claims-challenge e30=");
    offered.extend(with_a_line.ways_out().iter().map(WayOut::key));
    let keys: BTreeSet<String> = keys_under("way-out.").collect();
    assert_eq!(offered, keys);
}

/// No window opens that cannot help: what Conditional Access, an administrator or a
/// registration decides is not changed by signing in once more.
#[test]
fn a_sign_in_is_offered_only_where_it_can_help() {
    let sign_in = WayOut::Answer {
        answer: Answer::SignIn,
    };
    let mut offered: Vec<String> = every_cause()
        .into_iter()
        .chain(other_sides())
        .map(Problem::new)
        .filter(|it| it.ways_out().contains(&sign_in))
        .map(|it| match it.cause {
            Cause::SignInRefused { why, .. } => format!("{} ({why:?})", it.code()),
            _ => it.code().to_owned(),
        })
        .collect();
    offered.sort();
    offered.dedup();
    let helps = [
        "not-signed-in",
        "sign-in-mistrusted",
        "sign-in-refused (Declined)",
        "sign-in-timed-out",
        "tokens-unreadable",
        "wrong-tenant",
    ];
    assert_eq!(offered, helps);
}

/// A sign-in beside the connection carries nothing of what Azure asks for.
#[test]
fn nobody_at_a_challenge_is_sent_to_log_in() {
    let challenge = serde_json::from_str::<Cause>(MFA_REQUIRED).unwrap();
    let ways = Problem::new(challenge).ways_out();
    let keys: Vec<String> = ways.iter().map(WayOut::key).collect();
    assert_eq!(keys, ["way-out.at-a-terminal", "way-out.again"]);
    assert!(catalogue()["way-out.at-a-terminal"].contains("--sign-in"));
}

#[test]
fn a_registration_that_does_not_fit_leads_to_the_setting() {
    for (code, words) in [
        (50011, "redirect"),
        (50194, "settings set tenant"),
        (700_016, "client_id"),
        (7_000_218, "public client flows"),
        (7_000_215, "AZURE_"),
    ] {
        let cause = Cause::AppMisconfigured {
            entra_code: code,
            client_id: "app".to_owned(),
        };
        let first = Problem::new(cause).ways_out()[0].key();
        let said = &catalogue()[&first];
        assert!(said.contains(words), "{code}: {said}");
    }
}

#[test]
fn a_no_on_the_page_has_no_number() {
    let declined = r#"{"code":"sign-in-refused","why":"declined","entraCode":null}"#;
    let declined = serde_json::from_str::<Cause>(declined).unwrap();
    let said = problem(&Problem::new(declined));
    assert_eq!(
        said,
        "The sign-in was refused: somebody declined it on the page."
    );
}

#[test]
fn every_state_step_and_word_has_its_text() {
    use StepStanding as S;
    let states = [
        StateName::Looking,
        StateName::Tunnel,
        StateName::Knocking,
        StateName::Starting,
        StateName::Requesting,
        StateName::Proving,
        StateName::Launching,
        StateName::Open,
        StateName::SigningIn,
        StateName::Asking,
        StateName::Ended,
    ];
    let powers = [
        Power::Running,
        Power::Starting,
        Power::Stopping,
        Power::Stopped,
        Power::Deallocating,
        Power::Deallocated,
        Power::Unknown,
    ];
    same_keys("state.", &states, &[]);
    same_keys(
        "step.",
        &[
            Step::Vm,
            Step::Tunnel,
            Step::Request,
            Step::Proof,
            Step::Launch,
        ],
        &[],
    );
    same_keys(
        "step-standing.",
        &[S::Ahead, S::Running, S::Done, S::Skipped, S::Failed],
        &[],
    );
    same_keys("power.", &powers, &[]);
    same_keys("sign-in-way.", &Way::ALL, &[]);
    let stages: BTreeSet<String> = every_stage()
        .iter()
        .map(|stage| format!("sign-in-stage.{}", stage.name()))
        .collect();
    assert_eq!(stages, keys_under("sign-in-stage.").collect());
    same_keys(
        "sign-in-kept.",
        &[Kept::Keyring, Kept::Memory, Kept::Elsewhere],
        &[],
    );
    same_keys("os.", &[Os::Windows, Os::Linux], &["unknown"]);
    same_keys(
        "protocol.",
        &[Protocol::Rdp, Protocol::Ssh, Protocol::Port],
        &[],
    );
}

#[test]
fn the_file_is_flat_and_sorted() {
    let keys: Vec<&str> = CATALOGUE
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('"')?.split('"').next())
        .collect();
    assert!(keys.is_sorted(), "keys are not in order");
    // What only the views say is left out of the catalogue.
    let read = keys.iter().filter(|key| !key.starts_with("ui.")).count();
    assert_eq!(read, catalogue().len(), "a key stands twice, or nested");
    let once: BTreeSet<&str> = keys.iter().copied().collect();
    assert_eq!(keys.len(), once.len(), "a key stands twice");
}

fn same_keys<T: Serialize>(prefix: &str, words: &[T], more: &[&str]) {
    let mut named: BTreeSet<String> = words
        .iter()
        .map(|word| {
            let name = serde_json::to_value(word).unwrap();
            format!("{prefix}{}", name.as_str().unwrap())
        })
        .collect();
    named.extend(more.iter().map(|word| format!("{prefix}{word}")));
    assert_eq!(named, keys_under(prefix).collect::<BTreeSet<_>>());
}

fn keys_under(prefix: &str) -> impl Iterator<Item = String> {
    catalogue()
        .keys()
        .filter(move |key| key.starts_with(prefix))
        .cloned()
}

fn holes(sentence: &str) -> Vec<&str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

fn every_stage() -> Vec<SignInStage> {
    let text = r#"[
        {"stage":"waiting"}, {"stage":"opening"}, {"stage":"browser","page":"","opened":true},
        {"stage":"code","user_code":"","page":"","opened":true}, {"stage":"cli","command":""},
        {"stage":"redeeming"}, {"stage":"done","account":"a.t"}, {"stage":"failed"},
        {"stage":"cancelled"}
    ]"#;
    serde_json::from_str(text).unwrap()
}

fn every_answer() -> Vec<Answer> {
    vec![
        Answer::StartVm,
        Answer::ConfirmTunnel,
        Answer::WholePrefix,
        Answer::Use(Service::SSH),
        Answer::Again,
        Answer::Renew,
        Answer::GoOn,
        Answer::SignIn,
        Answer::Dial {
            entry: serde_json::from_str(r#"{"name":"hub","client":"system"}"#).unwrap(),
        },
    ]
}

//! Names from Azure may hold anything: labels stay one line, short, and say the end.

use std::sync::OnceLock;

use gangway_engine::effect::Notice;
use gangway_engine::notice::{LONGEST_BODY, LONGEST_TITLE, draw};
use gangway_engine::request::Standing;
use gangway_engine::snapshot::{AccessView, Alert, Shown};
use gangway_engine::time::mins;
use gangway_engine::tray::{LONGEST_LABEL, LONGEST_TOOLTIP, MenuEntry};
use jiff::Timestamp;
use proptest::prelude::*;

use super::{tray, zone};
use crate::shown;

/// Drawn once: it is the names that differ.
fn moments() -> Vec<(&'static str, Shown)> {
    static ALL: OnceLock<Vec<(&'static str, Shown)>> = OnceLock::new();
    ALL.get_or_init(shown::all).clone()
}

/// A name as an attacker, or a spreadsheet, would write it.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,200}",
        any::<String>(),
        "[a-z0-9-]{64}",
        Just("\u{202e}exe.10-bew\n\u{1b}[2J{until}&_<b>".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn labels_are_one_short_line(name in any_name()) {
        for (moment, mut shown) in moments() {
            rename(&mut shown, &name);
            let drawn = tray(&shown);
            check(&drawn.tooltip, LONGEST_TOOLTIP, moment)?;
            for label in labels(&drawn.menu) {
                check(&label, LONGEST_LABEL, moment)?;
            }
        }
    }

    #[test]
    fn the_end_is_never_cut(name in any_name()) {
        for (moment, mut shown) in moments() {
            rename(&mut shown, &name);
            let now = shown.now;
            let running = shown.snapshot.accesses.iter().filter(|it| runs(it, now)).count();
            let drawn = tray(&shown);
            let soonest = running == 0 || drawn.tooltip.contains(" until ") || drawn.tooltip.contains(" ends at ");
            prop_assert!(soonest, "{}: {:?}", moment, drawn.tooltip);
            let ends = labels(&drawn.menu).into_iter().filter(|it| says_an_end(it)).count();
            prop_assert_eq!(ends, running, "{}", moment);
        }
    }

    #[test]
    fn notices_are_short(name in any_name()) {
        let (_, shown) = moments().into_iter().find(|(it, _)| *it == "open").unwrap();
        let access = &shown.snapshot.accesses[0].access;
        let notices = [
            Notice::EndsSoon {
                request: access.request,
                vm_name: name.clone(),
                expires_at: shown.now + mins(15),
                left: mins(15),
            },
            Notice::Ended { request: access.request, vm_name: name.clone() },
        ];
        for notice in notices {
            let view = draw(&notice, &shown.snapshot, shown.now, &zone());
            check(&view.title, LONGEST_TITLE, "title")?;
            check(&view.body, LONGEST_BODY, "body")?;
        }
    }
}

fn runs(view: &AccessView, now: Timestamp) -> bool {
    match view.access.standing {
        Standing::Running { expires_at, .. } => !view.followed && expires_at > now,
        Standing::Unanswered | Standing::Refused | Standing::Over { .. } => false,
    }
}

fn check(text: &str, longest: usize, moment: &str) -> Result<(), TestCaseError> {
    let length = text.chars().count();
    prop_assert!(
        length <= longest,
        "{moment}: {length} characters in {text:?}"
    );
    let steers = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    prop_assert!(!text.chars().any(steers), "{moment}: {text:?}");
    Ok(())
}

/// `… until 16:20` (perhaps of another day), at the end of the label.
fn says_an_end(label: &str) -> bool {
    let Some((_, time)) = label.rsplit_once(' ') else {
        return false;
    };
    let bytes = time.as_bytes();
    bytes.len() == 5 && bytes[2] == b':' && label.contains(" until ")
}

fn labels(menu: &[MenuEntry]) -> Vec<String> {
    let of = |entry: &MenuEntry| match entry {
        MenuEntry::Separator => Vec::new(),
        MenuEntry::Item { label, .. } => vec![label.clone()],
        MenuEntry::Submenu { label, entries } => {
            let mut all = vec![label.clone()];
            all.extend(labels(entries));
            all
        }
    };
    menu.iter().flat_map(of).collect()
}

fn rename(shown: &mut Shown, name: &str) {
    let snapshot = &mut shown.snapshot;
    for view in &mut snapshot.connections {
        name.clone_into(&mut view.vm_name);
    }
    for view in &mut snapshot.accesses {
        name.clone_into(&mut view.access.vm_name);
    }
    for entry in &mut snapshot.pinned {
        name.clone_into(&mut entry.vm.name);
    }
    for alert in &mut snapshot.alerts {
        match alert {
            Alert::EndsSoon { vm_name, .. }
            | Alert::Access { vm_name, .. }
            | Alert::Connection { vm_name, .. }
            | Alert::Link { vm_name, .. } => name.clone_into(vm_name),
            Alert::SignIn { .. } | Alert::Machine { .. } => {}
        }
    }
}

//! Every notice, as it came while nobody looked.

use gangway_engine::account::Way;
use gangway_engine::effect::{Effect, Notice};
use gangway_engine::host::Reachability;
use gangway_engine::id::RequestId;
use gangway_engine::input::Observation;
use gangway_engine::intent::Intent;
use gangway_engine::notice::{NoticeView, draw, holds};
use gangway_engine::policy::{PolicyRequest, Status, StatusReason};
use gangway_engine::problem::{Cause, Problem, RefusedWhy};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::rules::Prefix;
use gangway_engine::sign_in::{SignInReply, SignInWish};
use gangway_engine::time::{mins, secs};
use gangway_engine::wish::Wish;

use super::{leads_to, zone};
use crate::stage::Stage;
use crate::stage::estate::LONG_VM;
use crate::stage::told::{another_desk, rule};

#[test]
fn every_notice() {
    let mut page = String::new();
    for (name, view) in all() {
        page += &format!(
            "{name}: [{}]\n  {}\n  {}\n",
            view.slot, view.title, view.body
        );
        for button in &view.buttons {
            let leads = leads_to(&button.wish);
            page += &format!("  ({}) {} => {leads}\n", button.key, button.label);
        }
        page += &format!("  click => {}\n\n", leads_to(&view.click));
    }
    insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("notices", page);
    });
}

/// A later process has none of this one's connections and sign-ins: a number of theirs in a
/// button that outlives it would press something else.
#[test]
fn what_outlives_its_process_names_nothing_of_it() {
    let now = "2026-11-20T17:00:00Z".parse().unwrap();
    let end = "2026-11-20T17:15:00Z".parse().unwrap();
    let mut stage = Stage::ready();
    stage.opens("vm-web-01");
    assert_eq!(holds(told(&stage), now), None, "ready");
    for step in [50, 10] {
        stage.after(mins(step));
        let notice = told(&stage).clone();
        let held = holds(&notice, now).unwrap();
        let view = drawn(&notice, &stage);
        assert!(!view.buttons.is_empty());
        for button in view.buttons {
            match button.wish {
                Wish::Engine(Intent::Extend { request, .. } | Intent::Dismiss { request }) => {
                    assert_eq!(held.request, Some(request));
                }
                Wish::Engine(Intent::Connect(_)) => assert_eq!(held.request, None),
                other => panic!("{other:?} outlives its process"),
            }
        }
    }
    let soon = Notice::EndsSoon {
        request: RequestId(7),
        vm_name: "vm-web-01".to_owned(),
        expires_at: end,
        left: mins(15),
    };
    let held = holds(&soon, now).unwrap();
    assert_eq!(held.request, Some(RequestId(7)));
    assert!(held.until > end && held.until.duration_since(end) <= mins(5));
}

/// Of one VM there is one notice at a time: all of them have the same place.
#[test]
fn what_is_told_of_one_vm_has_one_place() {
    let mut stage = Stage::ready();
    let mut slots: Vec<String> = Vec::new();
    stage.opens("vm-web-01");
    slots.push(last(&stage).slot);
    stage.tunnel(Some("172.16.200.9/24"));
    slots.push(last(&stage).slot);
    stage.after(mins(50));
    slots.push(last(&stage).slot);
    stage.after(mins(10));
    slots.push(last(&stage).slot);
    let first = slots[0].clone();
    assert!(first.starts_with("vm:/subscriptions/"), "{first}");
    assert!(slots.iter().all(|slot| *slot == first), "{slots:?}");
}

fn all() -> Vec<(&'static str, NoticeView)> {
    vec![
        ("ready", ready("vm-web-01")),
        ("ready with a long name", ready(LONG_VM)),
        ("ready without an access", ready_outside()),
        ("ready, into tomorrow", ready_until_tomorrow()),
        ("15 minutes", ends(mins(46))),
        ("5 minutes", ends(mins(56))),
        ("ended", ends(mins(60))),
        ("moved", moved()),
        ("moved, of another process", moved_of_others()),
        ("displaced", displaced()),
        ("tunnel lost", tunnel_lost()),
        ("rule vanished", vanished()),
        ("stuck", stuck()),
        ("a question", question()),
        ("a sign-in failed", sign_in_failed(RefusedWhy::NotAssigned)),
        (
            "a sign-in was declined",
            sign_in_failed(RefusedWhy::Declined),
        ),
        ("nobody finished a sign-in", sign_in_timed_out()),
    ]
}

fn last(stage: &Stage) -> NoticeView {
    drawn(told(stage), stage)
}

fn told(stage: &Stage) -> &Notice {
    let notify = stage.awaited(|it| matches!(it, Effect::Notify(_)));
    let Some(Effect::Notify(notice)) = notify.map(|one| &one.effect) else {
        panic!("nobody was told anything");
    };
    notice
}

fn drawn(notice: &Notice, stage: &Stage) -> NoticeView {
    let shown = stage.shown();
    draw(notice, &shown.snapshot, shown.now, &zone())
}

fn ready(name: &str) -> NoticeView {
    let mut stage = Stage::ready();
    stage.opens(name);
    last(&stage)
}

fn ready_until_tomorrow() -> NoticeView {
    let mut stage = Stage::ready();
    let tonight: jiff::Timestamp = "2026-03-02T22:30:00Z".parse().unwrap();
    assert!(stage.now < tonight);
    stage.after(tonight.duration_since(stage.now));
    stage.opens("vm-web-01");
    last(&stage)
}

fn ready_outside() -> NoticeView {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.settle();
    stage.greets();
    stage.launched(Ok(()));
    last(&stage)
}

fn ends(after: jiff::SignedDuration) -> NoticeView {
    let mut stage = Stage::ready();
    stage.opens("vm-sql-01");
    stage.after(after);
    last(&stage)
}

fn moved() -> NoticeView {
    let mut stage = Stage::ready();
    stage.opens("vm-web-01");
    stage.after(mins(3));
    stage.tunnel(Some("172.16.200.9/24"));
    last(&stage)
}

/// The access is the command line's; the tray only watches it.
fn moved_of_others() -> NoticeView {
    let mut theirs = Stage::ready();
    theirs.opens("vm-web-01");
    let shown = theirs.shown().snapshot;
    let mut stage = Stage::ready();
    stage.now = theirs.now;
    stage.requests.clone_from(&theirs.requests);
    let rows = shown.accesses.into_iter().map(|view| view.access);
    stage.observe(Observation::Accesses(rows.collect()));
    stage.settle();
    stage.tunnel(Some("172.16.200.9/24"));
    last(&stage)
}

fn displaced() -> NoticeView {
    let mut stage = Stage::ready();
    stage.opens("vm-sql-01");
    stage.after(mins(10));
    stage.requests[0].status = Status::Revoked;
    stage.requests[0].reason = StatusReason::NewerRequestInitiated;
    let newer = PolicyRequest {
        source: another_desk(),
        started_at: stage.now,
        requestor: Some("help-desk@contoso.example".into()),
        status: Status::Initiated,
        ..stage.requests[0].clone()
    };
    stage.requests.insert(0, newer);
    stage.observe(Observation::Resumed);
    stage.settle();
    last(&stage)
}

fn tunnel_lost() -> NoticeView {
    let mut stage = Stage::ready();
    stage.opens("vm-web-01");
    stage.tunnel(None);
    last(&stage)
}

fn vanished() -> NoticeView {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.reaches(Reachability::Silent);
    stage.after(secs(61));
    let closed = "MicrosoftDefenderForCloud-JITRule_1201_B2";
    stage.explained(vec![rule(closed, 4096, false, Prefix::Any)]);
    last(&stage)
}

fn question() -> NoticeView {
    let mut stage = Stage::ready();
    stage.click("vm-appliance-01", None);
    stage.settle();
    last(&stage)
}

fn sign_in_failed(why: RefusedWhy) -> NoticeView {
    let mut stage = signing_in();
    let refused = Cause::SignInRefused {
        why,
        entra_code: None,
    };
    stage.sign_in_tells(SignInReply::Failed(refused.into()));
    last(&stage)
}

fn sign_in_timed_out() -> NoticeView {
    let mut stage = signing_in();
    stage.after(mins(60));
    last(&stage)
}

fn signing_in() -> Stage {
    let mut stage = Stage::bare();
    stage.wish(Intent::SignIn(SignInWish {
        way: Some(Way::Browser),
        tenant: Some("contoso.example".into()),
        ..SignInWish::default()
    }));
    let page = "https://login.microsoftonline.com/".into();
    stage.sign_in_tells(SignInReply::Page { page, opened: true });
    stage
}

fn stuck() -> NoticeView {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.asks();
    let problem = Problem::new(Cause::PlanMissing {
        subscription: "Production".into(),
    });
    stage.initiate_ends(InitiateOutcome::Refused(problem));
    last(&stage)
}

//! A connection under way, at each of its steps.

use gangway_engine::input::Observation;
use gangway_engine::intent::Answer;
use gangway_engine::launch::{LaunchNote, LaunchWay};
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{millis, secs};
use gangway_engine::vm::Power;

use crate::stage::Stage;

const VM: &str = "vm-web-01";

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("connecting-looking", looking()),
        ("connecting-tunnel", tunnel()),
        ("connecting-knocking", knocking()),
        ("connecting-starting", starting()),
        ("connecting-requesting", requesting()),
        ("connecting-proving", proving(Stage::ready())),
        ("connecting-proving-no-usual", proving_for_the_first_time()),
        ("connecting-launching", launching()),
        ("connecting-launching-warned", warned().shown()),
        ("open-warned", open_warned()),
        ("rule-late", rule_late()),
        ("connecting-offline", offline()),
    ]
}

fn clicked() -> Stage {
    let mut stage = Stage::ready();
    stage.click(VM, None);
    stage
}

fn looking() -> Shown {
    let mut stage = clicked();
    stage.now += millis(120);
    stage.shown()
}

/// It waits for somebody to dial.
fn tunnel() -> Shown {
    let mut stage = Stage::ready();
    stage.tunnel(None);
    stage.click(VM, None);
    stage.settle();
    stage.after(secs(3));
    stage.shown()
}

fn knocking() -> Shown {
    let mut stage = clicked();
    stage.settle();
    stage.shown()
}

fn starting() -> Shown {
    let mut stage = Stage::ready();
    let mut vm = stage.vm("vm-build-03");
    stage.click("vm-build-03", None);
    stage.settle();
    stage.answer(Answer::StartVm);
    stage.vm_starts();
    vm.vm.power = Power::Starting;
    stage.vms.insert("vm-build-03".into(), vm);
    stage.after(secs(14));
    stage.shown()
}

fn requesting() -> Shown {
    let mut stage = clicked();
    stage.asks();
    stage.now += millis(700);
    stage.shown()
}

fn proving(mut stage: Stage) -> Shown {
    stage.click(VM, None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.after(millis(9_300));
    stage.shown()
}

/// Nothing is known yet of how long it usually takes.
fn proving_for_the_first_time() -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::Pinned(Vec::new()));
    stage.usual = None;
    proving(stage)
}

fn launching() -> Shown {
    let mut stage = clicked();
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.after(millis(18_200));
    stage.greets();
    stage.now += millis(40);
    stage.shown()
}

/// The first .rdp file without a signature: Windows is about to warn of it.
fn warned() -> Stage {
    let mut stage = Stage::ready();
    stage.click("vm-sql-01", None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.after(millis(12_700));
    stage.greets();
    let name = "vm-sql-01.corp.contoso.example".into();
    let notes = vec![LaunchNote::FirstWarning, LaunchNote::ByName { name }];
    stage.launches(LaunchWay::File, notes);
    stage
}

/// The warning stands on the screen while access runs already.
fn open_warned() -> Shown {
    let mut stage = warned();
    stage.launched(Ok(()));
    stage.after(secs(4));
    stage.shown()
}

/// Azure cannot be reached, and the port is closed: it tries on.
fn offline() -> Shown {
    let mut stage = Stage::ready();
    stage.offline = true;
    stage.click(VM, None);
    stage.settle();
    stage.after(secs(5));
    stage.shown()
}

fn rule_late() -> Shown {
    let mut stage = clicked();
    stage.asks();
    stage.accepts();
    stage.after(secs(74));
    stage.shown()
}

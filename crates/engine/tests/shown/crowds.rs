//! Much of everything: long names, many accesses, problems of the machine.

use gangway_engine::input::Observation;
use gangway_engine::problem::Cause;
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{mins, secs};

use crate::stage::Stage;
use crate::stage::estate::LONG_VM;

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("long-names", long_names()),
        ("many-accesses", many_accesses()),
        ("machine-problems", machine_problems()),
    ]
}

fn long_names() -> Shown {
    let mut stage = Stage::ready();
    let mut pinned = vec![stage.vm(LONG_VM)];
    pinned[0].favourite = true;
    pinned.extend(crate::stage::estate::pinned(stage.now));
    stage.observe(Observation::Pinned(pinned));
    stage.opens(LONG_VM);
    stage.after(mins(2));
    stage.click(LONG_VM, Some(gangway_engine::vm::Service::RDP));
    stage.asks();
    stage.accepts();
    stage.after(secs(8));
    stage.shown()
}

fn many_accesses() -> Shown {
    let mut stage = Stage::ready();
    for n in 1..=12 {
        stage.opens(&format!("vm-app-{n:02}"));
        stage.after(mins(3));
    }
    stage.shown()
}

fn machine_problems() -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::Met(vec![
        Cause::SettingsInvalid {
            file: "settings.toml".into(),
            line: 12,
            column: 7,
            mistake: "`duration` is no time: \"1 our\"".into(),
        }
        .into(),
        Cause::StoreDamaged {
            kept: "gangway.db.damaged-2026-03-02".into(),
        }
        .into(),
    ]));
    stage.shown()
}

//! Much of everything: long names, many accesses, problems of the machine.

use gangway_engine::input::Observation;
use gangway_engine::problem::Cause;
use gangway_engine::settings::Settings;
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{mins, secs};

use crate::stage::Stage;
use crate::stage::estate::LONG_VM;

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("long-names", long_names()),
        ("many-accesses", many_accesses()),
        ("machine-problems", machine_problems()),
        ("everything-at-once", everything()),
        ("demo", demo()),
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

/// One is being made, one waits for a person, one is open, one failed; and a link waits.
fn everything() -> Shown {
    let mut stage = Stage::ready();
    stage.opens("vm-web-01");
    stage.after(mins(48));
    let mut gone = stage.vm("vm-app-09");
    gone.vm.addresses.clear();
    stage.vms.insert("vm-app-09".into(), gone);
    stage.click("vm-app-09", None);
    stage.settle();
    stage.click("vm-build-03", None);
    stage.settle();
    stage.click("vm-sql-01", None);
    stage.asks();
    stage.accepts();
    stage.after(secs(8));
    stage.observe(Observation::Link("gangway://connect?vm=vm-jump-01".into()));
    stage.settle();
    stage.shown()
}

/// Another cloud than Azure's public one: views mark it. A reason is required there.
fn demo() -> Shown {
    let mut stage = Stage::ready();
    let mut settings = Settings {
        reason_required: true,
        ..Settings::default()
    };
    settings.shell.cloud = Some("demo".into());
    stage.observe(Observation::Settings(Box::new(settings)));
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

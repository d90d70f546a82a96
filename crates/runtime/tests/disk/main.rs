//! A full disk and a read-only home, made in a mount namespace of their own.
//!
//! Tests run as root in places, and root writes into a folder that forbids it: so the disk
//! is really full (a small tmpfs) and the home really read-only (a bind mount). Where no
//! namespace may be made the tests say that they were skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a test ends where something is not as it must be; not all of the stage is used"
)]

#[path = "../sign_in/people.rs"]
mod people;
#[path = "../road/stage.rs"]
mod stage;

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use gangway_engine::id::{PolicyId, VmId};
use gangway_engine::input::Recorded;
use gangway_engine::policy::Source;
use gangway_engine::problem::Problem;
use gangway_engine::request::Draft;
use gangway_engine::time::mins;
use gangway_runtime::store::{Owner, Store};
use gangway_runtime::{Home, settings};
use jiff::Timestamp;

const PLACE: &str = "GANGWAY_TEST_DISK";

/// Runs the test called `name` again, in a namespace in which `script` has been carried out
/// on the folder `$0`.
fn again_where(script: &str, name: &str, place: &Path) {
    let tried = Command::new("unshare")
        .args(["--mount", "--map-root-user", "true"])
        .output();
    let complaint = match tried {
        Ok(done) if done.status.success() => None,
        Ok(done) => Some(String::from_utf8_lossy(&done.stderr).into_owned()),
        Err(error) => Some(format!("unshare: {error}")),
    };
    if let Some(complaint) = complaint {
        gangway_skips::skip_without_namespaces(&complaint);
        return;
    }
    let run = format!("set -e; {script}; shift; exec \"$@\"");
    let status = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", &run])
        .arg(place)
        .arg("-")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(PLACE, place)
        .env("TMPDIR", place)
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed in its namespace");
}

fn inside() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

fn draft() -> Draft {
    let group = "/subscriptions/s/resourceGroups/g/providers";
    let me = Ipv4Addr::new(172, 16, 201, 5);
    Draft {
        vm: VmId::new(format!("{group}/Microsoft.Compute/virtualMachines/vm1")).unwrap(),
        policy: PolicyId::new(format!("{group}/Microsoft.Security/policies/default")).unwrap(),
        port: 22,
        source: Source::address(me),
        tunnel_address: me,
        duration: mins(60),
        reason: None,
        consent: None,
    }
}

fn record(store: &Store) -> Recorded {
    let now = Timestamp::from_second(1_790_000_000).unwrap();
    store.record(&draft(), "vm1", now, &Owner::this_process())
}

fn refused(recorded: Recorded) -> Problem {
    match recorded {
        Recorded::Failed(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn on_a_full_disk_nothing_is_recorded_and_so_nothing_is_sent() {
    let Some(place) = inside() else {
        let place = tempfile::tempdir().unwrap();
        again_where(
            "mount -t tmpfs -o size=2m none \"$0\"",
            "on_a_full_disk_nothing_is_recorded_and_so_nothing_is_sent",
            place.path(),
        );
        return;
    };
    let home = Home::at(&place);
    let opened = Store::open(&home.store_file()).unwrap();
    assert_eq!(opened.problems, []);
    let filler = place.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    let problem = refused(record(&opened.store));
    assert_eq!(problem.code(), "store-not-writable");
    assert_eq!(opened.store.open_accesses().unwrap(), []);
    std::fs::write(home.settings_file(), "").unwrap();
    let set = settings::set(&home, &settings::Settings::default(), "duration", "2h");
    assert!(set.is_err());
    assert_eq!(std::fs::read_to_string(home.settings_file()).unwrap(), "");
    // With room again, the same store goes on.
    std::fs::remove_file(&filler).unwrap();
    assert!(matches!(record(&opened.store), Recorded::Ours(_)));
}

#[test]
fn a_full_disk_from_the_beginning_is_named() {
    let Some(place) = inside() else {
        let place = tempfile::tempdir().unwrap();
        again_where(
            "mount -t tmpfs -o size=64k none \"$0\"",
            "a_full_disk_from_the_beginning_is_named",
            place.path(),
        );
        return;
    };
    let mut file = std::fs::File::create(place.join("filler")).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let opened = Store::open(&place.join("gangway.db")).unwrap();
    assert_eq!(opened.problems[0].code(), "store-not-writable");
    assert_eq!(refused(record(&opened.store)).code(), "store-not-writable");
    assert_eq!(opened.store.history("", 9).unwrap(), []);
}

#[test]
fn a_read_only_home_is_read_and_never_written() {
    let Some(place) = inside() else {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("gangway.db")).unwrap().store;
        assert!(matches!(record(&store), Recorded::Ours(_)));
        drop(store);
        again_where(
            "mount --bind \"$0\" \"$0\"; mount -o remount,bind,ro \"$0\"",
            "a_read_only_home_is_read_and_never_written",
            place.path(),
        );
        return;
    };
    let home = Home::at(&place);
    home.make_state().unwrap();
    let opened = Store::open(&home.store_file()).unwrap();
    assert_eq!(opened.problems[0].code(), "store-not-writable");
    assert_eq!(opened.store.history("", 9).unwrap().len(), 1);
    assert_eq!(refused(record(&opened.store)).code(), "store-not-writable");
    let (settings, problems) = settings::read(&home);
    assert_eq!(problems, []);
    assert!(settings::set(&home, &settings, "duration", "2h").is_err());
}

#[tokio::test]
async fn a_sign_in_on_a_full_disk_lives_in_memory_and_is_kept_once_there_is_room() {
    let Some(place) = inside() else {
        let place = tempfile::tempdir().unwrap();
        again_where(
            "mount -t tmpfs -o size=4m none \"$0\"",
            "a_sign_in_on_a_full_disk_lives_in_memory_and_is_kept_once_there_is_room",
            place.path(),
        );
        return;
    };
    // All of the stage lies there: TMPDIR says so.
    let people = people::People::demo().await;
    assert!(people.stage.home.path().starts_with(&place));
    let runtime = people.open();
    people::accounts(&runtime, 0).await;
    let filler = place.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 512]).is_ok() {}
    drop(file);
    let account = people.sign_in(&runtime, people::ADMIN).await;
    assert_eq!(account.kept, gangway_engine::account::Kept::Memory);
    let view = runtime.snapshot().accounts.clone();
    let told: Vec<_> = view.problems.iter().map(Problem::code).collect();
    assert_eq!(told, ["store-not-writable"]);
    assert!(!people.stage.home.path().join("tokens.bin").exists());
    // With room again the next sign-in, or the next refresh, keeps it.
    std::fs::remove_file(&filler).unwrap();
    people.sign_in(&runtime, people::WORKER).await;
    runtime.close().await;
    let runtime = people.open();
    let view = people::accounts(&runtime, 2).await;
    assert!(view.problems.is_empty(), "{view:#?}");
    runtime.close().await;
    assert_eq!(people.sim().sign_ins().rotated_reused, 0);
}

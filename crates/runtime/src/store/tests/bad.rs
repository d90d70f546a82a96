//! Files that are damaged or newer.

use std::fs;

use super::*;

#[test]
fn a_damaged_store_is_kept_aside_and_a_new_one_begun() {
    for (name, damage) in [
        (
            "no store at all",
            b"this is not a database, it is a long text about something else".repeat(50),
        ),
        ("a header only", b"SQLite format 3\0".to_vec()),
    ] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("gangway.db");
        fs::write(&path, &damage).unwrap();
        let opened = Store::open(&path).unwrap();
        assert_eq!(opened.problems.len(), 1, "{name}");
        let Cause::StoreDamaged { kept } = &opened.problems[0].cause else {
            panic!("{:?}", opened.problems);
        };
        assert_eq!(fs::read(kept).unwrap(), damage, "{name}");
        let recorded = opened
            .store
            .record(&draft("a"), "a", at(0), &Owner::this_process());
        assert!(matches!(recorded, Recorded::Ours(_)));
        drop(opened);
        assert_eq!(Store::open(&path).unwrap().problems, []);
    }
}

#[test]
fn damage_in_the_middle_of_the_requests_is_noticed() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("gangway.db");
    let store = Store::open(&path).unwrap().store;
    for n in 0..400 {
        let _claimed = store.record(
            &draft(&format!("vm{n}")),
            "vm",
            at(n),
            &Owner::this_process(),
        );
    }
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let page = 8192;
    for at in (page * 3..bytes.len()).step_by(page) {
        bytes[at..at + 64].fill(0xa5);
    }
    fs::write(&path, &bytes).unwrap();
    let opened = Store::open(&path).unwrap();
    assert_eq!(opened.problems[0].code(), "store-damaged");
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let (place, store) = store();
    let path = place.path().join("gangway.db");
    drop(store);
    let newer = |path: &Path| {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "user_version", 7).unwrap();
        connection
    };
    drop(newer(&path));
    let before = fs::read(&path).unwrap();
    for _ in 0..2 {
        let Err(Error::StoreNewer {
            found: 7,
            known: VERSION,
        }) = Store::open(&path)
        else {
            panic!("it was opened");
        };
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    let names = fs::read_dir(place.path()).unwrap().flatten();
    let mut names = names.map(|file| file.file_name().to_string_lossy().into_owned());
    assert!(!names.any(|name| name.contains("damaged")));
}

#[test]
fn a_newer_version_that_still_stands_in_the_log_is_seen_too() {
    let (place, store) = store();
    let path = place.path().join("gangway.db");
    drop(store);
    let held = Connection::open(&path).unwrap();
    held.pragma_update(None, "user_version", 9).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        Store::open(&path),
        Err(Error::StoreNewer { found: 9, .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(held);
}

#[test]
fn damage_of_the_cache_is_met_once_and_put_aside_at_the_next_start() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("gangway.db");
    let store = Store::open(&path).unwrap().store;
    let vms = (0..2_000).map(|n| vm(&format!("vm-{n}"), 4)).collect();
    store
        .write_inventory(&[super::cache::read("s1", Some(vms))], &[], at(0))
        .unwrap();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 100_000].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let opened = Store::open(&path).unwrap();
    assert_eq!(opened.problems, [], "the small tables are sound");
    let met = opened.store.list("", 0, 5_000, at(0)).unwrap_err();
    assert_eq!(met.problem().code(), "store-damaged");
    drop(opened);
    let opened = Store::open(&path).unwrap();
    assert_eq!(opened.problems[0].code(), "store-damaged");
    assert_eq!(opened.store.list("", 0, 5_000, at(0)).unwrap().matching, 0);
    drop(opened);
    assert_eq!(Store::open(&path).unwrap().problems, []);
}

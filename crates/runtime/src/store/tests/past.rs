//! What the past tells: how long a proof usually takes, and who asked for what.

use gangway_engine::id::RequestId;
use gangway_engine::snapshot::Usual;
use gangway_engine::time::{millis, mins, secs};
use rusqlite::Connection;

use super::cache::read;
use super::*;

/// A request of its own for each time, the port free again after it.
fn proved(store: &Store, times: impl IntoIterator<Item = i64>) {
    let me = Owner::this_process();
    for took in times {
        let request = ours(store.record(&draft("vm1"), "vm1", at(0), &me));
        store.settle(request, &Standing::Refused).unwrap();
        store.note_proof(request, millis(took)).unwrap();
    }
}

#[test]
fn what_is_usual_is_told_from_the_third_time_on_and_by_the_last_fifty() {
    let (_place, store) = store();
    proved(&store, [900, 400]);
    assert_eq!(store.usual().unwrap(), None);
    proved(&store, [500, 30_000]);
    let usual = |low, high, of| {
        let (low, high) = (millis(low), millis(high));
        Some(Usual { low, high, of })
    };
    assert_eq!(store.usual().unwrap(), usual(400, 900, 4));
    proved(&store, 1..=60);
    assert_eq!(store.usual().unwrap(), usual(23, 48, 50));
}

#[test]
fn the_first_proof_counts_and_one_that_waited_for_a_person_does_not() {
    let (_place, store) = store();
    proved(&store, [100, 100, 100]);
    let before = store.usual().unwrap();
    let request = RequestId(3);
    store.note_proof(request, secs(9)).unwrap();
    assert_eq!(store.usual().unwrap(), before);
    proved(&store, [3_600_000, -5]);
    assert_eq!(store.usual().unwrap(), before);
}

#[test]
fn what_is_late_is_learnt_from_twenty_times_and_within_bounds() {
    let (_place, store) = store();
    proved(&store, (1..=19).map(|n| n * 2_000));
    assert_eq!(store.late_after().unwrap(), None);
    proved(&store, [400_000]);
    assert_eq!(store.late_after().unwrap(), Some(secs(38)));
    proved(&store, [5; 50]);
    assert_eq!(store.late_after().unwrap(), Some(secs(15)));
    proved(&store, [800_000; 50]);
    assert_eq!(store.late_after().unwrap(), Some(mins(5)));
}

#[test]
fn a_store_of_the_second_version_is_brought_up_to_date_and_keeps_its_past() {
    let (place, store) = store();
    proved(&store, [100]);
    drop(store);
    let path = place.path().join("gangway.db");
    let older = Connection::open(&path).unwrap();
    older
        .execute_batch(
            "ALTER TABLE request DROP COLUMN took;
             ALTER TABLE request DROP COLUMN not_now;
             DROP TABLE told;
             DROP TABLE button;
             PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(older);
    let opened = Store::open(&path).unwrap();
    assert_eq!(opened.problems, []);
    let store = opened.store;
    assert_eq!(store.history("", 9).unwrap().len(), 1);
    assert_eq!(store.usual().unwrap(), None);
    proved(&store, [1, 2, 3]);
    assert!(store.usual().unwrap().is_some());
    drop(store);
    let version: u32 = Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!((version, VERSION), (6, 6));
}

/// The search blocks of the third version knew no system; theirs would be read wrongly.
#[test]
fn a_store_of_the_third_version_is_searched_anew() {
    let (place, store) = store();
    let vms = vec![vm("vm-a", 4), vm("vm-b", 5)];
    store
        .write_inventory(&[read("s1", Some(vms))], &[], at(0))
        .unwrap();
    let page = store.list("vm", 0, 9, at(0)).unwrap();
    assert_eq!(page.matching, 2);
    drop(store);
    let path = place.path().join("gangway.db");
    let older = Connection::open(&path).unwrap();
    older
        .execute_batch(
            "ALTER TABLE request DROP COLUMN not_now;
             UPDATE subscription SET names = x'766d0a';
             DROP TABLE told;
             DROP TABLE button;
             PRAGMA user_version = 3;",
        )
        .unwrap();
    drop(older);
    let store = Store::open(&path).unwrap().store;
    assert_eq!(store.list("vm", 0, 9, at(0)).unwrap(), page);
}

#[test]
fn a_store_of_the_fifth_version_takes_buttons() {
    let (place, store) = store();
    assert!(!store.tell_once("hello", at(0)).unwrap());
    drop(store);
    let path = place.path().join("gangway.db");
    let older = Connection::open(&path).unwrap();
    older
        .execute_batch("DROP TABLE button; PRAGMA user_version = 5;")
        .unwrap();
    drop(older);
    let store = Store::open(&path).unwrap().store;
    assert!(
        store.tell_once("hello", at(1)).unwrap(),
        "it was told before"
    );
    assert_eq!(store.press_button("a", "extend", at(1)).unwrap(), None);
}

#[test]
fn not_now_is_kept_with_its_access_alone() {
    let (_place, store) = store();
    let me = Owner::this_process();
    let one = ours(store.record(&draft("vm1"), "vm1", at(0), &me));
    let other = ours(store.record(&draft("vm2"), "vm2", at(0), &me));
    store.remember_not_now(one).unwrap();
    let told = |request| {
        let open = store.open_accesses().unwrap();
        let row = open.into_iter().find(|access| access.request == request);
        row.unwrap().not_now
    };
    assert_eq!((told(one), told(other)), (true, false));
}

#[test]
fn history_is_searched_by_vm_reason_and_address() {
    let (_place, store) = store();
    let me = Owner::this_process();
    let reason = Some("Ticket 4711".to_owned());
    let first = gangway_engine::request::Draft {
        reason,
        ..draft("vm1")
    };
    ours(store.record(&first, "vm1", at(0), &me));
    ours(store.record(&draft("sql-02"), "sql-02", at(0), &me));
    let found = |text: &str| -> Vec<String> {
        let rows = store.history(text, 9).unwrap();
        rows.into_iter().map(|access| access.vm_name).collect()
    };
    assert_eq!(found(""), ["sql-02", "vm1"]);
    assert_eq!(found("ticket VM1"), ["vm1"]);
    assert_eq!(found("SQL"), ["sql-02"]);
    let address = draft("vm1").tunnel_address.to_string();
    assert_eq!(found(&address).len(), 2);
    assert_eq!(found("nothing-such"), Vec::<String>::new());
    assert_eq!(store.history("", 1).unwrap().len(), 1);
    let of_one = store.history_of(&vm_id("SQL-02"), 9).unwrap();
    assert_eq!(of_one.len(), 1);
}

//! Lists that are narrowed to a system, a place, favourites or what is open.

use gangway_engine::id::SubscriptionId;
use gangway_engine::policy::Status;
use gangway_engine::query::{SystemFilter, VmFilter};
use gangway_engine::request::Standing;
use gangway_engine::vm::{Os, Vm};

use super::super::Owner;
use super::super::Store;
use super::cache::read;
use super::{at, draft, ours, store, vm, vm_id};

/// Two subscriptions, two groups in the first, one VM of each system.
fn estate(store: &Store) {
    let of = |name: &str, group: &str, os, n| {
        let id = vm_id(name).to_string();
        let mut parts: Vec<&str> = id.split('/').collect();
        parts[4] = group;
        let id = parts.join("/").try_into().unwrap();
        let known = vm(name, n);
        Vm { id, os, ..known }
    };
    let first = vec![
        of("vm-web", "RG-Front", Some(Os::Linux), 1),
        of("vm-app", "RG-Front", Some(Os::Windows), 2),
        of("vm-sql", "rg-back", Some(Os::Windows), 3),
    ];
    let second = vec![of("vm-box", "rg-back", None, 4)];
    let reads = [read("s1", Some(first)), read("s2", Some(second))];
    store.write_inventory(&reads, &[], at(0)).unwrap();
}

fn names(store: &Store, text: &str, filter: &VmFilter) -> Vec<String> {
    let page = store.narrowed(text, filter, 0, 9, at(60)).unwrap();
    assert_eq!(page.matching, page.rows.len());
    page.rows.into_iter().map(|row| row.vm.name).collect()
}

#[test]
fn a_list_is_narrowed_by_each_and_by_all_at_once() {
    let (_place, store) = store();
    estate(&store);
    let none = VmFilter::default();
    assert_eq!(
        names(&store, "", &none),
        ["vm-app", "vm-box", "vm-sql", "vm-web"]
    );
    let system = |system| VmFilter {
        system: Some(system),
        ..VmFilter::default()
    };
    assert_eq!(names(&store, "", &system(SystemFilter::Linux)), ["vm-web"]);
    assert_eq!(
        names(&store, "", &system(SystemFilter::Unknown)),
        ["vm-box"]
    );
    let windows = system(SystemFilter::Windows);
    assert_eq!(names(&store, "", &windows), ["vm-app", "vm-sql"]);
    assert_eq!(names(&store, "sql", &windows), ["vm-sql"]);
    let group = VmFilter {
        group: Some("RG-BACK".into()),
        ..VmFilter::default()
    };
    assert_eq!(names(&store, "", &group), ["vm-box", "vm-sql"]);
    let first = VmFilter {
        subscription: Some(SubscriptionId::new("s1")),
        ..group
    };
    assert_eq!(names(&store, "", &first), ["vm-sql"]);
    assert_eq!(names(&store, "web", &first), Vec::<String>::new());
    let nowhere = VmFilter {
        subscription: Some(SubscriptionId::new("s9")),
        ..VmFilter::default()
    };
    assert_eq!(names(&store, "", &nowhere), Vec::<String>::new());
}

#[test]
fn favourites_and_what_is_open_are_found_by_what_the_store_holds() {
    let (_place, store) = store();
    let vms = vec![vm("vm-a", 1), vm("vm-b", 2), vm("vm-c", 3)];
    store
        .write_inventory(&[read("s1", Some(vms))], &[], at(0))
        .unwrap();
    for name in ["vm-b", "vm-C", "vm-gone"] {
        store.mark_favourite(&vm_id(name), true).unwrap();
    }
    let me = Owner::this_process();
    let runs = |until| Standing::Running {
        started_at: at(0),
        expires_at: at(until),
        status: Status::Initiated,
    };
    for (name, standing) in [
        ("vm-a", runs(50)),
        ("vm-b", runs(3_600)),
        ("vm-c", Standing::Refused),
    ] {
        let request = ours(store.record(&draft(name), name, at(0), &me));
        store.settle(request, &standing).unwrap();
    }
    let favourites = VmFilter {
        favourites: true,
        ..VmFilter::default()
    };
    let open = VmFilter {
        open: true,
        ..VmFilter::default()
    };
    assert_eq!(names(&store, "", &favourites), ["vm-b", "vm-c"]);
    assert_eq!(names(&store, "", &open), ["vm-b"]);
    let both = VmFilter {
        open: true,
        ..favourites
    };
    assert_eq!(names(&store, "", &both), ["vm-b"]);
}

#[test]
fn places_are_told_as_azure_writes_them_and_counted() {
    let (_place, store) = store();
    assert_eq!(store.places().unwrap(), []);
    estate(&store);
    let places = store.places().unwrap();
    let told: Vec<_> = places
        .iter()
        .map(|place| {
            let groups = place.groups.iter();
            let groups: Vec<_> = groups.map(|it| (it.name.as_str(), it.vms)).collect();
            (place.id.as_str(), place.vms, groups)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("s1", 3, vec![("rg-back", 1), ("RG-Front", 2)]),
            ("s2", 1, vec![("rg-back", 1)]),
        ]
    );
}

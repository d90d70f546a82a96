//! The inventory cache: what is written is found, replaced whole, and found fast.

use std::time::{Duration, Instant};

use gangway_engine::id::SubscriptionId;
use gangway_engine::problem::Cause;
use gangway_engine::query::JitCoverage;

use super::*;
use crate::store::gateway;

pub(super) fn read(id: &str, vms: Option<Vec<Vm>>) -> SubscriptionRead {
    SubscriptionRead {
        id: SubscriptionId::new(id),
        tenant: TenantId::new("t1"),
        name: Some(format!("Subscription {id}")),
        vms,
        policies: Some(vec![policy_for("vm-web-01")]),
        groups: Vec::new(),
        gateways: Some(Vec::new()),
        problems: Vec::new(),
    }
}

#[test]
fn vms_are_found_by_name_without_case_and_near_names_are_told() {
    let (_place, store) = store();
    let vms = ["vm-web-01", "sql-prod-1", "sql-prod-10", "vm-web-02"];
    let vms = (1..).zip(vms).map(|(n, name)| vm(name, n)).collect();
    store
        .write_inventory(&[read("s1", Some(vms))], &[], at(0))
        .unwrap();
    let (exact, near) = store.find("SQL-prod-1").unwrap();
    assert_eq!((exact.len(), near.len()), (1, 0));
    assert_eq!(exact[0].vm.name, "sql-prod-1");
    let (exact, near) = store.find("vm-wbe-01").unwrap();
    assert!(exact.is_empty());
    assert_eq!(near[0].vm.name, "vm-web-01");
    assert_eq!(near[0].jit, JitCoverage::Ports(vec![22]));
    // The list of a subscription leaves policies out: what it lacks is not known.
    assert_eq!(near[1].jit, JitCoverage::Unknown);
    let (exact, _) = store.find(&vm_id("VM-WEB-02").to_string()).unwrap();
    assert_eq!(exact[0].vm.name, "vm-web-02");
    let page = store.list("", 0, 10, at(60)).unwrap();
    assert_eq!(page.matching, 4);
    assert_eq!(page.age, Some(mins(1)));
    assert_eq!(page.rows[0].vm.name, "sql-prod-1");
    assert_eq!(
        page.rows[0].subscription_name.as_deref(),
        Some("Subscription s1")
    );
    assert_eq!(
        store.list("10.0.0.4", 0, 10, at(0)).unwrap().rows[0]
            .vm
            .name,
        "vm-web-02"
    );
}

#[test]
fn no_policy_is_a_fact_only_where_the_groups_own_list_was_read() {
    let (_place, store) = store();
    let vms = vec![vm("vm-web-01", 1), vm("b", 2)];
    let jit = || store.find("b").unwrap().0[0].jit.clone();
    let mut seen = read("s1", Some(vms));
    store.write_inventory(&[seen.clone()], &[], at(0)).unwrap();
    assert_eq!(jit(), JitCoverage::Unknown);
    store.keep_policies(&vm_id("b"), &[], at(1)).unwrap();
    assert_eq!(jit(), JitCoverage::NotConfigured);
    store.write_inventory(&[seen.clone()], &[], at(2)).unwrap();
    assert_eq!(jit(), JitCoverage::Unknown);
    seen.groups = vec!["rg-1".to_owned()];
    seen.policies = Some(Vec::new());
    store.write_inventory(&[seen], &[], at(3)).unwrap();
    assert_eq!(jit(), JitCoverage::NotConfigured);
    let (known, _) = store.policies(&vm_id("b"), at(3)).unwrap().unwrap();
    assert_eq!(known, []);
}

#[test]
fn a_subscription_that_could_not_be_read_keeps_its_vms_and_says_so() {
    let (_place, store) = store();
    let seen = [read("s1", Some(vec![vm("a", 1)]))];
    store
        .write_inventory(&seen, &[TenantId::new("t1")], at(0))
        .unwrap();
    let mut failed = read("s1", None);
    failed.problems = vec![Cause::AzureUnavailable { status: Some(503) }.into()];
    store
        .write_inventory(&[failed], &[TenantId::new("t1")], at(9))
        .unwrap();
    let page = store.list("a", 0, 10, at(9)).unwrap();
    assert_eq!((page.matching, page.problems.len()), (1, 1));
    // A subscription that is no longer listed is gone with its VMs.
    store
        .write_inventory(&[read("s2", None)], &[TenantId::new("t1")], at(10))
        .unwrap();
    assert_eq!(store.list("", 0, 10, at(10)).unwrap().matching, 0);
}

#[test]
fn fresh_reads_go_into_the_cache() {
    let (_place, store) = store();
    store
        .write_inventory(&[read("s1", Some(vec![vm("a", 1)]))], &[], at(0))
        .unwrap();
    let mut moved = vm("a", 77);
    moved.power = Power::Stopped;
    store.keep_vm(&moved, at(5)).unwrap();
    let (known, age) = store.vm(&moved.id, at(6)).unwrap().unwrap();
    assert_eq!((known, age), (moved, secs(1)));
    assert_eq!(store.list("10.0.0.77", 0, 1, at(6)).unwrap().matching, 1);
    store
        .keep_policies(&vm_id("a"), &[policy_for("a")], at(7))
        .unwrap();
    assert_eq!(
        store.policies(&vm_id("A"), at(8)).unwrap().unwrap().1,
        secs(1)
    );
    let (found, _) = store.find("a").unwrap();
    assert_eq!(found[0].jit, JitCoverage::Ports(vec![22]));
    store.forget_vm(&vm_id("a")).unwrap();
    assert_eq!(store.list("a", 0, 1, at(9)).unwrap().matching, 0);
}

#[test]
fn the_gateway_that_serves_a_network_is_told_only_when_there_is_one() {
    let one = |name: &str| StoredGateway {
        id: gangway_engine::id::GatewayId::new(format!("/subscriptions/s1/gateways/{name}"))
            .unwrap(),
        pools: vec!["172.16.201.0/24".parse().unwrap()],
        networks: vec![
            "/subscriptions/s1/resourcegroups/rg-1/providers/microsoft.network/virtualnetworks/hub"
                .to_owned(),
        ],
        guid: None,
    };
    let subnet = vm("a", 1).addresses[0].subnet.clone().unwrap();
    assert_eq!(gateway::serving(&[one("g1")], &subnet), Some(&one("g1").id));
    assert_eq!(gateway::serving(&[one("g1"), one("g2")], &subnet), None);
    let (_place, store) = store();
    let mut with = read("s1", None);
    with.gateways = Some(vec![one("g1")]);
    store.write_inventory(&[with], &[], at(0)).unwrap();
    assert_eq!(gateway::pools(&store.gateways().unwrap()).count(), 1);
}

#[test]
fn the_dialled_gateway_is_known_only_where_profiles_leave_no_choice() {
    let guid = |n: u8| format!("0a1b2c3d-000{n}-4000-8000-00000000000f");
    let gateway = |n: u8, pool: &str| StoredGateway {
        id: gangway_engine::id::GatewayId::new(format!("/subscriptions/s1/gateways/g{n}")).unwrap(),
        pools: vec![pool.parse().unwrap()],
        networks: Vec::new(),
        guid: Some(guid(n)),
    };
    let profile = |n: u8| StoredProfile {
        gateway: Some(format!("azuregateway-{}-0a1b.vpn.azure.com", guid(n))),
        ..StoredProfile::default()
    };
    let gateways = [
        gateway(1, "172.16.200.0/24"),
        gateway(2, "172.16.200.0/25"),
        gateway(3, "172.16.203.0/24"),
    ];
    let dialled = |imported: &[u8]| {
        let profiles: Vec<_> = imported.iter().map(|n| profile(*n)).collect();
        gateway::dialled(&gateways, &profiles).map(|id| id.name().to_owned())
    };
    assert_eq!(dialled(&[]), None);
    assert_eq!(dialled(&[9]), None);
    assert_eq!(dialled(&[1]).as_deref(), Some("g1"));
    assert_eq!(dialled(&[2, 3]).as_deref(), Some("g2"));
    assert_eq!(dialled(&[1, 2]), None);
    assert_eq!(dialled(&[1, 2, 3]), None);
}

#[test]
fn stretches_of_a_list_make_the_whole_of_it() {
    let (_place, store) = store();
    let names: Vec<String> = (0..97).map(|n| format!("VM-{:02}", n * 7 % 97)).collect();
    let of = |names: &[String]| {
        let vms = names.iter().enumerate();
        vms.map(|(n, name)| vm(name, u8::try_from(n).unwrap()))
            .collect()
    };
    let (one, other) = names.split_at(50);
    let reads = [read("s1", Some(of(one))), read("s2", Some(of(other)))];
    store.write_inventory(&reads, &[], at(0)).unwrap();
    for text in ["", "vm", "vm-0"] {
        let all = store.list(text, 0, 1_000, at(0)).unwrap();
        assert!(all.rows.is_sorted_by_key(|row| row.vm.name.to_lowercase()));
        assert_eq!(all.rows.len(), all.matching);
        let mut rows = Vec::new();
        for offset in (0..120).step_by(6) {
            let page = store.list(text, offset, 6, at(0)).unwrap();
            assert_eq!(page.matching, all.matching);
            rows.extend(page.rows);
        }
        assert_eq!(rows, all.rows, "{text:?}");
    }
}

#[test]
fn favourites_stand_before_what_was_used_last_and_each_stands_once() {
    let (_place, store) = store();
    let names = ["a", "b", "c", "d", "e"];
    let vms = (1..).zip(names).map(|(n, name)| vm(name, n)).collect();
    store
        .write_inventory(&[read("s1", Some(vms))], &[], at(0))
        .unwrap();
    let pinned = |most| -> Vec<String> {
        let entries = store.pinned(most).unwrap();
        entries.into_iter().map(|entry| entry.vm.name).collect()
    };
    assert_eq!(pinned(9), Vec::<String>::new());
    for (second, name) in [(1, "a"), (2, "e"), (3, "d"), (4, "gone")] {
        store.note_use(&vm_id(name), at(second)).unwrap();
    }
    for name in ["E", "b", "gone-too"] {
        store.mark_favourite(&vm_id(name), true).unwrap();
    }
    assert_eq!(pinned(9), ["b", "e", "d", "a"]);
    assert_eq!(pinned(1), ["b", "d"]);
    store.mark_favourite(&vm_id("b"), false).unwrap();
    assert_eq!(pinned(9), ["e", "d", "a"]);
    assert!(store.entry(&vm_id("E")).unwrap().unwrap().favourite);
    assert_eq!(store.entry(&vm_id("gone")).unwrap(), None);
}

/// Bounds are far above what is measured, so that a slow machine does not fail; the
/// figures themselves are the bench's.
#[test]
fn a_hundred_thousand_vms_are_searched_at_once() {
    let (place, store) = store();
    let reads: Vec<SubscriptionRead> = (0..20)
        .map(|s| {
            let vms = (0..5_000).map(|n| Vm {
                id: VmId::new(format!(
                    "/subscriptions/s{s}/resourceGroups/rg-{}/providers/Microsoft.Compute/virtualMachines/vm-{s:02}-{n:04}",
                    n % 50
                ))
                .unwrap(),
                ..vm(&format!("vm-{s:02}-{n:04}"), 4)
            });
            read(&format!("s{s}"), Some(vms.collect()))
        })
        .collect();
    let began = Instant::now();
    store.write_inventory(&reads, &[], at(0)).unwrap();
    println!("written in {:?}", began.elapsed());
    drop(store);
    for text in ["vm", "vm-13-4711", "9", "rg-7 vm-02", "nothing-such"] {
        let began = Instant::now();
        let store = Store::open(&place.path().join("gangway.db")).unwrap().store;
        let opened = began.elapsed();
        let page = store.list(text, 0, 50, at(0)).unwrap();
        let cold = began.elapsed();
        let began = Instant::now();
        let again = store.list(text, 0, 50, at(0)).unwrap();
        let warm = began.elapsed();
        println!(
            "{text:?}: {} match; open {opened:?}, cold {cold:?}, warm {warm:?}",
            page.matching
        );
        assert_eq!(page, again);
        assert!(warm < Duration::from_secs(1));
    }
    for (text, offset) in [
        ("", 0),
        ("", 50_000),
        ("", 99_950),
        ("vm", 5_000),
        ("vm", 99_950),
    ] {
        let store = store_of(&place);
        let began = Instant::now();
        let page = store.list(text, offset, 50, at(0)).unwrap();
        let cold = began.elapsed();
        let began = Instant::now();
        store.list(text, offset, 50, at(0)).unwrap();
        let warm = began.elapsed();
        println!("{text:?} from {offset} on: cold {cold:?}, warm {warm:?}");
        assert_eq!((page.rows.len(), page.matching), (50, 100_000));
        assert!(warm < Duration::from_secs(1));
    }
    let narrowed = gangway_engine::query::VmFilter {
        system: Some(gangway_engine::query::SystemFilter::Linux),
        ..Default::default()
    };
    for (text, offset) in [("", 0), ("", 50_000), ("vm", 0)] {
        let began = Instant::now();
        let page = store_of(&place).narrowed(text, &narrowed, offset, 50, at(0));
        println!("Linux {text:?} from {offset} on: {:?}", began.elapsed());
        assert_eq!(page.unwrap().matching, 100_000);
    }
    let began = Instant::now();
    let places = store_of(&place).places().unwrap();
    println!("1,000 places told in {:?}", began.elapsed());
    assert_eq!(
        places.iter().map(|it| it.groups.len()).sum::<usize>(),
        1_000
    );
    let began = Instant::now();
    let all = store_of(&place).list("", 0, 10_000, at(0)).unwrap();
    println!("10,000 of 100,000 listed in {:?}", began.elapsed());
    assert_eq!(all.rows.len(), 10_000);
    let began = Instant::now();
    let (_, near) = store_of(&place).find("vm-13-47x11").unwrap();
    println!("nearest of 100,000 in {:?}", began.elapsed());
    assert!(!near.is_empty());
}

fn store_of(place: &tempfile::TempDir) -> Store {
    Store::open(&place.path().join("gangway.db")).unwrap().store
}

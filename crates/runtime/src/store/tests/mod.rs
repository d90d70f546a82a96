//! Tests of the store: requests and claims, the cache, and what happens to a bad file.

mod accounts;
mod bad;
mod button;
mod cache;
mod narrow;
mod past;
mod process;

use std::net::Ipv4Addr;

use gangway_engine::account::AccountId;
use gangway_engine::id::{NicId, PolicyId, SubnetId, SubscriptionId, TenantId, VmId};
use gangway_engine::input::Recorded;
use gangway_engine::policy::{
    AllowedSources, JitPolicy, PolicyVm, PortRule, Source, Status, StatusReason,
};
use gangway_engine::request::{Draft, Standing};
use gangway_engine::time::{SignedDuration, mins, secs};
use gangway_engine::vm::{Os, Power, Vm, VmAddress};
use jiff::Timestamp;

use super::*;

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub(super) fn vm_id(name: &str) -> VmId {
    VmId::new(format!(
        "/subscriptions/s1/resourceGroups/Rg-1/providers/Microsoft.Compute/virtualMachines/{name}"
    ))
    .unwrap()
}

pub(super) fn vm(name: &str, last: u8) -> Vm {
    let network = "/subscriptions/s1/resourceGroups/Rg-1/providers/Microsoft.Network";
    Vm {
        id: vm_id(name),
        name: name.to_owned(),
        tenant: TenantId::new("t1"),
        location: "westeurope".to_owned(),
        os: Some(Os::Linux),
        computer_name: None,
        power: Power::Running,
        addresses: vec![VmAddress {
            address: Ipv4Addr::new(10, 0, 0, last),
            nic: NicId::new(format!("{network}/networkInterfaces/{name}-nic")).unwrap(),
            nic_nsg: None,
            subnet: SubnetId::new(format!("{network}/virtualNetworks/Hub/subnets/default")).ok(),
            primary: true,
        }],
    }
}

pub(super) fn policy_for(name: &str) -> JitPolicy {
    JitPolicy {
        id: PolicyId::new(
            "/subscriptions/s1/resourceGroups/rg-1/providers/Microsoft.Security/locations/x/jitNetworkAccessPolicies/default",
        )
        .unwrap(),
        vms: vec![PolicyVm {
            vm: vm_id(&name.to_uppercase()),
            rules: vec![PortRule {
                port: 22,
                tcp: true,
                sources: AllowedSources::Any,
                longest: mins(180),
            }],
        }],
        requests: Vec::new(),
    }
}

pub(super) fn draft(name: &str) -> Draft {
    let me = Ipv4Addr::new(172, 16, 201, 5);
    Draft {
        vm: vm_id(name),
        policy: policy_for(name).id,
        port: 22,
        source: Source::address(me),
        tunnel_address: me,
        duration: mins(60),
        reason: Some("ticket 4711".to_owned()),
        consent: None,
    }
}

pub(super) fn store() -> (tempfile::TempDir, Store) {
    let place = tempfile::tempdir().unwrap();
    let opened = Store::open(&place.path().join("gangway.db")).unwrap();
    assert_eq!(opened.problems, []);
    (place, opened.store)
}

fn ours(recorded: Recorded) -> gangway_engine::id::RequestId {
    match recorded {
        Recorded::Ours(request) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_is_there_before_it_is_answered_and_claims_its_port() {
    let (place, store) = store();
    let me = Owner::this_process();
    let first = ours(store.record(&draft("vm1"), "vm1", at(0), &me));
    let other = Store::open(&place.path().join("gangway.db")).unwrap().store;
    assert_eq!(
        other.record(&draft("VM1"), "vm1", at(1), &me),
        Recorded::Theirs {
            until: at(0).checked_add(CLAIM_HOLDS).unwrap()
        }
    );
    let seen = other.open_accesses().unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].standing, Standing::Unanswered);
    assert_eq!(seen[0].draft, draft("vm1"));

    let running = Standing::Running {
        started_at: at(1),
        expires_at: at(3601),
        status: Status::Initiating,
    };
    store.settle(first, &running).unwrap();
    assert_eq!(other.open_accesses().unwrap()[0].standing, running);
    let second = ours(other.record(&draft("vm1"), "vm1", at(2), &me));
    let over = Standing::Over {
        reason: StatusReason::Expired,
        at: at(3601),
        displaced: None,
    };
    store.settle(first, &over).unwrap();
    assert_eq!(store.open_accesses().unwrap()[0].request, second);
    // Who showed the first as open is told what became of it.
    let both = other.open_accesses_and(&[first]).unwrap();
    assert_eq!(both[0].standing, over);
    assert_eq!(both[1].request, second);
    assert_eq!(other.open_accesses_and(&[]).unwrap().len(), 1);
    assert_eq!(store.history("", 10).unwrap().len(), 2);
    assert_eq!(store.history("", 1).unwrap()[0].request, second);
}

#[test]
fn a_claim_ends_by_its_time_and_by_its_owners_death() {
    let (_place, store) = store();
    let dead = Owner {
        pid: std::process::id(),
        mark: "an earlier process with this number".to_owned(),
    };
    ours(store.record(&draft("vm1"), "vm1", at(0), &dead));
    ours(store.record(&draft("vm1"), "vm1", at(1), &Owner::this_process()));
    let Recorded::Theirs { until } = store.record(&draft("vm1"), "vm1", at(2), &dead) else {
        panic!("the claim is not held");
    };
    ours(store.record(&draft("vm1"), "vm1", until, &dead));
    // Taken by a clock that was an hour ahead: no claim lasts that long.
    ours(store.record(&draft("vm2"), "vm2", at(3600), &Owner::this_process()));
    ours(store.record(&draft("vm2"), "vm2", at(0), &Owner::this_process()));
}

/// Two that ask at once read their clocks in one order and reach the store in the other.
#[test]
fn a_claim_holds_against_one_whose_clock_was_read_before() {
    let (_place, store) = store();
    let me = Owner::this_process();
    let earlier = at(1).checked_sub(SignedDuration::from_millis(1)).unwrap();
    ours(store.record(&draft("vm1"), "vm1", at(1), &me));
    for before in [earlier, at(0), at(-60)] {
        let recorded = store.record(&draft("vm1"), "vm1", before, &me);
        assert!(matches!(recorded, Recorded::Theirs { .. }), "{recorded:?}");
    }
}

#[test]
fn history_is_forgotten_but_never_what_is_open() {
    let (_place, store) = store();
    let me = Owner::this_process();
    let first = ours(store.record(&draft("vm1"), "vm1", at(0), &me));
    ours(store.record(&draft("vm2"), "vm2", at(0), &me));
    store.settle(first, &Standing::Refused).unwrap();
    assert_eq!(store.forget_history(at(100), secs(200)).unwrap(), 0);
    assert_eq!(store.forget_history(at(300), secs(200)).unwrap(), 1);
    assert_eq!(store.history("", 9).unwrap().len(), 1);
}

#[test]
fn a_fingerprint_that_belongs_to_another_vm_is_a_stranger() {
    let (_place, store) = store();
    store
        .remember_host(&vm_id("a"), 22, "SHA256:a", at(0))
        .unwrap();
    store
        .remember_host(&vm_id("a"), 22, "SHA256:a", at(5))
        .unwrap();
    store
        .remember_host(&vm_id("b"), 22, "SHA256:b", at(0))
        .unwrap();
    let expected = store.expected_host(&vm_id("A")).unwrap();
    assert_eq!(expected.fingerprints, ["SHA256:a"]);
    assert_eq!(
        expected.strangers,
        [("SHA256:b".to_owned(), "b".to_owned())]
    );
}

#[test]
fn what_a_person_told_is_kept() {
    let (_place, store) = store();
    let tunnel = gangway_engine::tunnel::ConfirmedTunnel {
        interface: "tun0".to_owned(),
        gateway: None,
    };
    store.remember_tunnel(&tunnel).unwrap();
    store.remember_tunnel(&tunnel).unwrap();
    assert_eq!(store.confirmed_tunnels().unwrap(), [tunnel]);
    let pool = "172.16.201.0/24".parse().unwrap();
    let profile = StoredProfile {
        name: "office".to_owned(),
        gateway: Some("azuregateway-1.vpn.azure.com".to_owned()),
        kinds: vec!["OpenVPN".to_owned()],
        routes: vec!["10.0.0.0/16".parse().unwrap()],
        pools: vec![pool],
        suffixes: Vec::new(),
        full_tunnel: true,
    };
    // Networks of two gateways may bear one name: their profiles stay two.
    let other = StoredProfile {
        gateway: Some("azuregateway-2.vpn.azure.com".to_owned()),
        ..profile.clone()
    };
    let newer = StoredProfile {
        name: "renamed".to_owned(),
        ..other.clone()
    };
    for imported in [&profile, &other, &newer] {
        store.keep_profile(imported, at(0)).unwrap();
    }
    assert_eq!(store.profiles().unwrap(), [profile, newer]);
}

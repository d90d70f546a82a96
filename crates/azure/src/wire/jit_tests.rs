//! JIT policies as Azure was seen to write them, and as nobody should.

use std::net::Ipv4Addr;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::wire::tests::any_json;

const VM: &str =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1";
const POLICY: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

fn draft() -> Draft {
    let address = Ipv4Addr::new(172, 16, 200, 5);
    Draft {
        vm: VmId::new(VM).unwrap(),
        policy: PolicyId::new(POLICY).unwrap(),
        port: 3389,
        source: Source::address(address),
        tunnel_address: address,
        duration: SignedDuration::from_mins(90),
        reason: Some("ticket 4711".to_owned()),
        consent: None,
    }
}

#[test]
fn a_policy_is_read_whatever_its_quirks() {
    let value = json!({
        "id": POLICY.to_uppercase().replace("/SUBSCRIPTIONS", "/subscriptions"), "kind": "Basic", "properties": {
            "virtualMachines": [
                { "id": VM.to_uppercase(), "ports": [
                    { "number": 3389, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT3H" },
                    { "number": 22, "protocol": "TCP", "allowedSourceAddressPrefixes": ["172.16.200.0/24", "10.0.0.4"], "maxRequestAccessDuration": "P1D" },
                    { "number": 53, "protocol": "UDP", "allowedSourceAddressPrefix": "0.0.0.0/0", "maxRequestAccessDuration": "PT1H" },
                    { "number": 70000, "protocol": "TCP", "maxRequestAccessDuration": "PT1H" } ] },
                { "id": "/subscriptions/s/a\u{7}b", "ports": [] } ],
            "requests": [
                { "virtualMachines": [{ "id": VM, "ports": [{ "number": 22, "allowedSourceAddressPrefix": "10.0.0.4", "endTimeUtc": "2026-08-20T09:06:45.5691611Z", "status": "Initiated", "statusReason": "UserRequested" }] }], "startTimeUtc": "2026-08-20T08:06:45.5691611Z", "requestor": "" },
                { "virtualMachines": [{ "id": VM, "ports": [{ "number": 22, "allowedSourceAddressPrefix": "::1", "endTimeUtc": "2026-08-21T09:06:45Z", "status": "Pondering", "statusReason": "NewerRequestInitiated" }] }], "startTimeUtc": "2026-08-21T08:06:45Z", "requestor": "admin@contoso.example", "justification": "x" },
                { "startTimeUtc": "never" } ] } });
    let read = policy(&value).unwrap();
    assert_eq!(read.vms.len(), 1);
    assert_eq!(read.vms[0].vm, VmId::new(VM).unwrap());
    let rules = &read.vms[0].rules;
    assert_eq!(
        rules.iter().map(|r| (r.port, r.tcp)).collect::<Vec<_>>(),
        [(3389, true), (22, true), (53, false)]
    );
    assert_eq!(rules[0].sources, AllowedSources::Any);
    assert_eq!(rules[1].longest, SignedDuration::from_hours(24));
    assert_eq!(
        rules[1].sources,
        AllowedSources::Prefixes(vec![
            "172.16.200.0/24".parse().unwrap(),
            "10.0.0.4/32".parse().unwrap()
        ])
    );
    let [newer, older] = read.requests.as_slice() else {
        panic!("{:?}", read.requests)
    };
    assert_eq!(newer.status, Status::Other("Pondering".to_owned()));
    assert_eq!(newer.source, Source::Other("::1".to_owned()));
    assert_eq!(newer.reason, StatusReason::NewerRequestInitiated);
    assert_eq!(
        (older.requestor.as_deref(), older.justification.as_deref()),
        (None, None)
    );
    assert_eq!(older.source, Source::address(Ipv4Addr::new(10, 0, 0, 4)));
}

#[test]
fn the_request_carries_exactly_one_time_and_a_plain_address() {
    let now: Timestamp = "2026-08-20T08:00:00.75Z".parse().unwrap();
    let port = |field| {
        initiate_body(&draft(), field, now).unwrap()["virtualMachines"][0]["ports"][0].clone()
    };
    assert_eq!(
        port(TimeField::Duration),
        json!({"number": 3389, "allowedSourceAddressPrefix": "172.16.200.5", "duration": "PT1H30M"})
    );
    assert_eq!(
        port(TimeField::EndTime),
        json!({"number": 3389, "allowedSourceAddressPrefix": "172.16.200.5", "endTimeUtc": "2026-08-20T09:30:00Z"})
    );
}

#[test]
fn without_a_source_there_is_no_request() {
    let now = Timestamp::UNIX_EPOCH;
    let mut draft = draft();
    for source in [Source::Other("*".to_owned()), Source::Blocks(Vec::new())] {
        draft.source = source;
        assert_eq!(initiate_body(&draft, TimeField::Duration, now), None);
    }
    draft.source = Source::Blocks(vec![
        "10.0.0.0/24".parse().unwrap(),
        "10.0.1.7/32".parse().unwrap(),
    ]);
    let body = initiate_body(&draft, TimeField::Duration, now).unwrap();
    assert_eq!(
        body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefixes"],
        json!(["10.0.0.0/24", "10.0.1.7"])
    );
}

#[test]
fn durations_are_written_as_azure_writes_them() {
    for (seconds, text) in [
        (3600, "PT1H"),
        (300, "PT5M"),
        (86_400, "PT24H"),
        (3661, "PT1H1M1S"),
        (0, "PT0S"),
        (-5, "PT0S"),
    ] {
        assert_eq!(iso(seconds), text);
    }
}

proptest! {
    #[test]
    fn no_json_breaks_it(value in any_json(&["id", "properties", "virtualMachines", "ports", "number", "requests", "startTimeUtc", "endTimeUtc", "allowedSourceAddressPrefix", "allowedSourceAddressPrefixes", "maxRequestAccessDuration", "protocol"])) {
        let _ = (policy(&value), requests(&value));
    }
}

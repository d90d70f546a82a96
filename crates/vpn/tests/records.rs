//! Every recorded machine is decided anew; this machine's own record is read back and decided too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use gangway_engine::id::GatewayId;
use gangway_engine::tunnel::{
    ConfirmedTunnel, InterfaceKind, Pool, PoolOrigin, RouteTo, TunnelKnowledge, VpnClient,
};
use gangway_vpn::record::{FORMAT, Record, Route};
use gangway_vpn::{Adapter, Phonebook, RasEntry, Seen, kind_of};

const VM: Ipv4Addr = Ipv4Addr::new(10, 20, 0, 4);

/// What has to be among the records, whatever else comes in from real machines.
const MODELLED: [&str; 9] = [
    "azure-vpn-client",
    "native-ikev2",
    "native-sstp",
    "openvpn-tap",
    "openvpn-wintun",
    "openvpn-dco",
    "two-vpns",
    "lan-overlaps-pool",
    "full-tunnel",
];

fn records() -> BTreeMap<String, Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("records");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "json"))
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            let record = Record::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, record)
        })
        .collect()
}

#[test]
fn every_machine_is_decided_as_it_says() {
    let records = records();
    for name in MODELLED {
        assert!(records.contains_key(name), "{name} is missing");
    }
    for (name, record) in records {
        assert!(!record.decided.is_empty(), "{name} says nothing");
        assert_eq!(record.decide(), record.decided, "{name}");
    }
}

#[test]
fn every_record_is_whole() {
    for (name, record) in records() {
        assert_eq!(record.format, FORMAT, "{name}");
        assert!(!record.about.is_empty(), "{name}");
        // What nobody has seen says where it was read.
        assert_eq!(record.modelled, !record.pages.is_empty(), "{name}");
        let mut pages = record.pages.iter();
        assert!(pages.all(|page| page.starts_with("https://")), "{name}");
        for adapter in &record.seen.adapters {
            if let Some(number) = adapter.if_type {
                assert_eq!(kind_of(number), adapter.kind, "{name}: {}", adapter.name);
            }
        }
        let named = |adapter: &str| record.seen.adapters.iter().any(|it| it.name == adapter);
        for route in &record.table {
            assert!(named(&route.interface), "{name}: {}", route.interface);
        }
        // Whoever has seen one has let it be redacted, and that changes it no more.
        let again = record.clone().redacted(str::to_owned);
        assert_eq!(again, record, "{name}");
    }
}

#[test]
fn an_adapter_is_shown_with_the_entry_it_was_dialled_with() {
    let records = records();
    let entry = |record: &str, adapter: &str| {
        let local = records[record].seen.local();
        let mut interfaces = local.interfaces.into_iter();
        let entry = interfaces.find(|it| it.name == adapter).unwrap().entry;
        entry.map(|entry| (entry.name, entry.client))
    };
    let hub = || "vnet-hub".to_owned();
    assert_eq!(
        entry("azure-vpn-client", "vnet-hub"),
        Some((hub(), VpnClient::AzureVpnClient))
    );
    assert_eq!(
        entry("native-ikev2", "vnet-hub"),
        Some((hub(), VpnClient::System))
    );
    assert_eq!(entry("openvpn-dco", "OpenVPN Data Channel Offload"), None);
    assert_eq!(entry("two-vpns", "Wi-Fi"), None);
}

#[test]
fn what_an_entry_is_called_decides_nothing() {
    for (name, mut record) in records() {
        record.seen.ras.clear();
        for adapter in &mut record.seen.adapters {
            adapter.description = Some("Azure VPN".to_owned());
        }
        assert_eq!(record.decide(), record.decided, "{name}");
    }
}

fn known() -> TunnelKnowledge {
    TunnelKnowledge {
        pools: vec![Pool {
            prefix: "172.16.201.0/24".parse().unwrap(),
            origin: PoolOrigin::Setting,
        }],
        may_confirm: true,
        ..TunnelKnowledge::default()
    }
}

#[test]
fn this_machines_record_is_read_back_and_decided() {
    let record = Record::now(&[VM], known()).unwrap();
    assert!(record.decided.iter().any(|it| it.target == VM));
    let written = record.clone().redacted(str::to_owned).to_json().unwrap();
    let read = Record::from_json(&written).unwrap();
    assert_eq!(read.decide(), read.decided);
    let loopback = |record: &Record| {
        let mut adapters = record.seen.adapters.iter();
        adapters.any(|it| it.kind == InterfaceKind::Loopback)
    };
    assert!(loopback(&record) && loopback(&read));
    assert_eq!(read.table.len(), record.table.len());
    // What a file is for has to be plain to whoever opens it.
    assert!(read.about.contains("Read it before you show it"));
}

fn gateway(name: &str) -> GatewayId {
    let id = format!(
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-contoso/providers/\
         Microsoft.Network/virtualNetworkGateways/{name}"
    );
    GatewayId::new(id).unwrap()
}

/// A machine of the admin at Contoso, who has given their name to everything.
fn telling() -> Record {
    let adapter = |name: &str, addresses: &[&str]| Adapter {
        index: Some(7),
        name: name.to_owned(),
        kind: InterfaceKind::Other,
        if_type: Some(6),
        description: Some(format!("{name} of ADMIN")),
        guid: Some("{A1B2C3D4-0000-1111-2222-333344445555}".to_owned()),
        mtu: Some(1500),
        dns_suffix: Some("corp.contoso.example".to_owned()),
        up: true,
        addresses: addresses.iter().map(|it| it.parse().unwrap()).collect(),
    };
    let route = |prefix: &str, gateway: &str| Route {
        prefix: prefix.parse().unwrap(),
        interface: "admin-lan".to_owned(),
        gateway: gateway.parse().ok(),
        metric: 1,
    };
    let mut known = known();
    known.pools.push(Pool {
        prefix: "20.30.40.0/24".parse().unwrap(),
        origin: PoolOrigin::Gateway {
            id: gateway("vgw-contoso"),
        },
    });
    known.serving = Some(gateway("vgw-contoso"));
    known.allowed_sources = vec!["20.50.0.0/16".parse().unwrap()];
    known.confirmed = vec![ConfirmedTunnel {
        interface: "admin-lan".to_owned(),
        gateway: Some(gateway("vgw-contoso")),
    }];
    Record {
        format: FORMAT,
        about: String::new(),
        system: "windows".to_owned(),
        modelled: false,
        pages: Vec::new(),
        seen: Seen {
            adapters: vec![
                adapter("admin-lan", &["20.30.40.50/22", "192.168.7.2/24"]),
                adapter("tunnel", &["172.16.201.2/32"]),
            ],
            ras: vec![RasEntry {
                name: "vpn of admin".to_owned(),
                phonebook: Phonebook::Person,
                file: Some(r"C:\Users\admin\company.pbk".into()),
                device: "WAN Miniport (IKEv2)".to_owned(),
                device_type: "vpn".to_owned(),
                address: Some([172, 16, 201, 2].into()),
            }],
            default_route: Some("admin-lan".to_owned()),
            ways: vec![
                RouteTo {
                    target: VM,
                    source: Some([172, 16, 201, 2].into()),
                    interface: Some("tunnel".to_owned()),
                },
                RouteTo {
                    target: [20, 60, 70, 80].into(),
                    source: Some([20, 30, 40, 50].into()),
                    interface: Some("admin-lan".to_owned()),
                },
            ],
        },
        table: vec![
            route("0.0.0.0/0", "20.30.40.1"),
            route("0.0.0.0/1", "-"),
            route("20.99.98.97/32", "192.168.7.1"),
            route("10.20.0.0/16", "-"),
        ],
        known,
        decided: Vec::new(),
    }
}

#[test]
fn a_record_does_not_tell_whose_it_is() {
    let scrub = |text: &str| text.to_lowercase().replace("admin", "[person]");
    let record = telling().redacted(scrub);
    let written = record.to_json().unwrap();
    for word in [
        "admin", "ADMIN", "contoso", "A1B2C3D4", "11111111", "20.30.", "20.50.", "20.60.",
        "20.99.", "pbk",
    ] {
        assert!(!written.contains(word), "{word} in {written}");
    }
    // The same stands for the same, so that the record still tells a whole story.
    let public = record.seen.adapters[0].addresses[0];
    assert_eq!(public.to_string(), "203.0.113.1/24");
    assert_eq!(record.seen.ways[1].source, Some(public.addr()));
    assert_eq!(record.seen.adapters[0].name, "[person]-lan");
    assert_eq!(record.table[0].interface, "[person]-lan");
    assert_eq!(record.table[0].prefix.prefix_len(), 0);
    assert_eq!(record.table[1].prefix.to_string(), "0.0.0.0/1");
    let (first, serving) = (&record.known.pools[1].origin, record.known.serving.clone());
    assert_eq!(
        first,
        &PoolOrigin::Gateway {
            id: serving.unwrap()
        }
    );
    // What the decision rests on is kept.
    assert_eq!(record.decided[0].verdict, "tunnel 172.16.201.2");
    assert_eq!(record.decided[0].target, VM);
}

#[test]
fn a_name_does_not_tell_a_hardware_address() {
    let mut record = telling();
    let usb = "enx001122aabbcc";
    usb.clone_into(&mut record.seen.adapters[0].name);
    record.seen.adapters[0].description = Some("phone 66:55:44:33:22:11".to_owned());
    record.seen.default_route = Some(usb.to_owned());
    usb.clone_into(&mut record.known.confirmed[0].interface);
    for route in &mut record.table {
        usb.clone_into(&mut route.interface);
    }
    let record = record.redacted(str::to_owned);
    let written = record.to_json().unwrap();
    for word in ["001122", "aabbcc", "66:55", "665544"] {
        assert!(!written.contains(word), "{word} in {written}");
    }
    // Still the same adapter everywhere, and of the same making.
    let name = &record.seen.adapters[0].name;
    assert!(name.starts_with("enx"), "{name}");
    assert_eq!(record.seen.default_route.as_ref(), Some(name));
    assert!(record.table.iter().all(|route| route.interface == *name));
    assert_eq!(record.known.confirmed[0].interface, *name);
    assert_ne!(record.seen.adapters[1].name, *name);
    assert_eq!(record.clone().redacted(str::to_owned), record);
}

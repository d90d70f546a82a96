//! Whatever a file holds, reading it as a profile ends with profiles or a named fault.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{Cursor, Write};

use gangway_vpn::{Error, profile};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

const NAMES: [&str; 4] = ["azurevpnconfig.xml", "VpnSettings.xml", "x.ovpn", "hub.zip"];

fn check(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    match profile::read(&path) {
        Ok(profiles) => {
            for profile in profiles {
                let gateway = profile.gateway.unwrap();
                assert!(gateway.is_ascii() && !gateway.starts_with('-'));
                assert!(!profile.name.chars().any(char::is_control));
            }
        }
        Err(Error::NotAProfile { .. }) => {}
        Err(other) => panic!("{other:?}"),
    }
}

/// Pieces that a profile is made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<AzVpnProfile>",
        "</AzVpnProfile>",
        "<VpnProfile>",
        "</VpnProfile>",
        "<name>",
        "</name>",
        "<fqdn>",
        "</fqdn>",
        "<VpnServer>gw.example</VpnServer>",
        "<Routes>",
        "</Routes>",
        "<destination>",
        "</destination>",
        "<mask>",
        "</mask>",
        "<includeroutes>",
        "</includeroutes>",
        "0.0.0.0/0",
        "10.0.0.0",
        "255.255.0.0",
        "99",
        "&amp;",
        "&x;",
        "&#0;",
        "&#x1b;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE a [",
        "]>",
        "<?xml version='9'?>",
        "\n",
        "remote gw.example 443",
        "remote -o",
        "route 10.0.0.0 255.0.0.0",
        "<key>",
        "</key>",
        "redirect-gateway",
        "ifconfig 10.0.0.2 255.255.255.0",
        "\u{feff}",
        "\0",
        "ü",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes(name in prop::sample::select(NAMES.to_vec()), bytes in any::<Vec<u8>>()) {
        check(name, &bytes);
    }

    #[test]
    fn almost_a_profile(name in prop::sample::select(NAMES.to_vec()), text in pieces(), wide: bool) {
        if wide {
            check(name, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        } else {
            check(name, text.as_bytes());
        }
    }

    #[test]
    fn a_damaged_archive(text in pieces(), hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)) {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in &NAMES[..3] {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let mut bytes = archive.finish().unwrap().into_inner();
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        check("hub.zip", &bytes);
    }
}

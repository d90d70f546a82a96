//! An .rdp file byte for byte, and read by somebody else's reader.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::vm::Service;
use gangway_launch::{
    Client, ClientKind, ClientSettings, Installed, Monitors, RdpSettings, Redirections, Screen,
    Target, plan,
};
use ironrdp_propertyset::Value;

fn bytes(settings: RdpSettings) -> Vec<u8> {
    let wanted = LaunchPlan {
        vm: VmId::new("/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/v").unwrap(),
        vm_name: "v".to_owned(),
        computer_name: None,
        target: [10, 20, 0, 4].into(),
        source: [172, 16, 201, 2].into(),
        service: Service::RDP,
        command: Vec::new(),
    };
    let there = Installed {
        clients: vec![Client {
            kind: ClientKind::Mstsc,
            program: PathBuf::from("mstsc.exe"),
        }],
        ..Installed::default()
    };
    let settings = ClientSettings {
        rdp: settings,
        ..ClientSettings::default()
    };
    let run = plan(&wanted, &settings, &there).unwrap();
    run.files[0].encoding.bytes(&run.files[0].text)
}

fn everything() -> RdpSettings {
    RdpSettings {
        user: Some("CONTOSO\\ädmin".to_owned()),
        target: Target {
            name: Some("vm-web-01".to_owned()),
            is_device: true,
            ..Target::default()
        },
        screen: Screen::Window {
            width: 1_600,
            height: 900,
        },
        monitors: Monitors::These("0,2".to_owned()),
        admin: true,
        entra_sign_in: true,
        redirect: Redirections {
            clipboard: true,
            drives: true,
            printers: true,
            sound: true,
            smart_cards: true,
            microphone: true,
            cameras: true,
            webauthn: true,
            usb: true,
            com_ports: true,
            location: true,
        },
        ..RdpSettings::default()
    }
}

/// Written out by hand: what the code writes must be this and no more.
const NOTHING_SET: [&str; 21] = [
    "full address:s:10.20.0.4:3389",
    "prompt for credentials:i:1",
    "administrative session:i:0",
    "authentication level:i:2",
    "enablecredsspsupport:i:1",
    "gatewayusagemethod:i:0",
    "use multimon:i:0",
    "redirectclipboard:i:0",
    "redirectprinters:i:0",
    "redirectsmartcards:i:0",
    "redirectcomports:i:0",
    "redirectposdevices:i:0",
    "redirectwebauthn:i:0",
    "redirectlocation:i:0",
    "redirectdrives:i:0",
    "drivestoredirect:s:",
    "devicestoredirect:s:",
    "usbdevicestoredirect:s:",
    "camerastoredirect:s:",
    "audiocapturemode:i:0",
    "audiomode:i:2",
];

const EVERYTHING_SET: [&str; 27] = [
    "full address:s:vm-web-01:3389",
    "username:s:CONTOSO\\ädmin",
    "prompt for credentials:i:1",
    "administrative session:i:1",
    "authentication level:i:2",
    "enablecredsspsupport:i:1",
    "gatewayusagemethod:i:0",
    "enablerdsaadauth:i:1",
    "screen mode id:i:1",
    "desktopwidth:i:1600",
    "desktopheight:i:900",
    "use multimon:i:1",
    "selectedmonitors:s:0,2",
    "redirectclipboard:i:1",
    "redirectprinters:i:1",
    "redirectsmartcards:i:1",
    "redirectcomports:i:1",
    "redirectposdevices:i:0",
    "redirectwebauthn:i:1",
    "redirectlocation:i:1",
    "redirectdrives:i:1",
    "drivestoredirect:s:*",
    "devicestoredirect:s:",
    "usbdevicestoredirect:s:*",
    "camerastoredirect:s:*",
    "audiocapturemode:i:1",
    "audiomode:i:0",
];

#[test]
fn every_byte_is_as_mstsc_writes_it() {
    for (settings, lines) in [
        (RdpSettings::default(), &NOTHING_SET[..]),
        (everything(), &EVERYTHING_SET[..]),
    ] {
        let mut expected = vec![0xFF, 0xFE];
        for line in lines {
            expected.extend(line.encode_utf16().flat_map(u16::to_le_bytes));
            expected.extend([b'\r', 0, b'\n', 0]);
        }
        assert_eq!(bytes(settings), expected);
    }
}

#[test]
fn another_reader_understands_every_line() {
    for (settings, lines) in [
        (RdpSettings::default(), &NOTHING_SET[..]),
        (everything(), &EVERYTHING_SET[..]),
    ] {
        let written = bytes(settings);
        let units: Vec<u16> = written[2..]
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
            .collect();
        let read = ironrdp_rdpfile::parse(&String::from_utf16(&units).unwrap());
        assert!(read.errors.is_empty(), "{:?}", read.errors);
        let mut found: Vec<String> = read
            .properties
            .iter()
            .map(|(key, value)| match value {
                Value::Int(number) => format!("{key}:i:{number}"),
                Value::Str(text) => format!("{key}:s:{text}"),
            })
            .collect();
        let mut expected = lines.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}

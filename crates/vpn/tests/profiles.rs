//! Profiles as Azure hands them out, and what somebody might hand out instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a skip is told on standard output"
)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use gangway_vpn::profile::{self, LARGEST_FILE, LARGEST_HANDED_OVER, Profile, ProfileKind};
use gangway_vpn::{Error, Fault};
use rstest::rstest;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

const GATEWAY: &str =
    "azuregateway-11111111-2222-3333-4444-555555555555-0a1b2c3d4e5f.vpn.azure.com";

fn azure_xml(root: &str, kind: &str) -> String {
    format!(
        "<{root} xmlns=\"http://schemas.datacontract.org/2004/07/\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <any i:nil=\"true\"/><clientauth><{kind}/><type>{kind}</type></clientauth>\
         <clientconfig i:nil=\"true\"/><name>vnet-hub</name>\
         <serverlist><ServerEntry><displayname i:nil=\"true\"/><fqdn>{GATEWAY}</fqdn></ServerEntry></serverlist>\
         <servervalidation><serversecret>5ec7e75ec7e7</serversecret><type>cert</type></servervalidation>\
         <version>1</version></{root}>"
    )
}

fn settings_xml() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<VpnProfile>\r\n  <VpnServer>{GATEWAY}</VpnServer>\r\n  \
         <VpnType>IkeV2</VpnType>\r\n  <Routes>10.20.0.0/16,172.16.201.0/24</Routes>\r\n</VpnProfile>\r\n"
    )
}

fn ovpn() -> String {
    format!(
        "client\nremote {GATEWAY} 443\nverify-x509-name '11111111.vpn.azure.com' name\nremote-cert-tls server\n\
         dev tun\nproto tcp\n<tls-auth>\n5ec7e75ec7e7\n</tls-auth>\n<cert>\n$CLIENTCERTIFICATE\n</cert>\n\
         <key>\n$PRIVATEKEY\n</key>\n"
    )
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn written(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Read from a file, and the same when the bytes are handed over.
fn read(name: &str, bytes: &[u8]) -> Result<Vec<Profile>, Error> {
    let (_folder, path) = written(name, bytes);
    let of_file = profile::read(&path);
    let handed_over = profile::read_from(name, bytes.to_vec());
    match (&of_file, handed_over) {
        (Ok(read), handed_over) => assert_eq!(*read, handed_over.unwrap()),
        (Err(_), refused) if bytes.len() as u64 > LARGEST_HANDED_OVER => {
            assert_eq!(fault(refused), Fault::TooLarge(LARGEST_HANDED_OVER));
        }
        (Err(error), refused) => {
            let refused = refused.unwrap_err();
            assert_eq!(error.to_problem(), refused.to_problem());
        }
    }
    of_file
}

fn fault(result: Result<Vec<Profile>, Error>) -> Fault {
    match result {
        Err(Error::NotAProfile { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

fn whole_package() -> Vec<u8> {
    zipped(&[
        (
            "AzureVPN/azurevpnconfig_aad.xml",
            azure_xml("AzVpnProfile", "aad").as_bytes(),
        ),
        (
            "AzureVPN/azurevpnconfig_cert.xml",
            azure_xml("azvpnprofile", "cert").as_bytes(),
        ),
        ("Generic/VpnSettings.xml", settings_xml().as_bytes()),
        ("Generic/VpnServerRoot.cer", &[0x30, 0x82]),
        ("OpenVPN/vpnconfig.ovpn", ovpn().as_bytes()),
        ("WindowsAmd64/VpnClientSetupAmd64.exe", b"MZ"),
    ])
}

#[test]
fn a_package_is_one_profile_for_its_gateway() {
    let profiles = read("vnet-hub.zip", &whole_package()).unwrap();
    let [profile] = profiles.as_slice() else {
        panic!("{profiles:?}");
    };
    assert_eq!(profile.name, "vnet-hub");
    assert_eq!(profile.gateway.as_deref(), Some(GATEWAY));
    assert_eq!(
        profile.kinds,
        [
            ProfileKind::AzureVpn,
            ProfileKind::IkeV2,
            ProfileKind::OpenVpn
        ]
    );
    assert_eq!(profile.routes.len(), 2);
    assert!(!profile.full_tunnel);
    assert!(
        !format!("{profiles:?}").contains("5ec7e7"),
        "a secret was kept"
    );
}

#[test]
fn the_unpacked_folder_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "AzureVPN/azurevpnconfig.xml",
            azure_xml("AzVpnProfile", "aad"),
        ),
        ("Generic/VpnSettings.xml", settings_xml()),
        ("OpenVPN/vpnconfig.ovpn", ovpn()),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let from_folder = profile::read(folder.path()).unwrap();
    assert_eq!(from_folder, read("p.zip", &whole_package()).unwrap());
}

#[rstest]
#[case::its_own_name("azurevpnconfig.xml")]
#[case::renamed("hub (1).xml")]
fn one_file_is_enough_in_any_encoding(#[case] name: &str) {
    let text = azure_xml("azvpnprofile", "aad");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        text.clone().into_bytes(),
        [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
        little.clone(),
        [b"\xFF\xFE".as_slice(), &little].concat(),
        [b"\xFE\xFF".as_slice(), &big].concat(),
    ] {
        let profiles = read(name, &bytes).unwrap();
        assert_eq!(profiles[0].name, "vnet-hub");
        assert_eq!(profiles[0].gateway.as_deref(), Some(GATEWAY));
    }
}

#[test]
fn names_that_climb_out_touch_nothing() {
    let (folder, path) = written(
        "p.zip",
        &zipped(&[
            (
                "../../outside/azurevpnconfig.xml",
                azure_xml("AzVpnProfile", "aad").as_bytes(),
            ),
            ("/etc/vpnsettings.xml", settings_xml().as_bytes()),
            ("C:\\Windows\\x.ovpn", ovpn().as_bytes()),
        ]),
    );
    let profiles = profile::read(&path).unwrap();
    assert_eq!(profiles.len(), 1);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the zip itself is there");
    assert!(!folder.path().parent().unwrap().join("outside").exists());
}

/// Ten gigabytes of zeros as a raw deflate stream of some ten megabytes: one compressed block
/// repeated. The archive says that the entry is as small as `claimed`.
fn ten_gigabytes(claimed: u32) -> Vec<u8> {
    const MEBIBYTES: usize = 10 * 1_024;
    let mut block = Vec::with_capacity(1 << 16);
    flate2::Compress::new(flate2::Compression::best(), false)
        .compress_vec(&vec![0; 1 << 20], &mut block, flate2::FlushCompress::Full)
        .unwrap();
    let name = b"azurevpnconfig.xml";
    let packed = (block.len() * MEBIBYTES) as u32;
    let sizes = [
        0_u32.to_le_bytes(),
        packed.to_le_bytes(),
        claimed.to_le_bytes(),
    ]
    .concat();
    let (version, lengths) = (
        [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0],
        [name.len() as u8, 0, 0, 0],
    );
    let local = [b"PK\x03\x04", version.as_slice(), &sizes, &lengths, name].concat();
    let directory = [
        b"PK\x01\x02\x14\x00",
        version.as_slice(),
        &sizes,
        &lengths,
        &[0; 14],
        name,
    ]
    .concat();
    let mut archive = Vec::with_capacity(packed as usize + 512);
    archive.extend(&local);
    for _ in 0..MEBIBYTES {
        archive.extend(&block);
    }
    let start = archive.len() as u32;
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

#[rstest]
#[case::says_it_is_small(1_000)]
#[case::says_it_is_huge(u32::MAX - 1)]
fn ten_gigabytes_inside_are_not_unpacked(#[case] claimed: u32) {
    let archive = ten_gigabytes(claimed);
    assert!(archive.len() < 16 << 20, "{} bytes", archive.len());
    let found = fault(read("p.zip", &archive));
    assert!(
        matches!(&found, Fault::TooLarge(LARGEST_FILE) | Fault::Archive(_)),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let mut text = settings_xml();
    text.push_str(&" ".repeat(LARGEST_FILE as usize));
    assert_eq!(
        fault(read("VpnSettings.xml", text.as_bytes())),
        Fault::TooLarge(LARGEST_FILE)
    );
    let packed = zipped(&[("Generic/VpnSettings.xml", text.as_bytes())]);
    assert_eq!(fault(read("p.zip", &packed)), Fault::TooLarge(LARGEST_FILE));
}

#[test]
fn too_many_files_are_refused() {
    let names: Vec<String> = (0..300).map(|n| format!("{n}.ovpn")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|n| (n.as_str(), b"client".as_slice()))
        .collect();
    assert!(matches!(
        fault(read("p.zip", &zipped(&files))),
        Fault::TooMany(_)
    ));
    let few: Vec<_> = files[..20].to_vec();
    assert!(matches!(
        fault(read("p.zip", &zipped(&few))),
        Fault::TooMany(16)
    ));
}

#[test]
fn an_archive_cut_short_anywhere_is_refused() {
    let whole = whole_package();
    for length in (4..whole.len()).step_by(97) {
        let result = read("p.zip", &whole[..length]);
        assert!(
            matches!(result, Err(Error::NotAProfile { .. })),
            "{length}: {result:?}"
        );
    }
}

#[rstest]
#[case::nothing("empty.xml", b"".as_slice())]
#[case::html("portal.xml", b"<html><body>Sign in</body></html>".as_slice())]
#[case::picture("hub.zip", b"\x89PNG\r\n\x1a\n".as_slice())]
#[case::broken("azurevpnconfig.xml", b"<AzVpnProfile><name>x".as_slice())]
#[case::latin1("azurevpnconfig.xml", b"<AzVpnProfile><name>\xE9</name></AzVpnProfile>".as_slice())]
#[case::no_gateway("VpnSettings.xml", b"<VpnProfile><Routes>10.0.0.0/8</Routes></VpnProfile>".as_slice())]
#[case::option_as_gateway("x.ovpn", b"remote -oProxyCommand=x 443".as_slice())]
fn what_is_no_profile_has_a_name(#[case] name: &str, #[case] bytes: &[u8]) {
    let error = read(name, bytes).unwrap_err();
    let problem = error.to_problem();
    assert_eq!(problem.code(), "profile-unreadable");
    assert_eq!(problem.params()["file"], name);
}

#[test]
fn a_bomb_of_entities_stays_small() {
    let mut bomb = String::from("<!DOCTYPE x [<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..30 {
        let before = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} \"{before}\">"));
    }
    bomb.push_str(&format!(
        "]><AzVpnProfile><name>&a29;hub</name><fqdn>{GATEWAY}</fqdn></AzVpnProfile>"
    ));
    let profiles = read("azurevpnconfig.xml", bomb.as_bytes()).unwrap();
    assert_eq!(profiles[0].name, "hub");
}

#[test]
fn what_is_not_there_is_unreadable() {
    let error = profile::read(Path::new("no-such-folder/p.zip")).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }));
    assert_eq!(error.to_problem().params()["file"], "p.zip");
}

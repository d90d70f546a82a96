//! Signed files: `rdpsign.exe` is asked, what it leaves is looked at, and only then is Remote Desktop started.

use std::path::Path;

use crate::certificate::Certificate;
use crate::file::{bytes, lines};
use crate::machine::Machine;
use crate::rdp::{VM, plain, stage};

/// Settings that want a file that this certificate signed.
fn signed_by(thumbprint: &str) -> String {
    format!("target = \"address\"\nlaunch = \"signed-file\"\nthumbprint = {thumbprint:?}\n")
}

#[test]
fn the_file_is_signed_before_mstsc_is_given_it() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let certificate = Certificate::in_store("Contoso RDP");
    let stage = stage(&signed_by(certificate.thumbprint()), "");
    let mut road = machine.begin(&stage, &["connect", VM]);
    let signer = machine.starts("rdpsign", &mut road);
    let file = signer.told.file.clone().expect("a file");
    let words = ["/sha256", certificate.thumbprint(), file.as_str()];
    assert_eq!(signer.told.arguments, words);
    let unsigned = bytes(&plain(&stage));
    assert_eq!(signer.bytes(), unsigned);
    signer.signs();
    let mstsc = machine.starts("mstsc", &mut road);
    assert_eq!(mstsc.told.arguments, [file.as_str()]);
    let given = mstsc.bytes();
    assert!(given.starts_with(&unsigned));
    let added = &lines(&given)[plain(&stage).len()..];
    assert!(
        added[0].starts_with("signscope:s:Full Address,"),
        "{added:?}"
    );
    assert!(added[1].starts_with("signature:s:"), "{added:?}");
    mstsc.ends(0);
    machine.loses(&file);
    assert_eq!(road.tells("launch")["way"], "signed-file");
}

#[test]
fn nothing_is_started_with_a_file_that_was_not_signed() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let certificate = Certificate::in_store("Contoso RDP");
    let stage = stage(&signed_by(certificate.thumbprint()), "");
    // Refused, and then said to be done without having been done.
    for code in [1, 0] {
        let mut road = machine.begin(&stage, &["connect", VM]);
        let signer = machine.starts("rdpsign", &mut road);
        let file = signer.told.file.clone().expect("a file");
        signer.ends(code);
        let result = road.ends(3);
        let problem = &result["problem"];
        assert_eq!(problem["code"], "setting-refused", "{code}: {result}");
        assert!(!machine.clients.more(), "something was started: {result}");
        assert!(!Path::new(&file).exists(), "{file} is left behind");
    }
}

//! Every way of signing in, and every way of failing at it, with secrets that are then looked for everywhere.

mod deeds;
mod hunt;
mod strangers;
mod watch;

use std::process::Command;

use self::deeds::Suite;
use self::hunt::hunt;
use self::watch::{Watch, ring};
use crate::bus::Bus;

/// The fewest secrets that the whole suite brings about; with fewer something was not carried out.
const FEWEST: usize = 40;

#[test]
fn no_secret_is_found_anywhere() {
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let mut suite = Suite::new(bus);
    suite.browser();
    suite.challenge();
    suite.device_code();
    suite.client_secret();
    suite.failures();
    suite.crashes();
    suite.proxy();
    suite.azure_cli();
    suite.sign_out();
    let (seen, secrets) = suite.end();
    assert!(secrets.len() >= FEWEST, "{} secrets", secrets.len());
    for place in ["arguments", "bell", "said", "file"] {
        assert!(
            seen.keys().any(|it| it.starts_with(place)),
            "nothing of {place} was seen"
        );
    }
    for file in ["tokens.bin", "gangway.db", "logs/gangway"] {
        assert!(
            seen.keys().any(|it| it.contains(file)),
            "{file} was not seen"
        );
    }
    let found = hunt(&seen, &secrets);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_secret_that_is_there_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let secrets: Vec<String> = (0..7)
        .map(|index| format!("0.canary{index}-ThisIsNoSecretAtAll{index}-ItIsOnlyLong"))
        .collect();
    let bells = folder.path().join("run");
    let watch = Watch::begin(&bells);
    watch.said("said", format!("token: {}\n", secrets[0]).as_bytes());
    let files = folder.path().join("home/deeper");
    std::fs::create_dir_all(&files).unwrap();
    std::fs::write(
        files.join("store"),
        [&[0xff, 0][..], secrets[1].as_bytes()].concat(),
    )
    .unwrap();
    let digits: String = secrets[2]
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    std::fs::write(files.join("digits"), digits).unwrap();
    let encoded = {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.encode(&secrets[3])
    };
    std::fs::write(files.join("encoded"), encoded).unwrap();
    watch.files(folder.path());
    let own = std::fs::read_dir(&bells).unwrap().next().unwrap().unwrap();
    ring(&own.path(), secrets[4].as_bytes());
    let mut waits = Command::new("/bin/sh")
        .args(["-c", "read line", &secrets[5]])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    watch.until_seen("arguments", &secrets[5]);
    drop(waits.stdin.take());
    waits.wait().unwrap();
    let found = hunt(&watch.end(), &secrets);
    for index in 0..6 {
        let name = format!("secret {index} in ");
        assert!(
            found.iter().any(|it| it.starts_with(&name)),
            "{index}: {found:#?}"
        );
    }
    assert!(
        !found.iter().any(|it| it.starts_with("secret 6 ")),
        "{found:#?}"
    );
}

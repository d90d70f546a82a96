//! Windows' own keyring: what is written stays on this computer, comes back whole, and goes when it is removed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by ending"
)]

use std::process::Command;

use gangway_runtime::{KeyHolder, SystemKeyring};

/// More than one credential holds: 2,560 bytes
/// (<https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw>).
const TOO_MUCH: usize = 2561;

#[test]
fn the_key_is_kept_on_this_computer_only_and_goes_when_it_is_removed() {
    if std::env::consts::OS != "windows" {
        gangway_skips::skip("Credential Manager is Windows'");
        return;
    }
    let name = format!("test-{}", std::process::id());
    let key: Vec<u8> = (0..32).map(|byte| byte * 7 + 1).collect();
    assert_eq!(SystemKeyring.get(&name).unwrap(), None);
    SystemKeyring.set(&name, &key).unwrap();
    assert_eq!(SystemKeyring.get(&name).unwrap(), Some(key.clone()));
    assert!(stays_here(&listed(&name)), "{}", listed(&name));
    let other: Vec<u8> = key.iter().rev().copied().collect();
    SystemKeyring.set(&name, &other).unwrap();
    assert_eq!(SystemKeyring.get(&name).unwrap(), Some(other.clone()));
    assert!(SystemKeyring.set(&name, &[7; TOO_MUCH]).is_err());
    assert_eq!(SystemKeyring.get(&name).unwrap(), Some(other));
    SystemKeyring.remove(&name).unwrap();
    assert_eq!(SystemKeyring.get(&name).unwrap(), None);
    assert_eq!(listed(&name), "");
    // Gone is gone, also a second time.
    SystemKeyring.remove(&name).unwrap();
}

/// What Windows itself tells of the entry, nothing where there is none. Wine keeps credentials in its registry and has
/// no `cmdkey`.
fn listed(name: &str) -> String {
    let wine = ["query", r"HKCU\Software\Wine\Credential Manager", "/s"];
    let told = match Command::new("reg").args(wine).output() {
        Ok(told) if told.status.success() => told,
        _ => Command::new("cmdkey").arg("/list").output().unwrap(),
    };
    let text = String::from_utf8_lossy(&told.stdout).replace('\r', "");
    let mut entries = text.split("\n\n").filter(|entry| entry.contains(name));
    entries.next().unwrap_or_default().to_owned()
}

/// Persistence 2 is *local machine*, 3 would roam.
fn stays_here(entry: &str) -> bool {
    let told = entry.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("Persist") && words.next_back() == Some("0x2")
    });
    told || entry.contains("Local machine persistence")
}

//! VPNs that a program of this machine keeps, with a stand-in for that program: the real one wants
//! a system of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::stage::{Said, Stage};

const ID: &str = "11111111-2222-3333-4444-555555555555";

/// A home in which NetworkManager keeps the VPN `hub` and answers wishes for it so; none where
/// NetworkManager cannot be.
struct Home {
    stage: Stage,
    asked: PathBuf,
}

impl Home {
    fn with(answer: &str) -> Option<Self> {
        if std::env::consts::OS != "linux" {
            gangway_skips::skip("NetworkManager is Linux's");
            return None;
        }
        let stage = Stage::demo();
        let (folder, asked) = (
            stage.home.path().join("bin"),
            stage.home.path().join("asked"),
        );
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("nmcli");
        let text = format!(
            "#!/bin/sh\necho \"$@\" >> '{}'\ncase \"$*\" in\n*NAME,UUID*) echo 'hub:{ID}:vpn:no';;\n\
             *vpn.data*) echo 'remote = azuregateway-1.vpn.azure.com';;\n*) {answer};;\nesac\n",
            asked.display()
        );
        fs::write(&program, text).unwrap();
        let made = Command::new("chmod")
            .arg("+x")
            .arg(&program)
            .status()
            .unwrap();
        assert!(made.success());
        Some(Self { stage, asked })
    }

    fn gangway(&self, words: &[&str]) -> Said {
        let cloud = self.stage.home.path().join("cloud.json");
        let mut all = vec!["--cloud", cloud.to_str().unwrap()];
        all.extend(words);
        let mut command = self.stage.command(&all);
        let others = std::env::var_os("PATH").unwrap_or_default();
        let own = self.stage.home.path().join("bin");
        let folders = std::iter::once(own).chain(std::env::split_paths(&others));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        Said::of(command)
    }

    fn was_asked(&self, words: &str) -> bool {
        let asked = fs::read_to_string(&self.asked).unwrap_or_default();
        asked.lines().any(|line| line.ends_with(words))
    }
}

#[test]
fn a_vpn_is_listed_connected_and_ended() {
    let Some(home) = Home::with("exit 0") else {
        return;
    };
    let said = home.gangway(&["vpn", "list", "--json"]).ended(0).json();
    assert_eq!(said["kind"], "vpns");
    let vpn = &said["vpns"][0];
    assert_eq!(vpn["name"], "hub");
    assert_eq!(vpn["client"], "network-manager");
    assert_eq!(vpn["azure"], true);
    assert_eq!(vpn["connected"], false);
    let said = home.gangway(&["vpn", "connect"]).ended(0);
    assert!(said.out.contains("The VPN hub is connected."), "{said:?}");
    assert!(home.was_asked(&format!("connection up uuid {ID}")));
    let words = ["vpn", "disconnect", "HUB", "--json"];
    let said = home.gangway(&words).ended(0).json();
    assert_eq!(said["kind"], "dial");
    assert_eq!(said["ended"], true);
    assert!(home.was_asked(&format!("connection down uuid {ID}")));
}

#[test]
fn a_vpn_that_wants_a_person_is_a_named_problem() {
    let words = "Error: Connection activation failed: Secrets were required, but not provided";
    let Some(home) = Home::with(&format!("echo '{words}' >&2; exit 4")) else {
        return;
    };
    let said = home.gangway(&["vpn", "connect", "hub", "--json"]);
    let said = said.ended(3).json();
    assert_eq!(said["problem"]["code"], "dial-failed");
    assert_eq!(said["problem"]["parameters"]["why"], "wants-person");
    let observed = said["problem"]["observed"].as_str().unwrap();
    assert!(observed.contains("Secrets were required"), "{said}");
    let said = home.gangway(&["vpn", "connect", "gone"]).ended(2);
    assert!(said.err.contains("gone"), "{said:?}");
}

//! Dialling with stand-ins for `nmcli` and `systemctl` that write down how they were called: the
//! real ones need a bus and a system of their own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use gangway_engine::dial::{DialWhy, Dialled, Dialling, VpnProfile};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::tunnel::{VpnClient, VpnEntry};
use tempfile::TempDir;

use crate::dial::{OpenVpnGui, Places, connect_at, disconnect_at, list_at};

const ID: &str = "11111111-2222-3333-4444-555555555555";

struct Stage {
    folder: TempDir,
    places: Places,
}

impl Stage {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            places: Places::default(),
        }
    }

    /// A program of this name: it writes each argument into a line, then does `what`.
    fn program(&self, name: &str, what: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let said = self.folder.path().join("said");
        let text = format!(
            "#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\" >> '{0}'; done\necho >> '{0}'\n{what}\n",
            said.display()
        );
        // Written whole before it is a program: one that is still open cannot be started.
        let unready = path.with_extension("unready");
        fs::write(&unready, text).unwrap();
        fs::set_permissions(&unready, fs::Permissions::from_mode(0o700)).unwrap();
        fs::rename(&unready, &path).unwrap();
        path
    }

    /// `nmcli` that knows a VPN of this name that is down, and answers `up` and `down` so.
    fn network_manager(name: &str, answer: &str) -> Self {
        Self::network_manager_where(name, "no", answer)
    }

    /// The same, with what it tells of `ACTIVE`.
    fn network_manager_where(name: &str, active: &str, answer: &str) -> Self {
        let mut stage = Self::new();
        // As nmcli writes it, and then as a shell has to read that.
        let name = name.replace('\\', r"\\").replace(':', r"\:");
        let name = name.replace('\'', r"'\''");
        let what = format!(
            "case \"$*\" in\n*NAME,UUID*) printf '%s\\n' '{name}:{ID}:vpn:{active}' 'Wired:{ID}:802-3-ethernet:yes';;\n\
             *vpn.data*) echo 'remote = azuregateway-1.vpn.azure.com\\:443, dev = tun';;\n*) {answer};;\nesac"
        );
        stage.places.nmcli = Some(stage.program("nmcli", &what));
        stage
    }

    fn open_vpn(names: &[&str], answer: &str) -> Self {
        let mut stage = Self::new();
        let folder = stage.folder.path().join("client");
        fs::create_dir(&folder).unwrap();
        for name in names {
            fs::write(folder.join(name), "remote hub.example 1194\n").unwrap();
        }
        stage.places.open_vpn = Some(folder);
        stage.places.systemctl = Some(stage.program("systemctl", answer));
        stage
    }

    fn pipe(&self, name: &str) -> PathBuf {
        let pipe = self.folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        pipe
    }

    fn said(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("said")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

fn entry(name: &str, client: VpnClient) -> VpnEntry {
    VpnEntry {
        name: name.to_owned(),
        client,
    }
}

fn why(problem: &Problem) -> DialWhy {
    match &problem.cause {
        Cause::DialFailed { why, .. } => *why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn network_manager_connects_by_id_and_ends() {
    let name = "it's a \"hub\": $(x)";
    let stage = Stage::network_manager(name, "exit 0");
    let found = list_at(&stage.places).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].entry, entry(name, VpnClient::NetworkManager));
    assert!(found[0].azure && found[0].connected == Some(false));
    let mut begun = 0;
    let dialled = connect_at(&stage.places, &found[0].entry, || begun += 1).await;
    assert_eq!(dialled.unwrap(), Dialled::Up);
    assert_eq!(begun, 1);
    disconnect_at(&stage.places, &found[0].entry).await.unwrap();
    let asked: Vec<String> = stage
        .said()
        .into_iter()
        .filter(|line| line.contains("--wait"))
        .collect();
    let line = |what: &str| format!("<--wait><100><connection><{what}><uuid><{ID}>");
    assert_eq!(asked, [line("up"), line("down")]);
}

#[tokio::test]
async fn what_network_manager_refuses_is_told_with_its_reason() {
    let words = "Error: Connection activation failed: Secrets were required, but not provided";
    let stage = Stage::network_manager("hub", &format!("echo '{words}' >&2; exit 4"));
    let hub = entry("hub", VpnClient::NetworkManager);
    let refused = connect_at(&stage.places, &hub, || {}).await.unwrap_err();
    assert_eq!(why(&refused), DialWhy::WantsPerson);
    let observed = refused.details.observed.unwrap();
    assert_eq!(observed, format!("nmcli ended with 4: {words}"));
    let gone = entry("gone", VpnClient::NetworkManager);
    let unknown = connect_at(&stage.places, &gone, || {}).await.unwrap_err();
    assert_eq!(why(&unknown), DialWhy::Unknown);
}

#[tokio::test]
async fn a_unit_is_started_and_its_state_told() {
    let answer = "case \"$1\" in is-active) echo active; echo inactive; exit 3;; esac";
    let stage = Stage::open_vpn(&["a.conf", "hub.conf", "my hub.conf"], answer);
    let found = list_at(&stage.places).await;
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.entry.name.as_str(), it.connected))
        .collect();
    let expected = [("a", Some(true)), ("hub", Some(false)), ("my hub", None)];
    assert_eq!(told, expected);
    let hub = entry("hub", VpnClient::OpenVpn);
    let dialled = connect_at(&stage.places, &hub, || {}).await.unwrap();
    assert_eq!(dialled, Dialled::Begun);
    let asked = stage.said().pop().unwrap();
    assert_eq!(asked, "<start><openvpn-client@hub.service>");
    // What nobody here can start is told with its line.
    let Dialling::ByHand { line } = &found[2].dialling else {
        panic!("{found:?}");
    };
    assert!(line.starts_with("sudo openvpn --config '/"), "{line}");
    let by_hand = connect_at(&stage.places, &found[2].entry, || {})
        .await
        .unwrap_err();
    assert_eq!(why(&by_hand), DialWhy::ByHand);
    assert_eq!(by_hand.details.observed.as_ref(), Some(line));
}

#[tokio::test]
async fn what_is_connected_already_is_up_and_left_alone() {
    let refuses = "echo 'it was called' >&2; exit 1";
    let known = Stage::network_manager_where("hub", "yes", refuses);
    let hub = entry("hub", VpnClient::NetworkManager);
    let begins = || panic!("it was connected before");
    let dialled = connect_at(&known.places, &hub, begins).await;
    assert_eq!(dialled.unwrap(), Dialled::Up);
    let unit = Stage::open_vpn(&["hub.conf"], "echo active");
    let hub = entry("hub", VpnClient::OpenVpn);
    let dialled = connect_at(&unit.places, &hub, begins).await;
    assert_eq!(dialled.unwrap(), Dialled::Up);
    assert_eq!(
        unit.said(),
        ["<is-active><openvpn-client@hub.service>"],
        "it is only asked"
    );
}

#[tokio::test]
async fn nobody_says_begun_of_what_cannot_be_told() {
    let stage = Stage::open_vpn(&["hub.conf"], "exit 1");
    let mut places = stage.places.clone();
    let program = stage.program("openvpn-gui", "exit 0");
    let folder = stage.folder.path().join("gui");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("office.ovpn"), "remote hub.example 1194\n").unwrap();
    let folders = vec![folder];
    places.open_vpn_gui = Some(OpenVpnGui { program, folders });
    let office = entry("office", VpnClient::OpenVpnGui);
    let begins = || panic!("it may have been connected before");
    let dialled = connect_at(&places, &office, begins).await;
    assert_eq!(dialled.unwrap(), Dialled::Begun);
}

#[tokio::test]
async fn names_keep_their_letters_whatever_this_machine_speaks() {
    let stage = Stage::network_manager("b\u{fc}ro", "exit 0");
    let told = "case \"$*\" in *NAME,UUID*) echo \"$LC_ALL ${LANGUAGE-none}:$ID:vpn:no\";; esac";
    let mut places = stage.places.clone();
    let told = told.replace("$ID", ID);
    places.nmcli = Some(stage.program("nmcli-2", &told));
    let names = |found: Vec<VpnProfile>| found.into_iter().map(|it| it.entry.name);
    let found: Vec<String> = names(list_at(&stage.places).await).collect();
    assert_eq!(found, ["b\u{fc}ro"]);
    let found: Vec<String> = names(list_at(&places).await).collect();
    assert_eq!(found, ["C.UTF-8 none"]);
}

#[tokio::test]
async fn a_program_that_hangs_hides_its_own_vpns_only() {
    let mut stage = Stage::open_vpn(&["hub.conf"], "echo inactive");
    // It waits for what nobody writes.
    let pipe = stage.pipe("pipe");
    let hangs = format!("exec cat '{}'", pipe.display());
    stage.places.nmcli = Some(stage.program("nmcli", &hangs));
    // The limit comes at once: nothing else has anything to do.
    tokio::time::pause();
    let found = list_at(&stage.places).await;
    let names: Vec<&str> = found.iter().map(|it| it.entry.name.as_str()).collect();
    assert_eq!(names, ["hub"]);
}

#[tokio::test]
async fn an_end_that_nobody_waits_for_goes_on() {
    let mut stage = Stage::new();
    let [runs, goes_on, done] = ["runs", "goes-on", "done"].map(|name| stage.pipe(name));
    let what = format!(
        "case \"$*\" in\n*NAME,UUID*) echo 'hub:{ID}:vpn:yes';;\n\
         *down*) read -r it < '{}'; read -r it < '{}'; echo \"$it\" > '{}';;\nesac",
        runs.display(),
        goes_on.display(),
        done.display()
    );
    stage.places.nmcli = Some(stage.program("nmcli", &what));
    let hub = entry("hub", VpnClient::NetworkManager);
    let places = stage.places.clone();
    let ending = tokio::spawn(async move { disconnect_at(&places, &hub).await });
    // Each side of a pipe waits for the other.
    let write = |pipe: PathBuf| tokio::task::spawn_blocking(move || fs::write(pipe, "on\n"));
    write(runs).await.unwrap().unwrap();
    ending.abort();
    assert!(ending.await.unwrap_err().is_cancelled());
    write(goes_on).await.unwrap().unwrap();
    let read = tokio::task::spawn_blocking(move || fs::read_to_string(done));
    assert_eq!(read.await.unwrap().unwrap(), "on\n");
}

#[tokio::test]
async fn what_polkit_refuses_is_not_permitted() {
    let words = "Failed to start openvpn-client@hub.service: Interactive authentication required.";
    let stage = Stage::open_vpn(&["hub.conf"], &format!("echo '{words}' >&2; exit 1"));
    let hub = entry("hub", VpnClient::OpenVpn);
    let refused = connect_at(&stage.places, &hub, || {}).await.unwrap_err();
    assert_eq!(why(&refused), DialWhy::NotPermitted);
}

#[tokio::test]
async fn a_program_that_is_gone_is_named() {
    let mut stage = Stage::open_vpn(&["hub.conf"], "");
    stage.places.systemctl = Some(Path::new("/nowhere/systemctl").to_owned());
    let hub = entry("hub", VpnClient::OpenVpn);
    let missing = connect_at(&stage.places, &hub, || {}).await.unwrap_err();
    assert_eq!(why(&missing), DialWhy::ProgramMissing);
}

#[tokio::test]
async fn this_machines_own_vpns_can_be_listed() {
    let places = super::places();
    assert!(places.rasdial.is_none() && places.phonebooks.is_empty());
    for profile in list_at(&places).await {
        assert!(!profile.entry.name.is_empty(), "{profile:?}");
    }
}

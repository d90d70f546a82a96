//! Wishes about files, done and refused.

use std::fs;
use std::path::Path;

use gangway_engine::id::{PolicyId, RequestId};
use gangway_engine::input::Recorded;
use gangway_engine::policy::Source;
use gangway_engine::query::{Page, Query, SettingKind, SettingOrigin};
use gangway_engine::request::Draft;
use gangway_engine::settings::Theme;
use gangway_engine::time::{SignedDuration, mins};
use rstest::rstest;

use super::*;
use crate::home::Home;
use crate::options::Options;
use crate::settings::MachinePolicy;
use crate::store::Owner;

const GROUP: &str = "/subscriptions/s/resourceGroups/g/providers";

/// A profile as Azure's portal gives it, and nothing in it that is anybody's.
const PROFILE: &str = r#"<?xml version="1.0"?>
<AzVpnProfile><name>contoso-hub</name><serverlist><ServerEntry><fqdn>azuregateway-1.vpn.azure.com</fqdn>
</ServerEntry></serverlist></AzVpnProfile>"#;

struct Stage {
    place: tempfile::TempDir,
    runtime: Runtime,
}

fn stage_with(policy: MachinePolicy) -> Stage {
    let place = tempfile::tempdir().unwrap();
    let (runtime, problems) = Runtime::open(Options {
        policy: Some(policy),
        stays: true,
        downloads: Some(place.path().join("down/loads")),
        ..Options::new(Home::at(place.path().join("home")))
    })
    .unwrap();
    assert_eq!(problems, []);
    Stage { place, runtime }
}

fn stage() -> Stage {
    stage_with(MachinePolicy::none())
}

fn vm() -> VmId {
    VmId::new(format!(
        "{GROUP}/Microsoft.Compute/virtualMachines/vm.web 01"
    ))
    .unwrap()
}

impl Stage {
    async fn set(&self, key: &str, value: &str) -> Result<Done, Problem> {
        let value = Some(value.to_owned());
        let key = key.to_owned();
        self.runtime.fulfil(StoreWish::Set { key, value }).await
    }

    async fn set_for_vm(&self, key: &str, value: Option<&str>) -> Result<Done, Problem> {
        let wish = StoreWish::SetForVm {
            vm: vm(),
            key: key.to_owned(),
            value: value.map(str::to_owned),
        };
        self.runtime.fulfil(wish).await
    }

    fn file(&self) -> String {
        fs::read_to_string(self.runtime.world.home.settings_file()).unwrap_or_default()
    }

    async fn import(&self, name: &str, bytes: &[u8]) -> Result<Done, Problem> {
        let wish = StoreWish::ImportProfile {
            name: name.to_owned(),
            content: STANDARD.encode(bytes),
        };
        self.runtime.fulfil(wish).await
    }

    fn record(&self, reason: &str) -> RequestId {
        let policy = format!("{GROUP}/Microsoft.Security/locations/x/jitNetworkAccessPolicies/p");
        let draft = Draft {
            vm: vm(),
            policy: PolicyId::new(policy).unwrap(),
            port: 22,
            source: Source::address([172, 16, 200, 5].into()),
            tunnel_address: [172, 16, 200, 5].into(),
            duration: mins(60),
            reason: Some(reason.to_owned()),
            consent: None,
        };
        let world = &self.runtime.world;
        let me = Owner::this_process();
        // A claim holds a port for one request at a time; time passes between them.
        let later = world.store.history("", 99).unwrap().len();
        let later = mins(10 * i64::try_from(later).unwrap());
        let at = world.clock.now() + later;
        match world.store.record(&draft, "=vm,web", at, &me) {
            Recorded::Ours(request) => request,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_setting_is_in_force_and_shown_once_it_is_set() {
    let stage = stage();
    stage.set("theme", "dark").await.unwrap();
    stage.set("duration", "2h").await.unwrap();
    stage.set("rdp.full_screen", "true").await.unwrap();
    // What looks like a number is a text where a text is wanted.
    stage.set("ssh.user", "4711").await.unwrap();
    let shell = stage.runtime.shown().snapshot.settings;
    assert_eq!(shell.theme, Theme::Dark);
    assert_eq!(shell.duration, SignedDuration::from_hours(2));
    assert!(stage.runtime.settings().rdp.full_screen);
    assert_eq!(stage.runtime.settings().ssh.user.as_deref(), Some("4711"));
    let Ok(Page::Settings { rows, problem, .. }) = stage.runtime.query(Query::Settings).await
    else {
        panic!("no settings")
    };
    assert_eq!(problem, None);
    let of = |key: &str| rows.iter().find(|row| row.key == key).unwrap();
    assert_eq!(
        (of("theme").value.as_str(), of("theme").origin),
        ("dark", SettingOrigin::File)
    );
    assert_eq!(of("ssh.user").value, "4711");
    assert_eq!(of("notices").origin, SettingOrigin::Default);
    assert!(matches!(of("theme").kind, SettingKind::Choice { .. }));
    assert!(rows.iter().all(|row| row.key != "whole_prefixes"));
    let unset = StoreWish::Set {
        key: "theme".to_owned(),
        value: None,
    };
    stage.runtime.fulfil(unset).await.unwrap();
    assert_eq!(stage.runtime.shown().snapshot.settings.theme, Theme::System);
    assert!(!stage.file().contains("theme"));
}

#[rstest]
#[case("theme", "purple")]
#[case("duration", "soon")]
#[case("duraton", "1h")]
#[case("vm.x.user", "me")]
#[case("rdp", "x")]
#[case("whole_prefixes", "true")]
#[case("autostart", "true")]
#[case("browser", "[\"sh\"]")]
#[case("cloud", "china")]
#[case("extra_ca", "/tmp/ca.pem")]
#[case("proxy", "http://proxy.contoso.example:8080")]
#[case("proxy_user", "me")]
#[case("ssh.identity", "/tmp/key")]
#[case("ssh.known_hosts", "/tmp/hosts")]
#[case("ssh.terminal", "sh")]
#[case("rdp.thumbprint", "0123456789abcdef0123456789abcdef01234567")]
#[tokio::test]
async fn what_does_not_fit_or_is_locked_changes_nothing(#[case] key: &str, #[case] value: &str) {
    let demands = serde_json::json!({"autostart": false, "pools": ["10.9.0.0/16"]});
    let serde_json::Value::Object(demands) = demands else {
        panic!()
    };
    let stage = stage_with(MachinePolicy::from_values("test", demands));
    stage.set("notices", "false").await.unwrap();
    let before = stage.file();
    let problem = stage.set(key, value).await.unwrap_err();
    assert_eq!(problem.code(), "settings-invalid");
    assert_eq!(stage.file(), before);
    assert!(!stage.runtime.shown().snapshot.settings.autostart);
    assert_eq!(stage.runtime.shown().snapshot.problems, []);
}

#[tokio::test]
async fn what_is_none_for_views_is_shown_and_cannot_be_taken_out_either() {
    let stage = stage();
    let file = stage.runtime.world.home.settings_file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "[ssh]\nterminal = \"xterm\"\n").unwrap();
    stage.set("theme", "dark").await.unwrap();
    let Ok(Page::Settings { rows, .. }) = stage.runtime.query(Query::Settings).await else {
        panic!("no settings")
    };
    let of = |key: &str| rows.iter().find(|row| row.key == key).unwrap();
    assert_eq!(of("ssh.terminal").value, "xterm");
    assert!(!of("ssh.terminal").here && !of("proxy").here && of("theme").here);
    let unset = StoreWish::Set {
        key: "ssh.terminal".to_owned(),
        value: None,
    };
    let problem = stage.runtime.fulfil(unset).await.unwrap_err();
    assert_eq!(problem.code(), "settings-invalid");
    assert!(stage.file().contains("xterm"));
}

#[tokio::test]
async fn what_is_set_for_one_vm_stands_under_its_id_or_where_it_stood() {
    let stage = stage();
    stage.set_for_vm("ssh_port", Some("2201")).await.unwrap();
    stage.set_for_vm("user", Some("me")).await.unwrap();
    let of_vm = stage.runtime.settings().of_vm(&vm()).cloned().unwrap();
    assert_eq!(of_vm.user.as_deref(), Some("me"));
    assert!(
        stage
            .file()
            .contains("Microsoft.Compute/virtualMachines/vm.web 01")
    );
    for key in ["ssh_port", "user"] {
        stage.set_for_vm(key, None).await.unwrap();
    }
    assert_eq!(stage.file().trim(), "");
    fs::write(
        stage.runtime.world.home.settings_file(),
        "[vm.\"VM.Web 01\"]\nrdp_port = 1\n",
    )
    .unwrap();
    stage.set_for_vm("ssh_port", Some("2202")).await.unwrap();
    assert_eq!(
        stage.file(),
        "[vm.\"VM.Web 01\"]\nrdp_port = 1\nssh_port = 2202\n"
    );
    for (key, value) in [("ssh_port", "0"), ("identity", "x")] {
        let refused = stage.set_for_vm(key, Some(value)).await.unwrap_err();
        assert_eq!(refused.code(), "settings-invalid");
    }
}

#[tokio::test]
async fn settings_that_cannot_be_written_say_where() {
    let stage = stage();
    // A folder in its place: not even root can write a file there.
    let file = stage.runtime.world.home.settings_file();
    fs::create_dir_all(file.with_extension("toml.new").join("x")).unwrap();
    let problem = stage.set("theme", "dark").await.unwrap_err();
    assert_eq!(problem.code(), "store-not-writable");
    assert_eq!(problem.params()["path"], file.display().to_string());
    assert_eq!(stage.runtime.shown().snapshot.settings.theme, Theme::System);
}

#[tokio::test]
async fn a_profile_is_taken_in_and_forgotten() {
    let stage = stage();
    let done = stage.import("../../etc/azurevpnconfig.xml", PROFILE.as_bytes());
    assert_eq!(done.await.unwrap().imported, ["contoso-hub"]);
    let profiles = async || match stage.runtime.query(Query::Profiles).await {
        Ok(Page::Profiles { rows }) => rows,
        other => panic!("{other:?}"),
    };
    let [only] = profiles().await.try_into().unwrap();
    assert_eq!(
        only.gateway.as_deref(),
        Some("azuregateway-1.vpn.azure.com")
    );
    for name in ["nobody's", "contoso-hub"] {
        let name = name.to_owned();
        let wish = StoreWish::ForgetProfile { name };
        stage.runtime.fulfil(wish).await.unwrap();
    }
    assert_eq!(profiles().await, []);
}

#[tokio::test]
async fn what_is_no_profile_has_a_name_and_nothing_is_opened() {
    let stage = stage();
    let there = stage.place.path().join("azurevpnconfig.xml");
    fs::write(&there, PROFILE).unwrap();
    for (name, bytes) in [
        (there.display().to_string(), b"".to_vec()),
        ("a\nb.xml".to_owned(), b"<xml/>".to_vec()),
        ("p.zip".to_owned(), b"PK\x03\x04".to_vec()),
        ("p.zip".to_owned(), vec![b'P'; (8 << 20) + 1]),
        ("p.zip".to_owned(), vec![b'x'; 9 << 20]),
    ] {
        let problem = stage.import(&name, &bytes).await.unwrap_err();
        assert_eq!(problem.code(), "profile-unreadable");
        let file = &problem.params()["file"];
        assert!(!file.contains(['/', '\n']), "{file}");
    }
    let wish = StoreWish::ImportProfile {
        name: "p.xml".to_owned(),
        content: "not base64!".to_owned(),
    };
    let problem = stage.runtime.fulfil(wish).await.unwrap_err();
    assert_eq!(problem.code(), "profile-unreadable");
    assert_eq!(stage.runtime.world.store.profiles().unwrap(), []);
}

#[tokio::test]
async fn the_history_is_written_beside_what_is_there_and_calculates_nothing() {
    let stage = stage();
    stage.record("=cmd|' /C calc'!A0");
    stage.record("ticket \"4711\", urgent");
    let export = async |text: &str| {
        let text = text.to_owned();
        let wish = StoreWish::ExportHistory { text };
        let saved = stage.runtime.fulfil(wish).await.unwrap().saved.unwrap();
        (fs::read_to_string(&saved).unwrap(), saved)
    };
    let (all, one) = export("").await;
    let (some, other) = export("TICKET 172.16").await;
    assert_ne!(one, other);
    assert!(Path::new(&one).starts_with(stage.runtime.downloads()));
    assert!(crate::platform::is_private(Path::new(&one)).unwrap());
    let lines: Vec<&str> = all.split("\r\n").collect();
    assert!(lines[0].ends_with("asked_at,vm,resource_group,subscription,port,source,minutes,reason,standing,started_at,ends_at"));
    assert!(
        lines[1].contains(
            ",\"'=vm,web\",g,s,22,172.16.200.5/32,60,\"ticket \"\"4711\"\", urgent\",unanswered,,"
        ),
        "{all}"
    );
    assert!(lines[2].contains(",'=cmd|' /C calc'!A0,"), "{all}");
    assert_eq!((lines.len(), some.lines().count()), (4, 2));
}

#[tokio::test]
async fn an_export_that_cannot_be_written_says_where_and_leaves_nothing() {
    let stage = stage();
    fs::write(stage.place.path().join("down"), "a file, not a folder").unwrap();
    for wish in [
        StoreWish::ExportReport,
        StoreWish::ExportHistory {
            text: String::new(),
        },
    ] {
        let problem = stage.runtime.fulfil(wish).await.unwrap_err();
        assert_eq!(problem.code(), "store-not-writable");
        let folder = stage.runtime.downloads().display().to_string();
        assert_eq!(problem.params()["path"], folder);
    }
}

#[tokio::test]
async fn a_report_tells_of_machines_and_not_of_people() {
    let stage = stage();
    stage.record("for worker@contoso.example, ticket 4711");
    let file = stage.runtime.world.home.settings_file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let of_person =
        "extra_ca = \"/home/worker/ca.pem\"\n[ssh]\nterminal = \"/home/worker/terminal\"\n";
    fs::write(&file, of_person).unwrap();
    stage.set("ssh.user", "opsperson").await.unwrap();
    let logs = stage.runtime.world.home.logs();
    fs::create_dir_all(&logs).unwrap();
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
    fs::write(
        logs.join("gangway.2026-01-01.log"),
        format!("INFO read by worker@contoso.example with {token}\nINFO id=c0ffee state=Open\n"),
    )
    .unwrap();
    let done = stage.runtime.fulfil(StoreWish::ExportReport).await.unwrap();
    let saved = done.saved.unwrap();
    assert!(crate::platform::is_private(Path::new(&saved)).unwrap());
    let text = fs::read_to_string(saved).unwrap();
    for there in [
        "Left out of this report",
        concat!("gangway: ", env!("CARGO_PKG_VERSION")),
        "hosts: login.microsoftonline.com, management.azure.com",
        "ssh.user = [left out] (file)",
        "ssh.terminal = [left out] (file)",
        "duration = \"1h\" (default)",
        "accounts: 0",
        "vm.web 01 port 22",
        "id=c0ffee state=Open",
    ] {
        assert!(text.contains(there), "{there} is not in\n{text}");
    }
    for not_there in ["worker", "opsperson", "4711", "eyJ", "contoso.example"] {
        assert!(!text.contains(not_there), "{not_there} is in\n{text}");
    }
}

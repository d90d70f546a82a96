//! What would be run, per client and setting, compared as text.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod given;

use std::path::PathBuf;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::launch::LaunchWay;
use gangway_engine::problem::Cause;
use gangway_engine::vm::{Protocol, Service};
use gangway_launch::{
    Client, ClientKind, ClientSettings, Installed, Monitors, Place, Protection, RdpMode,
    RdpPolicies, RdpSettings, Redirections, Rule, Screen, SshProgram, SshSettings, Target,
    Terminal, TerminalKind, plan,
};
use rstest::rstest;

use given::shown;

fn launch(service: Service) -> LaunchPlan {
    LaunchPlan {
        vm: VmId::new(
            "/subscriptions/AAAA/resourceGroups/Rg-1/providers/Microsoft.Compute/virtualMachines/vm-Web-01",
        )
        .unwrap(),
        vm_name: "vm-Web-01".to_owned(),
        computer_name: None,
        target: [10, 20, 0, 4].into(),
        source: [172, 16, 201, 2].into(),
        service,
        command: Vec::new(),
    }
}

fn installed(clients: &[(ClientKind, &str)], terminals: &[(TerminalKind, &str)]) -> Installed {
    Installed {
        clients: clients
            .iter()
            .map(|&(kind, program)| Client {
                kind,
                program: PathBuf::from(program),
            })
            .collect(),
        terminals: terminals
            .iter()
            .map(|&(kind, program)| Terminal {
                kind,
                program: PathBuf::from(program),
            })
            .collect(),
        looked_for: vec![
            (ClientKind::Mstsc, "mstsc".to_owned()),
            (ClientKind::Ssh, "ssh".to_owned()),
        ],
        terminals_looked_for: vec!["xterm".to_owned()],
        policies: RdpPolicies::default(),
        signer: Some(PathBuf::from("rdpsign.exe")),
        ..Installed::default()
    }
}

const SSH: (ClientKind, &str) = (ClientKind::Ssh, "/usr/bin/ssh");

fn at_the_desktop() -> ClientSettings {
    ClientSettings {
        place: Place::Desktop,
        ..ClientSettings::default()
    }
}

fn everything_set() -> ClientSettings {
    ClientSettings {
        place: Place::Here,
        ssh: SshSettings {
            program: SshProgram::OpenSsh,
            user: Some("admin@contoso.example".to_owned()),
            identity: Some(PathBuf::from("/home/a b/.ssh/id_ed25519")),
            known_hosts: Some(PathBuf::from("/home/a b/known_100%")),
            connect_timeout: 10,
            terminal: None,
        },
        rdp: RdpSettings {
            user: Some("CONTOSO\\admin".to_owned()),
            mode: RdpMode::File,
            thumbprint: Some(format!("\u{200e}ab {}", "0c".repeat(19))),
            target: Target {
                name: Some("vm-web-01.corp.contoso.example".to_owned()),
                is_device: true,
                tried: vec!["vm-web-01.corp.contoso.example".to_owned()],
                not_full: Vec::new(),
            },
            screen: Screen::Window {
                width: 1_280,
                height: 800,
            },
            entra_sign_in: true,
            redirect: Redirections {
                clipboard: true,
                drives: true,
                ..Redirections::default()
            },
            ..RdpSettings::default()
        },
    }
}

#[rstest]
#[case::here("ssh-here", ClientSettings::default())]
#[case::everything("ssh-everything", everything_set())]
fn ssh_in_this_terminal(#[case] golden: &str, #[case] settings: ClientSettings) {
    let run = plan(&launch(Service::SSH), &settings, &installed(&[SSH], &[])).unwrap();
    insta::assert_snapshot!(golden, shown(&run));
}

#[test]
fn a_remote_command_arrives_as_it_was_typed() {
    let mut launch = launch(Service {
        protocol: Protocol::Ssh,
        port: 2_222,
    });
    launch.command = ["sh", "-c", "echo \"$HOME\"; it's", "", "-x", "*.log"]
        .map(str::to_owned)
        .into();
    let run = plan(&launch, &ClientSettings::default(), &installed(&[SSH], &[])).unwrap();
    insta::assert_snapshot!("ssh-command", shown(&run));
}

#[rstest]
#[case::debian(TerminalKind::XTerminalEmulator, "/usr/bin/x-terminal-emulator")]
#[case::gnome(TerminalKind::GnomeTerminal, "/usr/bin/gnome-terminal")]
#[case::konsole(TerminalKind::Konsole, "/usr/bin/konsole")]
#[case::xfce(TerminalKind::Xfce4Terminal, "/usr/bin/xfce4-terminal")]
#[case::kitty(TerminalKind::Plain, "/usr/bin/kitty")]
#[case::xterm(TerminalKind::DashE, "/usr/bin/xterm")]
#[case::windows(TerminalKind::Console, "C:\\Windows\\System32\\conhost.exe")]
#[case::apple(TerminalKind::AppleTerminal, "/usr/bin/open")]
fn ssh_from_the_desktop(#[case] kind: TerminalKind, #[case] program: &str) {
    let there = installed(&[SSH], &[(kind, program)]);
    let run = plan(&launch(Service::SSH), &at_the_desktop(), &there).unwrap();
    insta::assert_snapshot!(format!("ssh-desktop-{kind:?}"), shown(&run));
}

#[rstest]
#[case::mstsc(ClientKind::Mstsc, "C:\\Windows\\System32\\mstsc.exe")]
#[case::sdl(ClientKind::SdlFreeRdp, "/usr/bin/sdl-freerdp")]
#[case::xfreerdp(ClientKind::XFreeRdp, "/usr/bin/xfreerdp3")]
#[case::remmina(ClientKind::Remmina, "/usr/bin/remmina")]
#[case::apple(ClientKind::Open, "/usr/bin/open")]
fn remote_desktop(#[case] kind: ClientKind, #[case] program: &str) {
    let there = installed(
        &[SSH, (kind, program)],
        &[(TerminalKind::DashE, "/usr/bin/xterm")],
    );
    let run = plan(&launch(Service::RDP), &at_the_desktop(), &there).unwrap();
    insta::assert_snapshot!(format!("rdp-{kind:?}"), shown(&run));
}

#[test]
fn xfreerdp_without_a_terminal_still_opens_its_window() {
    let there = installed(&[(ClientKind::XFreeRdp, "/usr/bin/xfreerdp")], &[]);
    let run = plan(&launch(Service::RDP), &at_the_desktop(), &there).unwrap();
    assert_eq!(run.program, PathBuf::from("/usr/bin/xfreerdp"));
    assert_eq!(run.stage, gangway_launch::Stage::Apart);
}

#[test]
fn remote_desktop_as_set() {
    let there = installed(&[(ClientKind::Mstsc, "mstsc.exe")], &[]);
    let mut settings = everything_set();
    let file = plan(&launch(Service::RDP), &settings, &there).unwrap();
    insta::assert_snapshot!("rdp-everything", shown(&file));
    settings.rdp.mode = RdpMode::SignedFile;
    let signed = plan(&launch(Service::RDP), &settings, &there).unwrap();
    let line = signed.to_string();
    assert_eq!(
        line,
        format!(
            "rdpsign.exe /sha256 AB{} <.rdp file> && mstsc.exe <.rdp file>",
            "0C".repeat(19)
        )
    );
    for wrong in [None, Some("ab"), Some("/v deadbeef"), Some("zz zz")] {
        let mut settings = settings.clone();
        settings.rdp.thumbprint = wrong.map(str::to_owned);
        let problem = plan(&launch(Service::RDP), &settings, &there).unwrap_err();
        assert_eq!(problem.code(), "setting-refused");
    }
    settings.rdp.mode = RdpMode::Direct;
    settings.rdp.monitors = Monitors::All;
    settings.rdp.admin = true;
    settings.rdp.protection = Protection::RestrictedAdmin;
    let direct = plan(&launch(Service::RDP), &settings, &there).unwrap();
    insta::assert_snapshot!("rdp-direct", shown(&direct));
}

const PUBLISHER: &str = "ABABABABABABABABABABABABABABABABABABABAB";

/// `unsigned` and `signed` are the policies' values, `named` whether they name our publisher.
#[rstest]
#[case::free(RdpMode::Automatic, None, None, false, "File")]
#[case::free_and_file(RdpMode::File, None, Some(0), false, "File")]
#[case::free_and_direct(RdpMode::Direct, Some(0), None, false, "Direct")]
#[case::files_blocked(RdpMode::Automatic, Some(0), None, false, "Direct")]
#[case::files_blocked_and_file(RdpMode::File, Some(0), None, false, "blocked: SignedFile, Direct")]
#[case::direct_blocked(RdpMode::Automatic, None, Some(0), false, "File")]
#[case::direct_blocked_and_direct(RdpMode::Direct, None, Some(0), false, "blocked: File")]
#[case::all_blocked(RdpMode::Automatic, Some(0), Some(0), false, "blocked: ")]
#[case::all_but_ours(RdpMode::Automatic, Some(0), Some(0), true, "blocked: SignedFile")]
fn policies_leave_a_way_or_none(
    #[case] mode: RdpMode,
    #[case] unsigned: Option<u32>,
    #[case] signed: Option<u32>,
    #[case] named: bool,
    #[case] expected: &str,
) {
    let there = with_policies(unsigned, signed, named);
    let mut settings = at_the_desktop();
    settings.rdp.mode = mode;
    assert_eq!(way(&settings, &there), expected);
}

#[rstest]
#[case::free(RdpMode::Automatic, None, None, false, "SignedFile")]
#[case::signed_blocked(RdpMode::Automatic, None, Some(0), false, "File")]
#[case::signed_blocked_and_set(RdpMode::SignedFile, None, Some(0), false, "blocked: File")]
#[case::ours_is_named(RdpMode::Automatic, Some(0), Some(0), true, "SignedFile")]
#[case::nothing_left(RdpMode::Automatic, Some(0), Some(0), false, "blocked: ")]
#[case::file_is_set(RdpMode::File, Some(0), None, true, "blocked: SignedFile, Direct")]
fn a_certificate_opens_what_policies_leave_to_it(
    #[case] mode: RdpMode,
    #[case] unsigned: Option<u32>,
    #[case] signed: Option<u32>,
    #[case] named: bool,
    #[case] expected: &str,
) {
    let there = with_policies(unsigned, signed, named);
    let mut settings = at_the_desktop();
    settings.rdp.mode = mode;
    settings.rdp.thumbprint = Some(PUBLISHER.to_lowercase());
    assert_eq!(way(&settings, &there), expected);
}

fn with_policies(unsigned: Option<u32>, signed: Option<u32>, named: bool) -> Installed {
    let mut there = installed(&[(ClientKind::Mstsc, "mstsc.exe")], &[]);
    there.policies = RdpPolicies {
        unsigned_files: Rule::of(unsigned, None),
        signed_files: Rule::of(None, signed),
        ..RdpPolicies::default()
    }
    .with_publishers(if named { PUBLISHER } else { "" });
    there
}

fn way(settings: &ClientSettings, there: &Installed) -> String {
    match plan(&launch(Service::RDP), settings, there) {
        Ok(run) => {
            let has_file = run.view.way != LaunchWay::Direct;
            assert_eq!(run.files.len(), usize::from(has_file));
            assert_eq!(
                run.before.len(),
                usize::from(run.view.way == LaunchWay::SignedFile)
            );
            format!("{:?}", run.view.way)
        }
        Err(problem) => {
            let Cause::RdpBlockedByPolicy { allowed } = problem.cause else {
                panic!("{problem:?}");
            };
            let allowed: Vec<String> = allowed.iter().map(|way| format!("{way:?}")).collect();
            format!("blocked: {}", allowed.join(", "))
        }
    }
}

/// What is told, per setting: Entra wants the device's own name, and no guard beside it.
#[test]
fn what_cannot_be_is_told_and_not_written() {
    let there = installed(&[(ClientKind::Mstsc, "mstsc.exe")], &[]);
    let mut settings = everything_set();
    let told = |settings: &ClientSettings| {
        let run = plan(&launch(Service::RDP), settings, &there).unwrap();
        let notes: Vec<&str> = run.view.notes.iter().map(|note| note.key()).collect();
        let entra = run
            .files
            .iter()
            .any(|file| file.text.contains("enablerdsaadauth:i:1"));
        (
            entra,
            notes.join(" ").replace("launch.", ""),
            run.to_string(),
        )
    };
    assert!(told(&settings).0);
    settings.rdp.target.is_device = false;
    let (entra, notes, _) = told(&settings);
    assert_eq!(
        (entra, notes.as_str()),
        (false, "first-warning entra-needs-name by-name")
    );
    settings.rdp.target.is_device = true;
    settings.rdp.protection = Protection::RemoteGuard;
    let (entra, notes, line) = told(&settings);
    assert_eq!(
        (entra, notes.as_str()),
        (false, "first-warning entra-not-with-guard by-name")
    );
    assert_eq!(line, "mstsc.exe <.rdp file> /remoteGuard");
    settings.rdp.target.name = None;
    settings.rdp.entra_sign_in = false;
    settings.rdp.mode = RdpMode::Direct;
    settings.rdp.monitors = Monitors::These("0,2".to_owned());
    let (_, notes, line) = told(&settings);
    assert_eq!(
        notes,
        "direct-defaults direct-monitors guard-needs-name by-address"
    );
    assert_eq!(
        line,
        "mstsc.exe /v:10.20.0.4:3389 /w:1280 /h:800 /remoteGuard"
    );
    let other = installed(&[(ClientKind::SdlFreeRdp, "sdl-freerdp")], &[]);
    let refused = plan(&launch(Service::RDP), &settings, &other).unwrap_err();
    assert_eq!(refused.code(), "setting-refused");
    settings.rdp.protection = Protection::RestrictedAdmin;
    let run = plan(&launch(Service::RDP), &settings, &other).unwrap();
    assert!(run.to_string().ends_with("/restricted-admin"), "{run}");
}

#[test]
fn ssh_by_putty_or_in_windows_terminal() {
    let putty = (ClientKind::Putty, "putty.exe");
    let wt = (TerminalKind::WindowsTerminal, "wt.exe");
    let mut settings = at_the_desktop();
    settings.ssh.program = SshProgram::Putty;
    settings.ssh.user = Some("admin@contoso.example".to_owned());
    settings.ssh.identity = Some(PathBuf::from("C:\\a b\\key.ppk"));
    let there = installed(&[SSH, putty], &[wt]);
    let run = plan(&launch(Service::SSH), &settings, &there).unwrap();
    insta::assert_snapshot!("ssh-putty", shown(&run));
    // A command's answer belongs to this terminal.
    let mut with_command = launch(Service::SSH);
    with_command.command = vec!["true".to_owned()];
    let here = ClientSettings {
        place: Place::Here,
        ..settings.clone()
    };
    let run = plan(&with_command, &here, &there).unwrap();
    assert_eq!(run.program, PathBuf::from(SSH.1));
    let missing = plan(&launch(Service::SSH), &settings, &installed(&[SSH], &[wt])).unwrap_err();
    assert_eq!(missing.code(), "client-missing");
    for wrong in ["known_hosts", "identity"] {
        let mut settings = settings.clone();
        match wrong {
            "known_hosts" => settings.ssh.known_hosts = Some(PathBuf::from("x")),
            _ => settings.ssh.identity = Some(PathBuf::from("id_ed25519")),
        }
        let refused = plan(&launch(Service::SSH), &settings, &there).unwrap_err();
        assert!(format!("{refused:?}").contains(wrong), "{refused:?}");
    }
    settings.ssh.program = SshProgram::OpenSsh;
    settings.ssh.identity = Some(PathBuf::from("C:\\keys\\id_ed25519"));
    let there = installed(&[(ClientKind::Ssh, "C:\\OpenSSH\\ssh.exe")], &[wt]);
    let run = plan(&launch(Service::SSH), &settings, &there).unwrap();
    insta::assert_snapshot!("ssh-windows-terminal", shown(&run));
}

#[test]
fn nothing_there_has_a_name() {
    let nothing = installed(&[], &[]);
    for (service, looked_for) in [(Service::RDP, "mstsc"), (Service::SSH, "ssh")] {
        let problem = plan(&launch(service), &at_the_desktop(), &nothing).unwrap_err();
        assert_eq!(problem.code(), "client-missing");
        assert!(format!("{problem:?}").contains(looked_for));
    }
    let no_terminal = plan(
        &launch(Service::SSH),
        &at_the_desktop(),
        &installed(&[SSH], &[]),
    );
    assert!(format!("{:?}", no_terminal.unwrap_err()).contains("xterm"));
}

//! What would be run, per client and setting, compared as text.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::vm::{Protocol, Service};
use gangway_launch::{
    Client, ClientKind, ClientSettings, Installed, Invocation, Place, RdpBlocked, RdpMode,
    RdpSettings, Redirections, Screen, SshSettings, Terminal, TerminalKind, plan,
};
use rstest::rstest;

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
            (Protocol::Rdp, "mstsc".to_owned()),
            (Protocol::Ssh, "ssh".to_owned()),
        ],
        terminals_looked_for: vec!["xterm".to_owned()],
        blocked: RdpBlocked::default(),
        signer: Some(PathBuf::from("rdpsign.exe")),
    }
}

fn shown(invocation: &Invocation) -> String {
    let mut out = format!(
        "{invocation}\n{:?}, {}\n",
        invocation.stage,
        if invocation.stays {
            "stays"
        } else {
            "ends at once"
        }
    );
    for file in &invocation.files {
        out.push_str(&format!(
            "--- .{} {:?}\n{}",
            file.extension, file.encoding, file.text
        ));
    }
    out.replace('\r', "")
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
            name: Some("vm-web-01.corp.contoso.example".to_owned()),
            screen: Screen::Window {
                width: 1_280,
                height: 800,
            },
            all_monitors: false,
            entra_sign_in: true,
            redirect: Redirections {
                clipboard: true,
                drives: true,
                ..Redirections::default()
            },
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
        assert_eq!(problem.code(), "settings-invalid");
    }
    settings.rdp.mode = RdpMode::Direct;
    settings.rdp.all_monitors = true;
    let direct = plan(&launch(Service::RDP), &settings, &there).unwrap();
    insta::assert_snapshot!("rdp-direct", shown(&direct));
}

#[rstest]
#[case::free(RdpMode::Automatic, false, false, "file")]
#[case::free_and_file(RdpMode::File, false, true, "file")]
#[case::free_and_direct(RdpMode::Direct, true, false, "direct")]
#[case::files_blocked(RdpMode::Automatic, true, false, "direct")]
#[case::files_blocked_and_file(RdpMode::File, true, false, "rdp-blocked-by-policy")]
#[case::direct_blocked(RdpMode::Automatic, false, true, "file")]
#[case::direct_blocked_and_direct(RdpMode::Direct, false, true, "rdp-blocked-by-policy")]
#[case::all_blocked(RdpMode::Automatic, true, true, "rdp-blocked-by-policy")]
fn policies_leave_a_way_or_none(
    #[case] mode: RdpMode,
    #[case] unsigned_files: bool,
    #[case] direct: bool,
    #[case] expected: &str,
) {
    let mut there = installed(&[(ClientKind::Mstsc, "mstsc.exe")], &[]);
    there.blocked = RdpBlocked {
        unsigned_files,
        direct,
    };
    let mut settings = at_the_desktop();
    settings.rdp.mode = mode;
    let way = match plan(&launch(Service::RDP), &settings, &there) {
        Ok(run) if run.files.is_empty() => "direct",
        Ok(_) => "file",
        Err(problem) => problem.code(),
    };
    assert_eq!(way, expected);
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

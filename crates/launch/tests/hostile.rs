//! No name, setting or command becomes an option, a second .rdp property or a second command.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;
use std::process::Command;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::vm::Service;
use gangway_launch::{
    Argument, Client, ClientKind, ClientSettings, Installed, Invocation, Place, RdpSettings,
    SshProgram, SshSettings, Target, Terminal, TerminalKind, find_clients, host_key_alias, plan,
};
use proptest::prelude::*;

fn launch(vm_name: &str, service: Service) -> LaunchPlan {
    let id = format!("/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/{vm_name}");
    let harmless = "/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/v";
    LaunchPlan {
        // Ids with control characters cannot be made at all.
        vm: VmId::new(id).unwrap_or_else(|_| VmId::new(harmless).unwrap()),
        vm_name: vm_name.to_owned(),
        computer_name: Some(vm_name.to_owned()),
        target: [10, 20, 0, 4].into(),
        source: [172, 16, 201, 2].into(),
        service,
        command: Vec::new(),
    }
}

fn with(kind: ClientKind, program: PathBuf) -> Installed {
    Installed {
        clients: vec![Client { kind, program }],
        ..Installed::default()
    }
}

fn texts(run: &Invocation) -> Vec<String> {
    run.arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Text(text) => Some(text.clone()),
            Argument::File(_) => None,
        })
        .collect()
}

/// The options ssh is meant to get take one argument each; after `--` come host and command.
fn check_ssh(arguments: &[String], commands: usize) {
    let end = arguments.iter().position(|a| a == "--").unwrap();
    for pair in arguments[..end].chunks(2) {
        assert_eq!(pair.len(), 2, "{arguments:?}");
        assert!(
            ["-o", "-p", "-i", "-l"].contains(&pair[0].as_str()),
            "{pair:?}"
        );
        assert!(!pair[1].starts_with('-'), "{pair:?}");
        assert!(!pair[1].contains(['\r', '\n', '\0']), "{pair:?}");
    }
    assert_eq!(arguments[end + 1], "10.20.0.4");
    assert_eq!(arguments.len(), end + 2 + commands);
}

/// What a real shell makes of a line; nothing where there is none.
fn words_for_a_shell(line: &str) -> Option<Vec<String>> {
    // Each word on its own, ended by NUL.
    let print = format!("printf '%s\\0' {line}");
    match Command::new("sh").args(["-c", &print]).output() {
        Ok(done) => {
            let said = String::from_utf8(done.stdout).unwrap();
            Some(said.split_terminator('\0').map(str::to_owned).collect())
        }
        Err(error) => {
            let unix = std::env::consts::FAMILY == "unix";
            assert!(!unix, "sh: {error}");
            gangway_skips::skip("there is no sh on this system");
            None
        }
    }
}

/// Names and values that were made to hurt, and arbitrary ones.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("-oProxyCommand=x".to_owned()),
        Just("a\r\nfull address:s:evil".to_owned()),
        Just("a\" -o ProxyCommand=x \"".to_owned()),
        Just("a b,*,!c #d %h ${HOME} $(id) `id` 'x'".to_owned()),
        Just("/cert:ignore".to_owned()),
        any::<String>(),
        "[-a-z'\" \\\\\r\n\t$`;|&%#*?,!]{0,24}",
    ]
}

proptest! {
    #[test]
    fn ssh_sees_only_its_own_options(name in hostile(), user in hostile(), file in hostile()) {
        let settings = ClientSettings {
            ssh: SshSettings {
                user: Some(user),
                identity: Some(PathBuf::from(&file)),
                known_hosts: Some(PathBuf::from(&file)),
                ..SshSettings::default()
            },
            ..ClientSettings::default()
        };
        let there = with(ClientKind::Ssh, PathBuf::from("ssh"));
        match plan(&launch(&name, Service::SSH), &settings, &there) {
            Ok(run) => check_ssh(&texts(&run), 0),
            Err(problem) => prop_assert_eq!(problem.code(), "setting-refused"),
        }
        // Without the person's own odd settings, no VM's name keeps anybody from it.
        let run = plan(&launch(&name, Service::SSH), &ClientSettings::default(), &there).unwrap();
        check_ssh(&texts(&run), 0);
    }

    /// Everything that PuTTY is told stands before the address, which is last.
    #[test]
    fn putty_sees_only_its_own_options(name in hostile(), user in hostile(), file in hostile()) {
        let settings = ClientSettings {
            ssh: SshSettings {
                program: SshProgram::Putty,
                user: Some(user),
                identity: Some(PathBuf::from(format!("{file}.ppk"))),
                ..SshSettings::default()
            },
            ..ClientSettings::default()
        };
        let there = with(ClientKind::Putty, PathBuf::from("putty"));
        match plan(&launch(&name, Service::SSH), &settings, &there) {
            Ok(run) => {
                let arguments = texts(&run);
                prop_assert_eq!(arguments.len(), 11);
                prop_assert_eq!(arguments[10].as_str(), "10.20.0.4");
                prop_assert_eq!(arguments[1].as_str(), "-noshare");
                for value in [&arguments[5], &arguments[7], &arguments[9]] {
                    prop_assert!(!value.starts_with('-'), "{}", value);
                }
            }
            Err(problem) => prop_assert_eq!(problem.code(), "setting-refused"),
        }
    }

    #[test]
    fn no_value_becomes_a_second_property(name in hostile(), user in hostile(), host in hostile()) {
        for kind in [ClientKind::Mstsc, ClientKind::XFreeRdp, ClientKind::Remmina] {
            let there = with(kind, PathBuf::from("client"));
            let plain = plan(&launch("v", Service::RDP), &ClientSettings::default(), &there).unwrap();
            let lines = plain.files[0].text.lines().count();
            let settings = ClientSettings {
                rdp: RdpSettings {
                    user: Some(user.clone()),
                    target: Target { name: Some(host.clone()), ..Target::default() },
                    ..RdpSettings::default()
                },
                ..ClientSettings::default()
            };
            match plan(&launch(&name, Service::RDP), &settings, &there) {
                Ok(run) => {
                    let text = &run.files[0].text;
                    prop_assert_eq!(text.lines().count(), lines + 1);
                    prop_assert_eq!(text.matches("full address").count(), 1 + usize::from(user.contains("full address")));
                    prop_assert!(!text.contains("password 51:b:"));
                }
                Err(problem) => prop_assert_eq!(problem.code(), "setting-refused"),
            }
            let run = plan(&launch(&name, Service::RDP), &ClientSettings::default(), &there).unwrap();
            prop_assert_eq!(&run.files[0].text, &plain.files[0].text);
            for argument in texts(&run) {
                prop_assert!(["/cert:tofu", "-c"].contains(&argument.as_str()) || argument.starts_with("/t:"));
                prop_assert!(!argument.contains(['\r', '\n', '\0']));
            }
        }
    }

    #[test]
    fn a_script_for_a_terminal_runs_one_program(name in hostile(), user in hostile()) {
        let mut there = with(ClientKind::Ssh, PathBuf::from("ssh"));
        let alone = ClientSettings {
            ssh: SshSettings { user: Some(user), ..SshSettings::default() },
            ..ClientSettings::default()
        };
        let Ok(here) = plan(&launch(&name, Service::SSH), &alone, &there) else {
            return Ok(());
        };
        there.terminals.push(Terminal {
            kind: TerminalKind::AppleTerminal,
            program: PathBuf::from("open"),
        });
        let window = ClientSettings { place: Place::Desktop, ..alone };
        let run = plan(&launch(&name, Service::SSH), &window, &there).unwrap();
        let script = &run.files[0].text;
        prop_assert_eq!(script.lines().count(), 3);
        let (_, line) = script.rsplit_once("\nexec ").unwrap();
        if let Some(got) = words_for_a_shell(line) {
            let mut expected = vec!["ssh".to_owned()];
            expected.extend(texts(&here));
            prop_assert_eq!(got, expected);
        }
    }

    #[test]
    fn two_vms_never_share_a_host_key(one in "[ -~]{1,12}", other in "[ -~]{1,12}") {
        let id = |name: &str| VmId::new(format!("/subscriptions/s/vm-{name}"));
        if let (Ok(one), Ok(other)) = (id(&one), id(&other)) {
            prop_assert_eq!(host_key_alias(&one) == host_key_alias(&other), one == other);
            prop_assert!(!host_key_alias(&one).contains([' ', '*', '?', '!', ',', '#', '"', '[', '|']));
        }
    }

    #[test]
    fn a_remote_shell_gets_the_words_that_were_typed(
        words in prop::collection::vec("[^\0]{0,12}", 1..5),
    ) {
        let mut wanted = launch("v", Service::SSH);
        wanted.command = words.clone();
        let there = with(ClientKind::Ssh, PathBuf::from("ssh"));
        let run = plan(&wanted, &ClientSettings::default(), &there).unwrap();
        let arguments = texts(&run);
        check_ssh(&arguments, 1);
        if let Some(got) = words_for_a_shell(arguments.last().unwrap()) {
            prop_assert_eq!(got, words);
        }
    }
}

/// What the real ssh makes of it (`-G` prints its configuration and connects nowhere).
#[test]
fn the_real_ssh_understands_every_option() {
    let there = find_clients(None);
    let Some(ssh) = there
        .clients
        .iter()
        .find(|client| client.kind == ClientKind::Ssh)
    else {
        gangway_skips::skip_without("there is no ssh");
        return;
    };
    let settings = ClientSettings {
        ssh: SshSettings {
            user: Some("admin@contoso.example".to_owned()),
            identity: Some(PathBuf::from("/nowhere/a b/50%")),
            known_hosts: Some(PathBuf::from("/nowhere/a b/known_100%")),
            program: SshProgram::OpenSsh,
            connect_timeout: 7,
            terminal: None,
        },
        ..ClientSettings::default()
    };
    for name in ["Vm-Web-01", "-oProxyCommand=touch x", "a b\"c#d%h,*!(e)"] {
        let mut wanted = launch(name, Service::SSH);
        wanted.service.port = 2_222;
        let run = plan(&wanted, &settings, &there).unwrap();
        let done = Command::new(&ssh.program)
            .args(["-G", "-F", "none"])
            .args(texts(&run))
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        for line in [
            format!("hostkeyalias {}", host_key_alias(&wanted.vm)),
            "host 10.20.0.4".to_owned(),
            "port 2222".to_owned(),
            "user admin@contoso.example".to_owned(),
            "bindaddress 172.16.201.2".to_owned(),
            "stricthostkeychecking ask".to_owned(),
            "checkhostip no".to_owned(),
            "connecttimeout 7".to_owned(),
            "controlmaster false".to_owned(),
            "identitiesonly yes".to_owned(),
            "identityfile /nowhere/a b/50%%".to_owned(),
        ] {
            assert!(said.lines().any(|said| said == line), "{line}\n{said}");
        }
        assert!(
            said.lines()
                .any(|said| said.starts_with("userknownhostsfile ")
                    && said.contains("a b/known_100")),
            "{said}"
        );
        assert!(!said.contains("touch x") && !said.to_lowercase().contains("proxycommand touch"));
    }
}

//! Whatever Windows Terminal is given, it runs the words that were meant: a model of how it reads
//! its command line stands here (after `AppCommandlineArgs.cpp` of microsoft/terminal).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::vm::Service;
use gangway_launch::{
    Argument, Client, ClientKind, ClientSettings, Installed, Invocation, Place, SshSettings, Stage,
    Terminal, TerminalKind, plan,
};
use proptest::prelude::*;

const WT: &str = r"C:\Users\a b\AppData\Local\Microsoft\WindowsApps\wt.exe";

fn launch(vm: &str, command: Vec<String>) -> LaunchPlan {
    let id = format!("/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/{vm}");
    LaunchPlan {
        vm: VmId::new(id).unwrap_or_else(|_| VmId::new("/subscriptions/s/v").unwrap()),
        vm_name: vm.to_owned(),
        computer_name: None,
        target: [10, 20, 0, 4].into(),
        source: [172, 16, 201, 2].into(),
        service: Service::SSH,
        command,
    }
}

fn texts(run: &Invocation) -> Vec<String> {
    let program = run.program.display().to_string();
    let arguments = run.arguments.iter().map(|argument| match argument {
        Argument::Text(text) => text.clone(),
        Argument::File(_) => panic!("a file for ssh"),
    });
    std::iter::once(program).chain(arguments).collect()
}

/// One command for each part that a semicolon without a backslash before it ends.
fn commands(arguments: &[String]) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    for argument in arguments {
        let (mut part, mut before) = (String::new(), None);
        for c in argument.chars() {
            if c == ';' && before != Some('\\') {
                commands.last_mut().unwrap().push(std::mem::take(&mut part));
                commands.push(Vec::new());
            } else {
                part.push(c);
            }
            before = Some(c);
        }
        let part = part.replace("\\;", ";");
        commands.last_mut().unwrap().push(part);
    }
    commands
}

/// The line that it makes of a command's words.
fn joined(words: &[String]) -> String {
    let each = words.iter().map(|word| {
        if word.contains(' ') {
            format!("\"{word}\"")
        } else {
            word.clone()
        }
    });
    each.collect::<Vec<_>>().join(" ")
}

/// Whether a name between percent signs could be filled in.
fn may_be_filled_in(line: &str) -> bool {
    line.matches('%').count() > 1
}

/// The words that a program is given of a line
/// (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>).
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut begun, mut quoted) = (Vec::new(), String::new(), false, false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                begun = true;
                let before_quote = rest.peek() == Some(&'"');
                let kept = if before_quote { count / 2 } else { count };
                word.extend(std::iter::repeat_n('\\', kept));
                if before_quote && count % 2 == 1 {
                    word.extend(rest.next());
                }
            }
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' if !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => {
                begun = true;
                word.push(c);
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("admin; new-tab cmd /c calc".to_owned()),
        Just("a\" -o ProxyCommand=calc \"".to_owned()),
        Just(r"C:\Users\a b\key".to_owned()),
        Just(r"C:\Users\a b\".to_owned()),
        Just("%COMSPEC%".to_owned()),
        Just("[a,b]".to_owned()),
        Just(r"a\;b;".to_owned()),
        "[-a-z'\" \\\\\t$`;|&%#*?,!\\[\\]/]{0,16}",
        "[a-z]{1,8}",
        any::<String>(),
    ]
}

fn installed(program: &str) -> Installed {
    Installed {
        clients: vec![Client {
            kind: ClientKind::Ssh,
            program: PathBuf::from(program),
        }],
        terminals: vec![Terminal {
            kind: TerminalKind::WindowsTerminal,
            program: PathBuf::from(WT),
        }],
        ..Installed::default()
    }
}

fn settings(place: Place, user: Option<String>, file: Option<String>) -> ClientSettings {
    ClientSettings {
        place,
        ssh: SshSettings {
            user,
            identity: file.clone().map(PathBuf::from),
            known_hosts: file.map(PathBuf::from),
            ..SshSettings::default()
        },
        ..ClientSettings::default()
    }
}

/// What is run is what was meant, by a tab or by a console of its own.
fn check(run: &Invocation, meant: &[String]) {
    if run.stage == Stage::NewConsole {
        assert_eq!(texts(run), meant);
        return;
    }
    assert_eq!(run.program, PathBuf::from(WT));
    let commands = commands(&texts(run)[1..]);
    let [only] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(only[0], "new-tab");
    let line = joined(&only[1..]);
    assert!(!may_be_filled_in(&line), "{line}");
    assert!(!only[1].starts_with(['-', '/']), "{line}");
    // A list in brackets is more than one word to its parser.
    assert!(
        !only
            .iter()
            .any(|word| word.starts_with('[') && word.ends_with(']'))
    );
    assert_eq!(split(&line), meant, "{line}");
}

proptest! {
    #[test]
    fn it_runs_exactly_what_was_meant(
        vm in hostile(),
        user in prop::option::of(hostile()),
        file in prop::option::of(hostile()),
        folder in "[a-z ;%]{0,6}",
        command in prop::collection::vec("[^\0]{0,8}", 0..3),
    ) {
        let there = installed(&format!(r"C:\{folder}\ssh.exe"));
        let wanted = launch(&vm, command);
        let alone = plan(&wanted, &settings(Place::Here, user.clone(), file.clone()), &there);
        let tab = plan(&wanted, &settings(Place::Desktop, user, file), &there);
        match (alone, tab) {
            (Ok(alone), Ok(tab)) => check(&tab, &texts(&alone)),
            (Err(alone), Err(tab)) => prop_assert_eq!(alone, tab),
            (alone, tab) => panic!("{alone:?} {tab:?}"),
        }
    }
}

#[test]
fn what_can_go_into_a_tab_does() {
    let there = installed(r"C:\Program Files\OpenSSH\ssh.exe");
    let user = Some("admin@contoso.example".to_owned());
    let run = |file: &str| {
        let settings = settings(Place::Desktop, user.clone(), Some(file.to_owned()));
        plan(&launch("vm-web-01", Vec::new()), &settings, &there).unwrap()
    };
    let tab = run(r"C:\keys\id_ed25519");
    assert_eq!((tab.stage, tab.stays), (Stage::Apart, false));
    // Quotes within a word are what it does not keep.
    assert_eq!(run(r"C:\a b\id_ed25519").stage, Stage::NewConsole);
}

#[test]
fn a_user_with_quotes_or_what_joins_commands_is_refused() {
    let there = installed(r"C:\Windows\System32\OpenSSH\ssh.exe");
    for user in [
        "a\"b",
        "a'b",
        "a;b",
        "a|b",
        "a&b",
        "a`b",
        "$(a)",
        "a\\",
        "-a",
        "a b",
        "a\u{202e}b",
        "a\u{2028}b",
        "a\nb",
        "",
    ] {
        for place in [Place::Here, Place::Desktop] {
            let set = settings(place, Some(user.to_owned()), None);
            let problem = plan(&launch("v", Vec::new()), &set, &there).unwrap_err();
            assert_eq!(problem.code(), "setting-refused", "{user:?}");
        }
    }
    for user in [
        "CONTOSO\\admin",
        "admin@contoso.example",
        "j\u{fc}rgen",
        "a%b",
    ] {
        let set = settings(Place::Desktop, Some(user.to_owned()), None);
        assert!(
            plan(&launch("v", Vec::new()), &set, &there).is_ok(),
            "{user}"
        );
    }
}

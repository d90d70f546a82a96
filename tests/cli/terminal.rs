//! What only a terminal shows: questions, the code large and copied. The terminal is util-linux' `script`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::person::{ADMIN, Browser, Person};
use crate::stage::find;

/// A program on a terminal of its own.
struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: BufReader<std::process::ChildStdout>,
    seen: String,
}

impl Terminal {
    /// Nothing, said aloud, where no terminal can be made.
    fn with(person: &Person, words: &[&str]) -> Option<Self> {
        if std::env::consts::OS != "linux" || find("script").is_none() {
            gangway_skips::skip("there is no script of util-linux to make a terminal with");
            return None;
        }
        let plain = person.command(words);
        let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy());
        let line: Vec<String> = std::iter::once(plain.get_program())
            .chain(plain.get_args())
            .map(quoted)
            .collect();
        let mut command = Command::new("script");
        // `script` starts a shell, and one that stayed would hear Ctrl-C too and end as its own.
        let line = format!("exec {}", line.join(" "));
        command.args(["-qec", &line, "/dev/null"]);
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("TERM", "xterm").env_remove("NO_COLOR");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let keyboard = child.stdin.take().unwrap();
        let screen = BufReader::new(child.stdout.take().unwrap());
        let seen = String::new();
        Some(Self {
            child,
            keyboard,
            screen,
            seen,
        })
    }

    /// Reads on until this was shown; the line in which it stands.
    fn until(&mut self, text: &str) -> String {
        loop {
            let mut bytes = Vec::new();
            // A question ends without a line, and each redrawing with a carriage return.
            while !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r") && !bytes.ends_with(b"] ") {
                let mut one = [0];
                assert_eq!(self.screen.read(&mut one).unwrap(), 1, "{}", self.seen);
                bytes.extend(one);
            }
            let piece = String::from_utf8_lossy(&bytes).into_owned();
            self.seen.push_str(&piece);
            if piece.contains(text) {
                return piece;
            }
        }
    }

    fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// Everything that was shown, and the exit code.
    fn end(mut self) -> (String, Option<i32>) {
        for line in self.screen.by_ref().split(b'\n') {
            self.seen.push_str(&String::from_utf8_lossy(&line.unwrap()));
            self.seen.push('\n');
        }
        let code = self.child.wait().unwrap().code();
        drop(self.keyboard);
        (self.seen, code)
    }
}

fn connect(person: &Person) -> Option<Terminal> {
    let (id, port) = (person.stage.id("vm-web-01"), person.stage.port("vm-web-01"));
    let words = ["connect", &id, "--ssh", "--port", &port, "--dry-run"];
    Terminal::with(person, &words)
}

#[test]
fn connect_asks_signs_in_and_goes_on_to_the_end() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    let Some(mut terminal) = connect(&person) else {
        return;
    };
    terminal.until("Sign in now? [y/N] ");
    terminal.types("y\n");
    let (seen, code) = terminal.end();
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains(&format!("Signed in as {ADMIN}.")), "{seen}");
    assert!(seen.contains("Would request: vm-web-01"), "{seen}");
    person.gangway(&["vms"]).ended(0);
}

#[test]
fn a_no_opens_nothing() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    let Some(mut terminal) = connect(&person) else {
        return;
    };
    terminal.until("Sign in now? [y/N] ");
    terminal.types("\n");
    let (seen, code) = terminal.end();
    assert_eq!(code, Some(3), "{seen}");
    assert!(seen.contains("[not-signed-in]"), "{seen}");
    assert_eq!(person.stage.sim.sign_ins().authorize_pages, 0);
}

#[test]
fn a_code_is_spaced_bold_and_handed_to_the_clipboard() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    let Some(mut terminal) = Terminal::with(&person, &["login", "--device-code"]) else {
        return;
    };
    let line = terminal.until("Enter this code there");
    let page = line.split("opened at ").nth(1).unwrap();
    let page = page.split(". Enter").next().unwrap().to_owned();
    let line = terminal.until("\u{1b}[1m");
    let large = line.split("\u{1b}[1m").nth(1).unwrap();
    let large = large.split('\u{1b}').next().unwrap();
    assert!(large.contains(' '), "{large:?}");
    let code: String = large.split(' ').collect();
    person.types(&page, &code, &[]);
    let (seen, ended) = terminal.end();
    assert_eq!(ended, Some(0), "{seen}");
    assert!(seen.contains("\u{1b}]52;c;"), "{seen:?}");
    assert!(
        seen.contains("handed to the terminal's clipboard"),
        "{seen}"
    );
    assert!(seen.contains("Waiting for the code"), "{seen}");
    assert!(seen.contains(&format!("Signed in as {ADMIN}.")), "{seen}");
}

#[test]
fn a_challenge_says_that_the_connection_goes_on_and_it_does() {
    let Some(person) = Person::without_keyring(Browser::Approves) else {
        return;
    };
    let stage = &person.stage;
    stage.sim.set(|switches| switches.mfa_on_writes = true);
    let (id, port) = (stage.id("vm-web-01"), stage.port("vm-web-01"));
    let words = ["connect", &id, "--ssh", "--port", &port, "--no-launch"];
    let Some(mut terminal) = Terminal::with(&person, &words) else {
        return;
    };
    terminal.until("Sign in now? [y/N] ");
    terminal.types("y\n");
    terminal.until("this sign-in is not kept");
    terminal.until("[mfa-required]");
    terminal.until("then goes on by itself");
    terminal.until("Open: vm-web-01");
    // Ctrl-C, as a terminal sends it.
    terminal.types("\u{3}");
    let (seen, code) = terminal.end();
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("No longer watching"), "{seen}");
    assert_eq!(stage.requests(), 2);
}

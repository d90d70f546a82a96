//! What can go wrong on purpose: each by a key, each to be taken back by the same key.

use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use super::tray::RULE_DELAY_MS;
use super::{Demo, VM, program};
use crate::process::read;

/// The pool that loopback addresses are in, and one that they are not in.
const POOLS: [&str; 2] = ["127.0.0.0/8", "172.16.200.0/24"];

/// What a key does to the stand-in, and what is said of it.
struct Stumble {
    key: &'static str,
    /// In the list of keys.
    name: &'static str,
    on: Change,
    /// How it is taken back; what happens once needs no taking back.
    off: Option<Change>,
    /// It happens to an access that is open.
    to_an_access: bool,
}

struct Change {
    said: &'static str,
    verb: &'static str,
    /// What is sent; where a VM is to be named, it stands under `vm` within.
    body: fn(vm: &str) -> Value,
    /// The pools are read with the inventory, so that is read again.
    read_again: bool,
}

const fn change(said: &'static str, verb: &'static str, body: fn(&str) -> Value) -> Change {
    Change {
        said,
        verb,
        body,
        read_again: false,
    }
}

const STUMBLES: [Stumble; 5] = [
    Stumble {
        key: "t",
        name: "the tunnel goes down, and comes back",
        on: Change {
            read_again: true,
            ..change(
                "The tunnel is down: no address of this machine is in the gateway's pool any more. The icon changes; connect, and see that no access is asked for. `t` brings it back.",
                "do",
                |_| pools(POOLS[1]),
            )
        },
        off: Some(Change {
            read_again: true,
            ..change("The tunnel is back.", "do", |_| pools(POOLS[0]))
        }),
        to_an_access: false,
    },
    Stumble {
        key: "r",
        name: "rules come late",
        on: change(
            "Rules now take a minute. Connect, and see what is said after twenty seconds; it goes on by itself when the rule is there. `r` makes them quick again.",
            "set",
            |_| json!({"rule_delay_ms": 60_000}),
        ),
        off: Some(change(
            "Rules are quick again.",
            "set",
            |_| json!({"rule_delay_ms": RULE_DELAY_MS}),
        )),
        to_an_access: false,
    },
    Stumble {
        key: "p",
        name: "the permission to ask is missing",
        on: change(
            "Your account may not ask for access any more. Connect, and see who is to be asked for which role. `p` gives it back.",
            "fault",
            |_| {
                let message = "The client does not have authorization to perform action 'Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action'.";
                json!({"route": "jit.initiate", "wrong": {"error": {
                    "status": 403, "code": "AuthorizationFailed", "message": message,
                }}})
            },
        ),
        off: Some(change(
            "Your account may ask again.",
            "clear-faults",
            |_| Value::Null,
        )),
        to_an_access: false,
    },
    Stumble {
        key: "s",
        name: "somebody else asks for the same VM, and takes your place",
        on: change(
            "helpdesk@contoso.example asked for the same VM, and the newer request ended yours. Gangway asks for nothing by itself; connect again, and it asks you before it displaces anybody.",
            "do",
            |vm| {
                json!({"request": {
                    "vm": vm, "source": "203.0.113.7", "seconds": 600,
                    "requestor": "helpdesk@contoso.example",
                }})
            },
        ),
        off: None,
        to_an_access: true,
    },
    Stumble {
        key: "e",
        name: "access ends now",
        on: change(
            "The access has ended, as if its time were up.",
            "do",
            |vm| json!({"expire": {"vm": vm}}),
        ),
        off: None,
        to_an_access: true,
    },
];

fn pools(pool: &str) -> Value {
    json!({"pools": {"gateway": "gw-prod", "pools": [pool]}})
}

/// What a typed line comes to.
pub(super) enum Answer {
    Said(String),
    Leave,
}

/// Which of them are in force.
pub(super) struct Stumbles<'a> {
    demo: &'a Demo,
    on: [bool; STUMBLES.len()],
}

impl<'a> Stumbles<'a> {
    pub(super) fn new(demo: &'a Demo) -> Self {
        Self {
            demo,
            on: [false; STUMBLES.len()],
        }
    }

    /// For a person who sits before the terminal.
    pub(super) fn keys(&self) -> String {
        let mut text = "\nMake it stumble: type a letter here, then Enter.\n".to_owned();
        for stumble in &STUMBLES {
            text += &format!("  {}  {}\n", stumble.key, stumble.name);
        }
        text + &format!(
            "  q  leave the demo (so does Quit in the tray's menu)\nAfter s and e another VM than {VM} can be named: `e vm-web-02`."
        )
    }

    /// For one who types elsewhere.
    pub(super) fn commands(&self) -> String {
        let mut text = "\nMake it stumble, from another terminal:\n".to_owned();
        for stumble in &STUMBLES {
            let changes = [Some(&stumble.on), stumble.off.as_ref()];
            text += &format!("# {}\n", stumble.name);
            for change in changes.into_iter().flatten() {
                let command = self.control(change, VM);
                let words = command.get_args().map(|word| word.to_string_lossy());
                let words: Vec<String> = words.map(quoted).collect();
                text += &format!("{} {}\n", program("azure-sim").display(), words.join(" "));
                if change.read_again {
                    let home = self.demo.folder.path().display();
                    text += &format!(
                        "GANGWAY_HOME={home} {} --cloud {home}/cloud.json vms --fresh\n",
                        program("gangway").display()
                    );
                }
            }
            if stumble.to_an_access {
                text += "# It is seen within five minutes, or as soon as somebody connects.\n";
            }
        }
        text + "Quit in the tray's menu ends the demo."
    }

    /// Does what a typed line wants.
    pub(super) fn answer(&mut self, line: &str) -> Result<Answer> {
        let mut words = line.split_whitespace();
        let Some(key) = words.next() else {
            return Ok(Answer::Said(self.keys()));
        };
        if key == "q" {
            return Ok(Answer::Leave);
        }
        let Some(index) = STUMBLES.iter().position(|stumble| stumble.key == key) else {
            return Ok(Answer::Said(self.keys()));
        };
        let stumble = &STUMBLES[index];
        let change = match &stumble.off {
            Some(off) if self.on[index] => off,
            _ => &stumble.on,
        };
        let vm = words.next().unwrap_or(VM);
        if stumble.to_an_access && !self.demo.is_open(vm)? {
            return Ok(Answer::Said(format!(
                "No access to {vm} is open: connect to it first."
            )));
        }
        read(&mut self.control(change, vm))?;
        if stumble.to_an_access {
            self.demo.look_at(vm)?;
        }
        if change.read_again {
            read(&mut self.demo.quiet(&["vms", "--fresh", "--limit", "1"]))?;
        }
        self.on[index] = stumble.off.is_some() && !self.on[index];
        Ok(Answer::Said(change.said.to_owned()))
    }

    fn control(&self, change: &Change, vm: &str) -> Command {
        let mut command = Command::new(program("azure-sim"));
        let url = self.demo.told["control"].as_str().unwrap_or_default();
        command.args(["control", url, change.verb]);
        let body = (change.body)(vm);
        if !body.is_null() {
            command.arg(body.to_string());
        }
        command
    }
}

/// A word as a shell takes it.
fn quoted(word: impl AsRef<str>) -> String {
    let word = word.as_ref();
    if word.contains([' ', '"', '{']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_one_letter_and_its_own() {
        let keys: BTreeSet<&str> = STUMBLES.iter().map(|stumble| stumble.key).collect();
        assert_eq!(keys.len(), STUMBLES.len());
        assert!(keys.iter().all(|key| key.len() == 1 && *key != "q"));
    }

    #[test]
    fn a_shell_takes_the_words_back() {
        assert_eq!(quoted("set"), "set");
        assert_eq!(quoted(r#"{"a": "it's"}"#), r#"'{"a": "it'\''s"}'"#);
    }
}

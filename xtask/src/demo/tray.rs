//! The demo on a screen: the tray app as it is, Azure's stand-in behind it, and keys that make it stumble.

use std::io::{self, BufRead, IsTerminal};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use anyhow::{Context, Result};

use super::account::Account;
use super::stumble::{Answer, Stumbles};
use super::{Demo, IN_THE_TRAY, build, program};
use crate::platform;
use crate::process::say;
use crate::setup::{self, Group};
use crate::ui;

/// Between the request and the rule while all goes well: time enough to see the steps.
pub(super) const RULE_DELAY_MS: u32 = 3000;

/// Why the tray cannot be built here.
pub(super) fn lacks() -> Option<String> {
    [Group::Tray, Group::Ui]
        .into_iter()
        .filter(|group| group.exists_here())
        .find_map(setup::missing)
}

pub(super) fn command() -> Result<bool> {
    ui::build()?;
    build(&["azure-sim", "gangway-cli", "gangway-tray"])?;
    let demo = Demo::start(false, &IN_THE_TRAY)?;
    let shown = demo.show();
    demo.end()?;
    shown
}

enum Event {
    Typed(String),
    /// Ctrl-C, or the end of whoever started us.
    Interrupted,
    Ended(io::Result<ExitStatus>),
}

impl Demo {
    fn show(&self) -> Result<bool> {
        let mut stumbles = Stumbles::new(self);
        self.introduce();
        let (events, next) = channel();
        // Before the tray starts: Ctrl-C reaches both, and what lies on this machine must go all the same.
        let interrupted = events.clone();
        ctrlc::set_handler(move || {
            let _ = interrupted.send(Event::Interrupted);
        })
        .context("cannot listen for Ctrl-C")?;
        let tray = self.tray().spawn().context("cannot start gangway-tray")?;
        let id = tray.id();
        wait_for(tray, events.clone());
        if io::stdin().is_terminal() {
            say(&stumbles.keys());
            listen(events);
        } else {
            say(&stumbles.commands());
        }
        let status = loop {
            match next.recv().context("nobody is left to tell of the tray")? {
                Event::Ended(status) => break status.context("lost gangway-tray")?,
                Event::Interrupted => platform::ask_to_end(id)?,
                Event::Typed(line) => match stumbles.answer(&line) {
                    Ok(Answer::Leave) => platform::ask_to_end(id)?,
                    Ok(Answer::Said(text)) => say(&text),
                    Err(error) => say(&format!("That did not work: {error:#}")),
                },
            }
        };
        say("The tray has ended. The demo's settings, its sign-in and the stand-in go with it.");
        Ok(status.success())
    }

    fn tray(&self) -> Command {
        let mut tray = Command::new(program("gangway-tray"));
        // What a click on the icon opens, for those who would not look for an icon first.
        tray.args(["--open", "popover", "--cloud"])
            .arg(self.folder.path().join("cloud.json"))
            .env("GANGWAY_HOME", self.folder.path())
            .stdin(Stdio::null());
        self.account.lend(&self.told, &mut tray);
        tray
    }

    fn introduce(&self) {
        self.explain("Azure's stand-in runs on this machine: three subscriptions, twenty-one VMs; no account of yours is needed. Loopback addresses play the VPN. Gangway itself runs unchanged, and says \"demo\" where it shows what it looked at.");
        if matches!(self.account, Account::Person { .. }) {
            self.explain(&self.account.introduction());
        } else {
            self.explain("This session has no keyring that is unlocked, so no sign-in could be kept: a client secret from the environment is signed in already, as for automation.");
        }
        self.explain("Gangway is open at its icon in the tray, and a click there brings it back after the browser: type `web`, press Enter on vm-web-01. ssh asks in a terminal whether you know this host: say yes. Access ends after four minutes here; two minutes and half a minute before, you are told, and can extend it.");
    }
}

/// The one who waits owns the child; who wants it to end knows its number.
fn wait_for(mut tray: Child, events: Sender<Event>) {
    thread::spawn(move || {
        let ended = tray.wait();
        let _ = events.send(Event::Ended(ended));
    });
}

fn listen(events: Sender<Event>) {
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if events.send(Event::Typed(line)).is_err() {
                break;
            }
        }
    });
}

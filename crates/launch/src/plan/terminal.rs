//! A terminal window around a program that needs one.

use super::windows_terminal;
use crate::error::Error;
use crate::install::Missing;
use crate::installed::{Installed, Terminal, TerminalKind};
use crate::invocation::{Argument, Encoding, Invocation, NewFile, Stage, quoted};
use crate::words::printable;

/// Puts `inner` into the first terminal that was found.
pub(super) fn around(
    inner: Invocation,
    title: &str,
    installed: &Installed,
) -> Result<Invocation, Error> {
    if installed.terminal_unknown {
        return Err(Error::Refused {
            what: "ssh.terminal",
            why: "is no terminal that is known here: how it takes a command is not known either",
        });
    }
    match installed.terminals.first() {
        Some(terminal) => Ok(within(terminal, inner, title)),
        None => Err(Error::ClientMissing {
            protocol: inner.protocol,
            missing: Missing::Terminal,
            looked_for: installed.terminals_looked_for.clone(),
        }),
    }
}

fn within(terminal: &Terminal, inner: Invocation, title: &str) -> Invocation {
    // Arguments before the command: each ends the terminal's own options.
    let before: &[&str] = match terminal.kind {
        TerminalKind::XTerminalEmulator | TerminalKind::DashE => &["-e"],
        TerminalKind::GnomeTerminal => &["--wait", "--"],
        TerminalKind::Konsole => &["--nofork", "-e"],
        TerminalKind::Xfce4Terminal => &["--disable-server", "-x"],
        TerminalKind::Plain => &[],
        TerminalKind::Console => {
            return Invocation {
                stage: Stage::NewConsole,
                ..inner
            };
        }
        TerminalKind::WindowsTerminal => return windows_terminal::new_tab(terminal, inner),
        TerminalKind::AppleTerminal => return by_script(terminal, inner, title),
    };
    let mut arguments: Vec<Argument> = before.iter().map(|&argument| argument.into()).collect();
    arguments.push(inner.program.to_string_lossy().into_owned().into());
    arguments.extend(inner.arguments);
    Invocation {
        program: terminal.program.clone(),
        arguments,
        stage: Stage::Apart,
        stays: terminal.kind != TerminalKind::XTerminalEmulator,
        ..inner
    }
}

/// Apple's Terminal takes no command; it runs a script that is opened with it. Every word in
/// the script is quoted, and no file of the invocation is needed within it.
fn by_script(terminal: &Terminal, inner: Invocation, title: &str) -> Invocation {
    let text = format!(
        "#!/bin/sh\nprintf '\\033]0;%s\\007' {}\nexec {inner}\n",
        quoted(&printable(title))
    );
    Invocation {
        program: terminal.program.clone(),
        arguments: vec!["-a".into(), "Terminal".into(), Argument::File(0)],
        files: vec![NewFile {
            extension: "command",
            text,
            encoding: Encoding::Utf8,
            executable: true,
        }],
        stage: Stage::Apart,
        stays: false,
        ..inner
    }
}

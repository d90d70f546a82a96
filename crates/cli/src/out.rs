//! The only door to the terminal: results on standard output, progress and questions
//! on standard error, everything cleaned, a reader that went away no error.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::say::{clean, is_unprintable};

/// Where text goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    /// Whether JSON was asked for.
    pub(crate) json: bool,
    /// Whether progress is unwanted.
    pub(crate) quiet: bool,
    /// Whether somebody sits there who can be asked.
    pub(crate) can_ask: bool,
    /// Whether a live line can be drawn on standard error.
    pub(crate) live: bool,
    /// Whether standard error is a terminal that understands control sequences.
    pub(crate) terminal: bool,
    /// Whether it may be sent any that change how text looks.
    pub(crate) colours: bool,
    /// Where JSON goes: standard error while a remote command owns standard output.
    pub(crate) json_on_stderr: bool,
}

impl Out {
    /// Looks at the terminal.
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let shown = io::stderr().is_terminal();
        let said = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let term = said("TERM");
        let dumb = term.as_ref().is_some_and(|term| term == "dumb");
        let terminal = shown && !dumb && term.is_none_or(|term| term != "linux");
        Self {
            json,
            quiet,
            can_ask: io::stdin().is_terminal() && shown && !json,
            live: shown && !dumb && !json && !quiet,
            terminal,
            colours: terminal && said("NO_COLOR").is_none(),
            json_on_stderr: false,
        }
    }

    /// A line of the result.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        forgiving(writeln!(io::stdout().lock(), "{}", clean(text)))
    }

    /// Lines of the result, written at once.
    pub(crate) fn lines(&self, lines: &[String]) -> io::Result<()> {
        let mut all = String::new();
        for line in lines {
            all.push_str(&clean(line));
            all.push('\n');
        }
        forgiving(io::stdout().lock().write_all(all.as_bytes()))
    }

    /// A line of progress; nothing under `--quiet` or `--json`.
    pub(crate) fn progress(&self, text: &str) -> io::Result<()> {
        if self.quiet || self.json {
            return Ok(());
        }
        self.aside(text)
    }

    /// A line of progress on a terminal that a session holds: from the first column, with a
    /// bell, as the session may be drawing on it.
    pub(crate) fn across(&self, text: &str) -> io::Result<()> {
        if self.quiet || self.json {
            return Ok(());
        }
        let mut stderr = io::stderr().lock();
        forgiving(
            stderr
                .write_all(across(text).as_bytes())
                .and_then(|()| stderr.flush()),
        )
    }

    /// A line on standard error that is always shown: problems.
    pub(crate) fn aside(&self, text: &str) -> io::Result<()> {
        forgiving(writeln!(io::stderr().lock(), "{}", clean(text)))
    }

    /// The same for a line whose every control character was put there by this program.
    pub(crate) fn as_it_is(&self, text: &str) -> io::Result<()> {
        forgiving(writeln!(io::stderr().lock(), "{text}"))
    }

    /// One JSON object on a line of its own.
    pub(crate) fn object(&self, value: &impl Serialize) -> io::Result<()> {
        let line = json_line(value)?;
        if self.json_on_stderr {
            forgiving(writeln!(io::stderr().lock(), "{line}"))
        } else {
            let mut stdout = io::stdout().lock();
            forgiving(writeln!(stdout, "{line}").and_then(|()| stdout.flush()))
        }
    }

    /// Hands `text` to the terminal's clipboard (OSC 52, as xterm's control sequences document
    /// it). Whether it was handed over: a terminal does not say whether it took it.
    pub(crate) fn copy(&self, text: &str) -> io::Result<bool> {
        if self.json || !self.terminal {
            return Ok(false);
        }
        let sequence = format!("\u{1b}]52;c;{}\u{7}", STANDARD.encode(text));
        let mut stderr = io::stderr().lock();
        forgiving(
            stderr
                .write_all(sequence.as_bytes())
                .and_then(|()| stderr.flush()),
        )?;
        Ok(true)
    }

    /// `text`, cleaned, in bold where a terminal shows it.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colours {
            format!("\u{1b}[1m{}\u{1b}[0m", clean(text))
        } else {
            clean(text).into_owned()
        }
    }

    /// A script, as it is.
    pub(crate) fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        forgiving(io::stdout().lock().write_all(bytes))
    }

    /// Asks, and reads one line; an end of input is an empty answer.
    pub(crate) fn ask(&self, question: &str) -> io::Result<String> {
        let mut stderr = io::stderr().lock();
        forgiving(write!(stderr, "{}", clean(question)).and_then(|()| stderr.flush()))?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }
}

/// `value` as JSON on one line, in which nothing can act on a terminal: what `serde_json`
/// leaves as it is (DEL, C1, bidirectional controls) is escaped as well.
pub(crate) fn json_line(value: &impl Serialize) -> io::Result<String> {
    let plain = serde_json::to_string(value)?;
    if !plain.contains(is_unprintable) {
        return Ok(plain);
    }
    let mut out = String::with_capacity(plain.len() + 16);
    for c in plain.chars() {
        if is_unprintable(c) {
            // All of them lie in the basic plane, so one escape is enough.
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Ok(out)
}

/// A line that is written into a session. The session has the terminal raw, so that a line
/// feed alone would not go back to the first column.
fn across(text: &str) -> String {
    format!("\r\u{7}{}\r\n", clean(text))
}

/// A reader that went away (`gangway vms | head`) wanted no more: that is no error.
fn forgiving(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_the_text_and_escapes_what_acts() {
        let line = json_line(&"a\u{1b}b\u{9b}c\u{202e}ü").unwrap();
        assert_eq!(line, r#""a\u001bb\u009bc\u202eü""#);
        let back: String = serde_json::from_str(&line).unwrap();
        assert_eq!(back, "a\u{1b}b\u{9b}c\u{202e}ü");
    }

    #[test]
    fn a_line_into_a_session_rings_and_holds_nothing_else_that_acts() {
        assert_eq!(
            across("Access to vm\u{1b}[2J\r\n ends"),
            "\r\u{7}Access to vm [2J   ends\r\n"
        );
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        assert!(forgiving(Err(ErrorKind::BrokenPipe.into())).is_ok());
        assert!(forgiving(Err(ErrorKind::StorageFull.into())).is_err());
    }
}

//! `gangway proxy-password`: puts the proxy's password into the keyring, or takes it out again.

use std::io::{self, BufRead, IsTerminal};

use gangway_runtime::Secret;
use serde::Serialize;

use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::json::Answer;
use crate::say::say;

/// The answer to `proxy-password`.
#[derive(Debug, Serialize)]
struct ProxyPasswordJson {
    /// Whether the keyring has one now.
    kept: bool,
}

pub(super) async fn run(desk: &Desk, forget: bool) -> Result<Outcome, Stop> {
    let password = if forget { None } else { Some(read()?) };
    let kept = password.is_some();
    desk.set_proxy_password(password).await?;
    if desk.out.json {
        let json = ProxyPasswordJson { kept };
        desk.out.object(&Answer::new("proxy-password", json))?;
    } else {
        desk.out.line(&say(
            if kept {
                "cli.proxy-password.kept"
            } else {
                "cli.proxy-password.forgotten"
            },
            &[],
        ))?;
    }
    Ok(Outcome::Done)
}

/// Never an argument: those can be read by every program of this machine. At a terminal it
/// is typed unseen, else it is the first line of standard input.
fn read() -> Result<Secret, Stop> {
    let typed = if io::stdin().is_terminal() {
        rpassword::prompt_password(say("cli.proxy-password.ask", &[]))?
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    if typed.is_empty() {
        return Err(Stop::Usage(say("cli.proxy-password.empty", &[])));
    }
    Ok(Secret::new(typed))
}

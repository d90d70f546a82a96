//! Runs the programs that keep VPNs: without a shell, without a console, with nothing to read.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use gangway_engine::dial::{DialWhy, Dialled};
use gangway_engine::problem::Problem;
use gangway_engine::tunnel::VpnEntry;
use tokio::process::Command;
use tokio::time::{Instant, timeout, timeout_at};

use super::line::{End, Line};
use super::outcome::{observed, why};
use super::{How, Listed, Places, failed};
use crate::platform;

/// So long a program may take that only tells something: one that hangs hides its own VPNs
/// and nobody else's.
const ANSWER: Duration = Duration::from_secs(10);

/// So long the end of a VPN is waited for: longer than NetworkManager and systemd try.
const END: Duration = Duration::from_secs(120);

/// Runs it to its end, or leaves it to itself where its end tells nothing. Dropped before, it
/// ends the program.
pub(super) async fn connect(line: &Line, entry: &VpnEntry) -> Result<Dialled, Problem> {
    run(line, entry, true).await
}

/// The same; but dropped, or after two minutes, it leaves the program to itself: half an end
/// would be none.
pub(super) async fn end(line: &Line, entry: &VpnEntry) -> Result<(), Problem> {
    let ended = timeout(END, run(line, entry, false)).await;
    let too_long = |_| Err(failed(entry, DialWhy::TookTooLong));
    ended.unwrap_or_else(too_long).map(|_done| ())
}

async fn run(line: &Line, entry: &VpnEntry, dies: bool) -> Result<Dialled, Problem> {
    let mut command = command(&line.program);
    command.args(&line.arguments);
    let missing = |error: &std::io::Error| {
        let said = format!("{}: {error}", line.program.display());
        failed(entry, DialWhy::ProgramMissing).observed(said)
    };
    let (so_far, speech) = match line.end {
        End::Tells(so_far, speech) => (so_far, speech),
        End::Nothing(so_far) => {
            let _stays = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .map_err(|error| missing(&error))?;
            return Ok(so_far);
        }
    };
    let ended = command.kill_on_drop(dies).output().await;
    let ended = ended.map_err(|error| missing(&error))?;
    if ended.status.success() {
        return Ok(so_far);
    }
    let (code, words) = (ended.status.code(), words(&ended));
    let program = line.program.file_stem().unwrap_or_default();
    let why = why(speech, code, &words);
    Err(failed(entry, why).observed(observed(&program.to_string_lossy(), code, &words)))
}

/// Until when what is asked now has to be answered.
pub(super) fn deadline() -> Instant {
    Instant::now() + ANSWER
}

/// What a program that only tells something writes; none where it cannot, or not in time.
pub(super) async fn heard(program: &Path, words: &[&str], until: Instant) -> Option<String> {
    let mut command = command(program);
    let asked = command.args(words).kill_on_drop(true).output();
    let ended = timeout_at(until, asked).await.ok()?.ok()?;
    let told = ended.status.success();
    told.then(|| String::from_utf8_lossy(&ended.stdout).into_owned())
}

/// Which units run: one line for each, in their order (systemctl(1)). Of none it is known
/// where the answer does not come in time.
pub(super) async fn with_states(places: &Places, mut all: Vec<Listed>) -> Vec<Listed> {
    let Some(systemctl) = places.systemctl.as_deref() else {
        return all;
    };
    let units: Vec<String> = all.iter().filter_map(Listed::unit).collect();
    if units.is_empty() {
        return all;
    }
    let mut command = command(systemctl);
    // It ends badly where one does not run, and tells of all of them nevertheless.
    let asked = command.arg("is-active").args(&units).kill_on_drop(true);
    let Ok(Ok(ended)) = timeout_at(deadline(), asked.output()).await else {
        return all;
    };
    let told = String::from_utf8_lossy(&ended.stdout).into_owned();
    let mut states = told.lines();
    for listed in all.iter_mut().filter(|it| it.unit().is_some()) {
        listed.profile.connected = states.next().map(|state| state.trim() == "active");
    }
    all
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    // Its words are read, so they have to be the ones that are known; names have letters
    // that the plain "C" would turn into question marks.
    command
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LANGUAGE")
        .stdin(Stdio::null());
    platform::keep_quiet(&mut command);
    command
}

fn words(ended: &Output) -> String {
    let both = [&ended.stdout, &ended.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    both.join("\n")
}

impl Listed {
    fn unit(&self) -> Option<String> {
        match &self.how {
            How::Unit { unit } => Some(unit.clone()),
            How::Ras { .. }
            | How::AzureVpnClient
            | How::OpenVpnGui { .. }
            | How::NetworkManager { .. }
            | How::ByHand => None,
        }
    }
}

//! Runs the programs that keep VPNs: without a shell, without a console, with nothing to read.

use std::path::Path;
use std::process::{Output, Stdio};

use gangway_engine::dial::{DialWhy, Dialled};
use gangway_engine::problem::Problem;
use gangway_engine::tunnel::VpnEntry;
use tokio::process::Command;

use super::line::{End, Line};
use super::outcome::{observed, why};
use super::{How, Listed, Places, failed};
use crate::platform;

/// Runs it to its end, or leaves it to itself where its end tells nothing. Dropped before, it
/// ends the program.
pub(super) async fn run(line: &Line, entry: &VpnEntry) -> Result<Dialled, Problem> {
    let mut command = command(&line.program);
    command.args(&line.arguments);
    let missing = |error: &std::io::Error| {
        let said = format!("{}: {error}", line.program.display());
        failed(entry, DialWhy::ProgramMissing).observed(said)
    };
    let so_far = match line.end {
        End::Tells(so_far) => so_far,
        End::Nothing(so_far) => {
            let _stays = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .map_err(|error| missing(&error))?;
            return Ok(so_far);
        }
    };
    let ended = command.kill_on_drop(true).output().await;
    let ended = ended.map_err(|error| missing(&error))?;
    if ended.status.success() {
        return Ok(so_far);
    }
    let (code, words) = (ended.status.code(), words(&ended));
    let program = line.program.file_stem().unwrap_or_default();
    let why = why(line.speech, code, &words);
    Err(failed(entry, why).observed(observed(&program.to_string_lossy(), code, &words)))
}

/// What a program that only tells something writes; none where it cannot.
pub(super) async fn heard(program: &Path, words: &[&str]) -> Option<String> {
    let mut command = command(program);
    let ended = command.args(words).kill_on_drop(true).output().await.ok()?;
    let told = ended.status.success();
    told.then(|| String::from_utf8_lossy(&ended.stdout).into_owned())
}

/// Which units run: one line for each, in their order (systemctl(1)).
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
    let Ok(ended) = asked.output().await else {
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
    // Its words are read, so they have to be the ones that are known.
    command.env("LC_ALL", "C").stdin(Stdio::null());
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

//! Settings: what a person chose, what machine policy demands, and what is in force.
//!
//! The person's file is `settings.toml` (see `docs/settings.md` for every key). A file with
//! a mistake is left untouched and defaults are in force; the problem names line and column.
//! Machine policy is JSON in `/etc/gangway/policy.json` (Linux) or
//! `/Library/Application Support/Gangway/policy.json` (macOS), and the registry below
//! `Software\Policies\Gangway` on Windows.

mod edit;
mod file;
mod in_force;
mod merge;
mod overrides;
mod policy;
mod sign_in;
mod value;

pub use edit::{Entry, Origin, list, set, unset};
pub use file::{Rdp, RdpLaunch, RdpTarget, Ssh, VmOverride};
pub use merge::{LogLevel, Settings};
pub use policy::MachinePolicy;
pub use sign_in::{NetworkSettings, SignInSettings};

use gangway_engine::problem::{Cause, Problem};

use crate::home::Home;
use crate::platform;

/// Reads the settings in force, and tells of each file that has a mistake.
#[must_use]
pub fn read(home: &Home) -> (Settings, Vec<Problem>) {
    read_with(home, &platform::machine_policy())
}

/// As [`read`], with a machine policy that was read elsewhere.
#[must_use]
pub fn read_with(home: &Home, policy: &MachinePolicy) -> (Settings, Vec<Problem>) {
    let mut problems = Vec::new();
    let file = match file::read(&home.settings_file()) {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            file::File::default()
        }
    };
    problems.extend(policy.problem().cloned());
    (merge::merge(file, policy), problems)
}

/// A mistake at a byte of a text.
fn mistake_at(file: &str, text: &str, at: usize, mistake: &str) -> Problem {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    Problem::new(Cause::SettingsInvalid {
        file: file.to_owned(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        mistake: mistake
            .lines()
            .next()
            .unwrap_or("it cannot be read")
            .to_owned(),
    })
}

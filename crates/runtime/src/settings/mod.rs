//! Settings: what a person chose, what machine policy demands, and what is in force.
//!
//! The person's file is `settings.toml` (see `docs/settings.md` for every key). A file with
//! a mistake is left untouched and defaults are in force; the problem names line and column.
//! Of a policy with a mistake everything else is followed.
//! Machine policy is JSON in `/etc/gangway/policy.json` (Linux) or
//! `/Library/Application Support/Gangway/policy.json` (macOS), and the registry below
//! `Software\Policies\Gangway` on Windows.

#[cfg(test)]
pub(crate) mod admx;
mod clients;
mod edit;
mod file;
mod in_force;
mod json;
mod keys;
pub(crate) mod kind;
pub(crate) mod layers;
mod merge;
mod overrides;
mod policy;
mod sign_in;
mod strict;
mod value;

pub use clients::{Rdp, RdpLaunch, RdpProtection, RdpTarget, Ssh, SshClient};
pub use edit::{Entry, Origin, example, list, set, unset};
pub(crate) use edit::{list_without_file, path_of_vm, set_at, unset_at};
pub use file::VmOverride;
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
    read_or(home, policy, file::File::default())
}

/// Reads the settings in force anew. Where the person's file has a mistake their choice
/// stays as it was; machine policy is judged apart and takes effect all the same.
pub(crate) fn read_again(
    home: &Home,
    policy: &MachinePolicy,
    before: &Settings,
) -> (Settings, Vec<Problem>) {
    read_or(home, policy, before.person.clone())
}

fn read_or(home: &Home, policy: &MachinePolicy, usual: file::File) -> (Settings, Vec<Problem>) {
    let mut problems = Vec::new();
    let file = file::read(&home.settings_file()).unwrap_or_else(|problem| {
        problems.push(problem);
        usual
    });
    problems.extend(policy.problems().iter().cloned());
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

#[cfg(test)]
mod tests {
    use gangway_engine::account::Way;

    use super::*;

    fn policy(text: &str) -> (tempfile::TempDir, MachinePolicy) {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.json");
        std::fs::write(&file, text).unwrap();
        let policy = MachinePolicy::in_file(&file.display().to_string());
        (place, policy)
    }

    #[test]
    fn a_mistake_of_the_person_s_does_not_stop_policy() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::at(place.path());
        std::fs::write(home.settings_file(), "cloud = \"private\"\n").unwrap();
        let (before, _) = read_with(&home, &MachinePolicy::none());
        std::fs::write(home.settings_file(), "cloud = \n").unwrap();
        let (_place, policy) = policy("{\"sign_in_ways\": [\"browser\"]}");
        let (now, problems) = read_again(&home, &policy, &before);
        assert_eq!(problems.len(), 1);
        assert_eq!(now.cloud.as_deref(), Some("private"));
        assert!(!now.sign_in.allows(Way::Environment) && now.sign_in.allows(Way::Browser));
        // And again, on what was in force then.
        let (now, _) = read_again(&home, &MachinePolicy::none(), &now);
        assert_eq!(now, before);
    }

    #[test]
    fn a_mistake_in_policy_opens_no_way_and_is_told() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::at(place.path());
        let (_place, policy) = policy("{\n  \"sign_in_ways\": [\"browser\"],\n  \"x\": 1\n}");
        let (now, problems) = read_with(&home, &policy);
        assert_eq!(problems, policy.problems());
        assert_eq!(problems.len(), 1);
        // A way that its own key forbids is not forbidden for a mistake elsewhere.
        assert_eq!(now.sign_in.policy_mistake, None);
        assert!(now.sign_in.allows(Way::Browser) && !now.sign_in.allows(Way::Environment));
    }
}

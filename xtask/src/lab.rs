//! `cargo xtask lab`: builds the lab and the programs it tries, and starts it in namespaces of its own.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::place;
use crate::process::{read, run, say, tee_while_we_live};
use crate::setup::{self, Group};
use crate::test::absent;
use crate::tools::cargo;

/// The packages whose programs the lab starts.
const PROGRAMS: &[&str] = &["gangway-tests", "azure-sim", "gangway-cli"];

/// The command. True when nothing failed.
pub(crate) fn command(quick: bool, yes: bool, names: &[String]) -> Result<bool> {
    setup::offer(&[Group::Build, Group::Lab], yes)?;
    let counts = scenarios(quick, names)?;
    say(&counts.to_string());
    Ok(counts.failed == 0)
}

/// The group of `cargo xtask test`.
pub(crate) fn checks(quick: bool) -> Result<Counts> {
    scenarios(quick, &[])
}

fn scenarios(quick: bool, names: &[String]) -> Result<Counts> {
    if !Group::Lab.exists_here() {
        say("1 skipped: the lab is made of Linux's network namespaces");
        return Ok(Counts::skipped(1));
    }
    let mut build = cargo();
    build
        .args(["build", "--quiet", "--bins"])
        .args(PROGRAMS.iter().flat_map(|package| ["--package", package]));
    run(&mut build)?;
    let programs = place::target().join("debug");
    let lab = programs.join("lab");
    let all = read(Command::new(&lab).arg("--list"))?;
    let count = wanted(&all, names)?;
    if let Some(why) = setup::missing(Group::Lab) {
        return Ok(absent(count, &why));
    }
    let namespaces = match Namespaces::permitted() {
        Ok(namespaces) => namespaces,
        Err(why) => {
            say(&format!("{count} skipped: {why:#}"));
            return Ok(Counts::skipped(count));
        }
    };
    let mut start = namespaces.start(&programs)?;
    if quick {
        start.arg("--quick");
    }
    let (succeeded, output) = tee_while_we_live(start.args(names))?;
    say(&format!(
        "transcript: {}",
        place::lab().join("transcript.txt").display()
    ));
    Ok(Counts::from_closing_line(&output)
        .unwrap_or_default()
        .or_failed(succeeded))
}

/// How many scenarios these names choose; a name that chooses none is an error that lists what there is.
fn wanted(all: &str, names: &[String]) -> Result<u64> {
    let fits = |line: &str, name: &String| line.contains(name.as_str());
    if let Some(name) = names
        .iter()
        .find(|name| !all.lines().any(|line| fits(line, name)))
    {
        let listed: Vec<String> = all.lines().map(|line| format!("  {line}")).collect();
        bail!(
            "no scenario's name contains {name:?}; there are:\n{}",
            listed.join("\n")
        );
    }
    let chosen = all
        .lines()
        .filter(|line| names.is_empty() || names.iter().any(|name| fits(line, name)));
    Ok(chosen.count() as u64)
}

/// What the lab measures.
#[derive(Clone, Copy)]
pub(crate) enum Measured {
    /// From a rule's going live to the client's start.
    Rule,
    /// From a tunnel's coming up to a waiting connection's going on.
    Tunnel,
}

impl Measured {
    fn option(self) -> &'static str {
        match self {
            Self::Rule => "--measure",
            Self::Tunnel => "--measure-tunnel",
        }
    }
}

/// Milliseconds from a rule's going live to the client's start, so many times, with programs already built.
pub(crate) fn measure(what: Measured, programs: &Path, times: usize) -> Result<Vec<f64>> {
    if let Some(why) = setup::missing(Group::Lab) {
        bail!(why);
    }
    let mut start = Namespaces::permitted()?.start(programs)?;
    let (succeeded, output) = tee_while_we_live(start.arg(what.option()).arg(times.to_string()))?;
    if !succeeded {
        bail!("the lab failed");
    }
    let measured = output
        .lines()
        .filter_map(|line| line.split_once("measured ms: ")?.1.trim().parse().ok());
    Ok(measured.collect())
}

/// How this machine lets us have a network, mounts and process ids of our own.
///
/// With process ids of its own, nothing that the lab starts outlives it, however it ends; with mounts of its own,
/// nobody else sees the names it gives.
struct Namespaces {
    words: Vec<&'static str>,
}

const NOT_PERMITTED: &str = "namespaces or /dev/net/tun are not permitted here; root needs no leave, \
                             others need user namespaces and a range of ids (uidmap)";

const OWN: &[&str] = &[
    "--net",
    "--mount",
    "--uts",
    "--ipc",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
];

impl Namespaces {
    fn permitted() -> Result<Self> {
        let is_root = read(Command::new("id").arg("-u"))?.trim() == "0";
        // sshd changes to a user of its own, so one mapped id is not enough.
        let user: &[&str] = if is_root {
            &[]
        } else {
            &[
                "--user",
                "--map-root-user",
                "--map-auto",
                "--setgroups=allow",
            ]
        };
        let namespaces = Self {
            words: [user, OWN].concat(),
        };
        read(namespaces.command().args([
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && test -c /dev/net/tun",
        ]))
        .map_err(|error| error.context(NOT_PERMITTED))?;
        Ok(namespaces)
    }

    /// The lab, in namespaces.
    fn start(&self, programs: &Path) -> Result<Command> {
        fs::create_dir_all(place::lab())?;
        let mut start = self.command();
        start
            .arg(programs.join("lab"))
            .arg("--folder")
            .arg(place::lab())
            .arg("--programs")
            .arg(programs);
        Ok(start)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("unshare");
        command.args(&self.words);
        // The lab names what it needs itself; a proxy of the person's would lead out of it.
        for variable in [
            "http_proxy",
            "https_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "all_proxy",
        ] {
            command.env_remove(variable);
        }
        command.env(
            "PATH",
            format!("{}:/usr/sbin:/sbin", env::var("PATH").unwrap_or_default()),
        );
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str = "gangway: ssh signs in\ngangway: the rule never comes\nRDP negotiates TLS\n";

    fn named(names: &[&str]) -> Result<u64> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        wanted(ALL, &names)
    }

    #[test]
    fn names_choose_scenarios() {
        assert_eq!(named(&[]).unwrap(), 3);
        assert_eq!(named(&["gangway"]).unwrap(), 2);
        assert_eq!(named(&["ssh", "RDP"]).unwrap(), 2);
    }

    #[test]
    fn a_name_that_fits_nothing_is_told_with_what_there_is() {
        let error = named(&["ssh", "rpd"]).unwrap_err().to_string();
        assert!(error.starts_with("no scenario's name contains \"rpd\""));
        assert!(ALL.lines().all(|line| error.contains(line)), "{error}");
    }
}

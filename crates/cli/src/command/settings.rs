//! `gangway settings`: what is in force and where it comes from, and changing one value.

use gangway_engine::problem::{Cause, Problem};
use gangway_runtime::settings::{self, Entry, Settings};
use gangway_runtime::{Error, Home, rdp_here};
use serde::Serialize;

use super::certificate::meant;
use crate::args::{SettingsArgs, SettingsCommand};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, RdpJson};
use crate::out::Out;
use crate::say::say;

/// The setting that names the certificate.
const THUMBPRINT: &str = "rdp.thumbprint";

/// The answer to `settings`, `settings list`, `settings get` and `settings set`.
#[derive(Debug, Serialize)]
struct SettingsJson {
    file: String,
    settings: Vec<Entry>,
}

pub(super) fn run(args: SettingsArgs, out: Out) -> Result<Outcome, Stop> {
    let home = Home::find().map_err(stop)?;
    let (in_force, problems) = settings::read(&home);
    match args.command.unwrap_or(SettingsCommand::List) {
        SettingsCommand::List => {
            none_of(problems)?;
            show(&home, settings::list(&home, &in_force)?, out)
        }
        SettingsCommand::Get { key } => {
            none_of(problems)?;
            show(&home, vec![one(&home, &in_force, &key)?], out)
        }
        SettingsCommand::Set { key, value } => {
            none_of(problems)?;
            if let Err(error) = settings::set(&home, &in_force, &key, &value) {
                return refused(&home, &key, &value, error, out);
            }
            let (in_force, problems) = settings::read(&home);
            none_of(problems)?;
            show(&home, vec![one(&home, &in_force, &key)?], out)
        }
        SettingsCommand::Rdp { choose } => {
            none_of(problems)?;
            let mut here = rdp_here(&in_force);
            if let Some(wanted) = choose {
                // In quotes: a thumbprint may look like a number.
                let value = format!("{:?}", meant(&here.certificates, &wanted)?.thumbprint);
                if let Err(error) = settings::set(&home, &in_force, THUMBPRINT, &value) {
                    return refused(&home, THUMBPRINT, &value, error, out);
                }
                let (in_force, problems) = settings::read(&home);
                none_of(problems)?;
                here = rdp_here(&in_force);
            }
            if out.json {
                out.object(&Answer::new("rdp", RdpJson::from(&here)))?;
            } else {
                out.lines(&crate::show::rdp(&here))?;
            }
            Ok(Outcome::Done)
        }
    }
}

/// The file was found without a mistake, so one that was told now is in the value.
fn refused(home: &Home, key: &str, value: &str, error: Error, out: Out) -> Result<Outcome, Stop> {
    let Error::Named(problem) = &error else {
        return Err(stop(error));
    };
    let Cause::SettingsInvalid { mistake, .. } = &problem.cause else {
        return Err(stop(error));
    };
    if out.json {
        return Err(stop(error));
    }
    let Some(example) = settings::example(key) else {
        return Err(Stop::Usage(say("cli.settings.unknown", &[("key", key)])));
    };
    let file = home.settings_file().display().to_string();
    let params = [
        ("key", key),
        ("value", value),
        ("mistake", mistake),
        ("file", &file),
        ("example", &quoted(&example)),
    ];
    out.aside(&say("cli.settings.refused", &params))?;
    out.aside(&say("cli.settings.form", &params))?;
    Ok(Outcome::Problem)
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:/~".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}

fn show(home: &Home, entries: Vec<Entry>, out: Out) -> Result<Outcome, Stop> {
    if out.json {
        out.object(&Answer::new(
            "settings",
            SettingsJson {
                file: home.settings_file().display().to_string(),
                settings: entries,
            },
        ))?;
    } else {
        out.lines(&crate::show::settings(&entries))?;
    }
    Ok(Outcome::Done)
}

fn one(home: &Home, in_force: &Settings, key: &str) -> Result<Entry, Stop> {
    let entries = settings::list(home, in_force)?;
    let found = entries.into_iter().find(|entry| entry.key == key);
    found.ok_or_else(|| Stop::Usage(say("cli.settings.unknown", &[("key", key)])))
}

/// A file with a mistake is a named problem, told before anything else is done with it.
fn none_of(problems: Vec<Problem>) -> Result<(), Stop> {
    match problems.into_iter().next() {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

fn stop(error: Error) -> Stop {
    match error {
        Error::Setting { mistake } => Stop::Usage(mistake),
        other => other.problem().into(),
    }
}

//! What azure-sim starts when a VM's security rules change: sets them, whole and in order, in that VM's namespace.

mod places;
mod rules;

use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match set_rules() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The simulator's log is the only place where this is seen.
            let _ = writeln!(io::stderr().lock(), "lab-hook: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn set_rules() -> Result<()> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .context("cannot read the change")?;
    let change: rules::Change =
        serde_json::from_str(&text).with_context(|| format!("not a change: {text}"))?;
    // One transaction: at no time is there half a list.
    let mut nft = Command::new("nsenter")
        .arg(format!("--net={}", places::namespace(&change.vm).display()))
        .args(["nft", "--file", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot start nft")?;
    nft.stdin
        .take()
        .context("nft takes no input")?
        .write_all(rules::script(&change).as_bytes())?;
    let status = nft.wait()?;
    if !status.success() {
        bail!("nft ended with {status} for {}", change.vm);
    }
    // When it was last changed tells a measurement when the rules went live.
    fs::write(places::rules_live(&change.vm), "").context("cannot note the time")
}

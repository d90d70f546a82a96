//! `gangway completions SHELL`: a script that completes commands and options.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::exit::{Outcome, Stop};
use crate::out::Out;

pub(super) fn run(shell: Shell, out: Out) -> Result<Outcome, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "gangway", &mut script);
    out.raw(&script)?;
    Ok(Outcome::Done)
}

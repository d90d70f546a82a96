//! `azure-sim`: the simulator as a program.

mod args;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use azure_sim::{Sim, control};
use clap::Parser as _;
use tokio::io::AsyncReadExt as _;

use args::{Args, Verb};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to be told where even this cannot be written.
            let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("AZURE_SIM_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let args = Args::parse();
    match &args.verb {
        Some(Verb::Control { url, verb, json }) => {
            let answer = control::call(url, verb, json.as_deref()).await?;
            print(&format!("{answer:#}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(visit @ Verb::Visit { url, .. }) => {
            let visit = visit.visitor()?.visit(url).await?;
            print(&visit.said)?;
            return Ok(if visit.arrived() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        None => {}
    }
    let sim = Sim::start(args.options()?).await?;
    let mut info = control::call(&sim.control(), "info", None).await?;
    info["arm"] = sim.base().into();
    info["control"] = sim.control().into();
    print(&info.to_string())?;
    wait(args.until_stdin_closes).await?;
    drop(sim);
    Ok(ExitCode::SUCCESS)
}

fn print(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").context("writing to standard output")?;
    out.flush().context("writing to standard output")
}

/// Until somebody ends it.
async fn wait(until_stdin_closes: bool) -> anyhow::Result<()> {
    let closed = async {
        if until_stdin_closes {
            let mut ignored = Vec::new();
            let _ = tokio::io::stdin().read_to_end(&mut ignored).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = azure_sim::ended() => ended.context("waiting for a signal"),
        () = closed => Ok(()),
    }
}

//! The commands, one file each, and the way from what was typed to one of them.

use std::process::ExitCode;

use gangway_runtime::Place;

use crate::args::{Args, Command, VpnCommand};
use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::json::{Event, EventLine, ProblemJson, ResultJson, failure, outcome_name};
use crate::out::Out;
use crate::platform::told_to_end;
use crate::say::{problem_and_more, say};

mod accounts;
mod certificate;
mod completions;
mod connect;
mod extend;
mod follow;
mod history;
mod login;
mod logout;
mod preview;
mod proxy_password;
mod settings;
mod signing;
mod status;
mod subscriptions;
mod tenants;
mod vms;
mod vpn;
mod watch;

/// Runs what was typed, and tells how it ended.
pub(crate) fn run(args: Args) -> ExitCode {
    let mut out = Out::new(args.globals.json, args.globals.quiet);
    if let Command::Connect(connect) = &args.command {
        // What the remote command writes owns standard output.
        out.json_on_stderr = !connect.command.is_empty();
    }
    let streams = matches!(
        args.command,
        Command::Connect(_) | Command::Extend(_) | Command::Login(_) | Command::Watch
    );
    let ended = match begin(args, out) {
        Ok(outcome) => return outcome.into(),
        Err(stop) => stop,
    };
    match tell(ended, out, streams) {
        Ok(code) => code,
        // Even the failure could not be written; there is nobody left to tell.
        Err(_) => ExitCode::FAILURE,
    }
}

fn begin(args: Args, out: Out) -> Result<Outcome, Stop> {
    let globals = args.globals;
    match args.command {
        Command::Completions { shell } => completions::run(shell, out),
        Command::Settings(args) => settings::run(args, out),
        other => {
            let place = place(&other, out);
            let threads = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let ended = threads.block_on(async {
                let desk = Desk::open(&globals, place, out)?;
                let ended = match other {
                    // It reads from the terminal without a thread of its own: nothing else is heard.
                    Command::ProxyPassword { .. } => with_desk(&desk, other).await,
                    other => until_told(&desk, other).await,
                };
                desk.close().await;
                ended
            });
            // A question nobody answered still waits on a thread of its own.
            threads.shutdown_background();
            ended
        }
    }
}

/// Under `--json` nobody sits at this terminal: a session opens one of its own, while a
/// remote command still writes here.
fn place(command: &Command, out: Out) -> Place {
    match command {
        Command::Connect(args) if out.json && args.command.is_empty() => Place::Desktop,
        _ => Place::Here,
    }
}

/// Runs a command until it or this program is to end: what is dropped then ends what it has
/// started, such as Azure CLI.
async fn until_told(desk: &Desk, command: Command) -> Result<Outcome, Stop> {
    let listens_itself = matches!(
        command,
        Command::Connect(_)
            | Command::Extend(_)
            | Command::Login(_)
            | Command::Logout(_)
            | Command::Vpn(VpnCommand::Connect { .. } | VpnCommand::Disconnect { .. })
            | Command::Watch
    );
    tokio::select! {
        ended = with_desk(desk, command) => ended,
        () = told_to_end() => Err(Stop::Cancelled),
        _ = tokio::signal::ctrl_c(), if !listens_itself => Err(Stop::Cancelled),
    }
}

async fn with_desk(desk: &Desk, command: Command) -> Result<Outcome, Stop> {
    match command {
        Command::Vms(args) => vms::run(desk, args).await,
        Command::Status => status::run(desk),
        Command::Connect(args) => connect::run(desk, args).await,
        Command::Extend(args) => extend::run(desk, args).await,
        Command::Watch => watch::run(desk).await,
        Command::History(args) => history::run(desk, args).await,
        Command::Login(args) => login::run(desk, args).await,
        Command::Logout(args) => logout::run(desk, args).await,
        Command::Accounts => accounts::run(desk).await,
        Command::Tenants(args) => tenants::run(desk, args).await,
        Command::Subscriptions(args) => subscriptions::run(desk, args).await,
        Command::Vpn(VpnCommand::Status { vm, capture }) => vpn::status(desk, vm, capture).await,
        Command::Vpn(VpnCommand::List) => vpn::list(desk).await,
        Command::Vpn(VpnCommand::Connect { name }) => vpn::dial(desk, name.as_deref(), false).await,
        Command::Vpn(VpnCommand::Disconnect { name }) => {
            vpn::dial(desk, name.as_deref(), true).await
        }
        Command::Vpn(VpnCommand::Import { file }) => vpn::import(desk, &file),
        Command::Settings(args) => settings::run(args, desk.out),
        Command::ProxyPassword { forget } => proxy_password::run(desk, forget).await,
        Command::Completions { shell } => completions::run(shell, desk.out),
    }
}

/// Tells why a command could not go on.
fn tell(stop: Stop, out: Out, streams: bool) -> std::io::Result<ExitCode> {
    let mut advice = Vec::new();
    let (code, outcome, problem, error, candidates) = match stop {
        Stop::Problem {
            problem,
            candidates,
            more,
        } => {
            advice = more;
            (3, "problem", Some(problem), None, candidates)
        }
        Stop::Cancelled => (
            130,
            outcome_name(Outcome::Cancelled),
            None,
            None,
            Vec::new(),
        ),
        Stop::Usage(words) => (2, "error", None, Some(words), Vec::new()),
        Stop::Other(error) => (1, "error", None, Some(format!("{error:#}")), Vec::new()),
    };
    if out.json && streams {
        out.object(&EventLine::from(Event::Result(Box::new(ResultJson {
            outcome,
            exit_code: code,
            problem: problem.as_deref().map(ProblemJson::from),
            error,
            candidates,
            ..ResultJson::default()
        }))))?;
    } else if out.json {
        out.object(&failure(problem.as_deref(), error, candidates, code))?;
    } else {
        if let Some(problem) = problem {
            for line in problem_and_more(&problem, &advice, &jiff::tz::TimeZone::system()) {
                out.aside(&line)?;
            }
        }
        if code == 130 {
            out.aside(&say("cli.cancelled", &[]))?;
        }
        if let Some(error) = error {
            out.aside(&error)?;
        }
        for line in crate::show::candidates(&candidates)
            .iter()
            .filter(|_| !candidates.is_empty())
        {
            out.aside(line)?;
        }
    }
    Ok(ExitCode::from(code))
}

//! `gangway connect VM`: the way to a virtual machine, followed until its end.

use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::problem::Cause;
use gangway_engine::query::VmEntry;
use gangway_engine::sign_in::SignInWish;
use gangway_engine::vm::{Protocol, Service};

use super::follow::Follow;
use super::signing::{choose, is_lost_at_the_end, sign_in};
use crate::args::ConnectArgs;
use crate::ask::{ask, typed};
use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::say::{problem_sentence, say};
use crate::show;

pub(super) async fn run(desk: &Desk, args: ConnectArgs) -> Result<Outcome, Stop> {
    let attended = is_attended(&args, desk.out.can_ask);
    let entry = find(desk, &args.vm, attended).await?;
    // A port that was not said is the one that settings know of this VM.
    let service = args.service().map(|said| match args.port {
        Some(_) => said,
        None => desk.service(&entry.vm.id, said.protocol).unwrap_or(said),
    });
    let reason = reason(desk, &args).await?;
    let launch =
        !args.no_launch && service.map(|Service { protocol, .. }| protocol) != Some(Protocol::Port);
    let wish = ConnectWish {
        vm: entry.vm.id,
        service,
        duration: args.duration,
        reason,
        launch,
        command: args.command,
        dry_run: args.dry_run,
        insist: args.request,
        attended,
    };
    let intent = Intent::Connect(wish.clone());
    Follow::begin(desk, intent, wish).await?.follow().await
}

/// Whether a page may be opened for a person: somebody sits at this terminal, or it was said.
fn is_attended(args: &ConnectArgs, can_ask: bool) -> bool {
    (can_ask || args.sign_in) && !args.no_sign_in
}

/// The VM that is meant. Where nobody is signed in and somebody is there, they sign in first.
async fn find(desk: &Desk, name: &str, attended: bool) -> Result<VmEntry, Stop> {
    match desk.find(name).await {
        Err(Stop::Problem { problem, .. })
            if attended && matches!(problem.cause, Cause::NotSignedIn) =>
        {
            desk.out.aside(&problem_sentence(&problem, &desk.zone))?;
            if desk.out.can_ask && !agreed(desk).await? {
                return Err((*problem).into());
            }
            first_sign_in(desk).await?;
            desk.find(name).await
        }
        found => found,
    }
}

async fn agreed(desk: &Desk) -> Result<bool, Stop> {
    let mut typing = ask(desk.out, &say("cli.question.sign-in", &[]));
    let answer = tokio::select! {
        answer = typed(&mut typing) => answer?,
        _ = tokio::signal::ctrl_c() => return Err(Stop::Cancelled),
    };
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Signs in by the best way there is. Without a keyring it lasts as long as this command.
async fn first_sign_in(desk: &Desk) -> Result<(), Stop> {
    let view = desk.accounts_and_keyring().await?;
    let way = choose(desk, &view, None, false)?;
    if is_lost_at_the_end(&view, way) {
        desk.out.aside(&say("cli.login.not-kept", &[]))?;
    }
    let wish = SignInWish {
        way: Some(way),
        ..SignInWish::default()
    };
    let account = sign_in(desk, wish).await?;
    desk.out.progress(&show::signed_in(&account))?;
    Ok(())
}

/// The reason as it was said or, where settings demand one and a person sits here, as it
/// is typed now. Without a person the engine names the problem.
async fn reason(desk: &Desk, args: &ConnectArgs) -> Result<Option<String>, Stop> {
    if !is_asked_for_a_reason(args, desk.demands_reason(), desk.out.can_ask) {
        return Ok(args.reason.clone());
    }
    let mut typing = ask(desk.out, &say("cli.question.reason", &[]));
    let answer = tokio::select! {
        answer = typed(&mut typing) => answer?,
        _ = tokio::signal::ctrl_c() => return Err(Stop::Cancelled),
    };
    if answer.is_empty() {
        return Err(Stop::Cancelled);
    }
    Ok(Some(answer))
}

/// Whether a person has to be asked for a reason. A blank one is none.
fn is_asked_for_a_reason(args: &ConnectArgs, demanded: bool, can_ask: bool) -> bool {
    let said = args.reason.as_deref().map(str::trim).unwrap_or_default();
    demanded && can_ask && said.is_empty()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    #[test]
    fn a_page_is_opened_only_for_somebody_who_is_there() {
        let attended = |line: &str, can_ask| {
            let args = Args::parse_from(
                ["gangway", "connect", "vm"]
                    .into_iter()
                    .chain(line.split(' ').filter(|it| !it.is_empty())),
            );
            let Command::Connect(args) = args.command else {
                panic!("{line}");
            };
            is_attended(&args, can_ask)
        };
        assert!(attended("", true));
        assert!(!attended("", false));
        assert!(attended("--sign-in", false));
        assert!(!attended("--no-sign-in", true));
    }

    #[test]
    fn a_reason_is_asked_for_only_where_one_is_missing_and_somebody_sits_there() {
        let asked = |line: &str, demanded, can_ask| {
            let words = ["gangway", "connect", "vm"].into_iter();
            let args = Args::parse_from(words.chain(line.split(' ').filter(|it| !it.is_empty())));
            let Command::Connect(args) = args.command else {
                panic!("{line}");
            };
            is_asked_for_a_reason(&args, demanded, can_ask)
        };
        assert!(asked("", true, true));
        assert!(asked("--reason=", true, true));
        assert!(!asked("", false, true));
        assert!(!asked("", true, false));
        assert!(asked("--dry-run", true, true));
        assert!(!asked("--reason ticket", true, true));
    }
}

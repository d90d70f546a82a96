//! `gangway login`: signs in, by the way that was said or the best there is.

use gangway_engine::account::{Account, Kept, Way};
use gangway_engine::problem::Cause;
use gangway_engine::sign_in::SignInWish;

use super::signing::{choose, sign_in};
use crate::args::LoginArgs;
use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::json::{AccountJson, Event, EventLine, ResultJson, outcome_name};
use crate::say::{say, word};
use crate::{show, who};

pub(super) async fn run(desk: &Desk, args: LoginArgs) -> Result<Outcome, Stop> {
    let view = desk
        .patient("cli.asking-keyring", desk.accounts_and_keyring())
        .await??;
    let again = match &args.account {
        Some(said) => Some(who::account(&view.accounts, said)?),
        None => None,
    };
    let said = args.way().or(again.map(|account| account.way));
    // Nothing is opened for a sign-in that would be gone with this command.
    let way = choose(desk, &view, said, true)?;
    if view.otherwise == Some(Way::Environment) {
        desk.out.progress(&say("cli.login.environment-wins", &[]))?;
    }
    let wish = SignInWish {
        way: Some(way),
        tenant: args.tenant,
        account: again.map(|account| account.id.clone()),
    };
    let signed_in = sign_in(desk, wish).await;
    let account = signed_in.map_err(|stop| match again {
        Some(account) => not_in_place_of(account, stop),
        None => stop,
    })?;
    tell(desk, &view.accounts, &account)?;
    Ok(Outcome::Done)
}

/// Where somebody else may have signed in on the page: how to be the one that was asked for.
fn not_in_place_of(account: &Account, mut stop: Stop) -> Stop {
    if let Stop::Problem { problem, more, .. } = &mut stop
        && matches!(problem.cause, Cause::SignInMistrusted { .. })
    {
        let params = [("account", account.shown_as())];
        more.push(say("cli.login.choose-on-the-page", &params));
    }
    stop
}

fn tell(desk: &Desk, before: &[Account], account: &Account) -> Result<(), Stop> {
    if desk.out.json {
        desk.out
            .object(&EventLine::from(Event::Result(Box::new(ResultJson {
                outcome: outcome_name(Outcome::Done),
                account: Some(AccountJson::from(account)),
                ..ResultJson::default()
            }))))?;
        return Ok(());
    }
    desk.out.line(&show::signed_in(account))?;
    for line in show::taken_over(before, account) {
        desk.out.progress(&line)?;
    }
    if account.kept != Kept::Memory {
        let kept = word("sign-in-kept", account.kept);
        desk.out
            .progress(&say("cli.login.kept", &[("kept", &kept)]))?;
    }
    let off = account.tenants.iter().filter(|it| !it.on).count();
    if off > 0 {
        let off = off.to_string();
        desk.out
            .progress(&say("cli.login.others-off", &[("count", &off)]))?;
    }
    Ok(())
}

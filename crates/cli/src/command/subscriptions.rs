//! `gangway subscriptions`: what the switched-on tenants hold, and what is left out of lists.

use gangway_engine::intent::Intent;
use gangway_engine::query::{Page, Query, SubscriptionEntry, SubscriptionRights};

use crate::args::SubscriptionsArgs;
use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, SubscriptionsJson};
use crate::say::say;
use crate::{show, who};

pub(super) async fn run(desk: &Desk, args: SubscriptionsArgs) -> Result<Outcome, Stop> {
    let mut rows = read(desk).await?;
    let hide = args.hide.iter().map(|said| (said, true));
    let show = args.show.iter().map(|said| (said, false));
    // Everything that was said is understood before anything is changed.
    let mut wishes = Vec::new();
    for (said, hidden) in hide.chain(show) {
        wishes.push((who::subscription(&rows, said)?.id.clone(), hidden));
    }
    for (subscription, hidden) in &wishes {
        desk.dispatch(Intent::HideSubscription {
            subscription: subscription.clone(),
            hidden: *hidden,
        })
        .await;
    }
    if !wishes.is_empty() {
        rows = read(desk).await?;
        let met = |(id, hidden)| rows.iter().any(|row| row.id == id && row.hidden == hidden);
        if !wishes.into_iter().all(met) {
            return Err(anyhow::anyhow!(say("cli.not-written", &[])).into());
        }
    }
    let accounts = desk.accounts().await?.accounts;
    let rights = rights(desk, &rows, &args.rights).await?;
    if desk.out.json {
        let json = SubscriptionsJson::new(&rows, &rights);
        desk.out.object(&Answer::new("subscriptions", json))?;
    } else if !rights.is_empty() {
        desk.out.lines(&show::rights(&rows, &rights))?;
    } else {
        desk.out.lines(&show::subscriptions(&rows, &accounts))?;
    }
    Ok(Outcome::Done)
}

/// What may be done in those that were said.
async fn rights(
    desk: &Desk,
    rows: &[SubscriptionEntry],
    said: &[String],
) -> Result<Vec<SubscriptionRights>, Stop> {
    let mut all = Vec::with_capacity(said.len());
    for said in said {
        let subscription = who::subscription(rows, said)?.id.clone();
        match desk.query(Query::Rights { subscription }).await? {
            Page::Rights(rights) => all.push(rights),
            _ => return Err(odd_page()),
        }
    }
    Ok(all)
}

async fn read(desk: &Desk) -> Result<Vec<SubscriptionEntry>, Stop> {
    match desk.query(Query::Subscriptions).await? {
        Page::Subscriptions { rows } => Ok(rows),
        _ => Err(odd_page()),
    }
}

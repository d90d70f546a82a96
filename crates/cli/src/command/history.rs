//! `gangway history`: what was requested from this machine, newest first.

use gangway_engine::query::{Page, Query};

use crate::args::HistoryArgs;
use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::json::{AccessJson, AccessesJson, Answer};
use crate::show;

pub(super) async fn run(desk: &Desk, args: HistoryArgs) -> Result<Outcome, Stop> {
    let query = Query::History {
        text: args.search.unwrap_or_default(),
        limit: args.limit,
    };
    let Page::History { accesses } = desk.query(query).await? else {
        return Err(odd_page());
    };
    if desk.out.json {
        let accesses = accesses.iter().map(AccessJson::from).collect();
        let json = Answer::new("history", AccessesJson { accesses });
        desk.out.object(&json)?;
    } else {
        let lines = show::history(&accesses, desk.now(), &desk.zone);
        desk.out.lines(&lines)?;
    }
    Ok(Outcome::Done)
}

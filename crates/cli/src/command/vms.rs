//! `gangway vms [QUERY]`: the list of virtual machines.

use gangway_engine::query::{Freshness, Page, Query, VmPage};

use crate::args::VmsArgs;
use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, VmsJson};
use crate::say::{problem_lines, problem_sentence};
use crate::show;

pub(super) async fn run(desk: &Desk, args: VmsArgs) -> Result<Outcome, Stop> {
    let freshness = if args.fresh {
        Freshness::Fresh
    } else if args.cached {
        Freshness::Cached
    } else {
        Freshness::Warm
    };
    let query = Query::Vms {
        text: args.query,
        limit: args.limit,
        freshness,
    };
    let Page::Vms(page) = desk.query(query).await? else {
        return Err(odd_page());
    };
    // Nothing to show and a reason for it: the reason is the answer.
    match page.problems.first() {
        Some(problem) if page.rows.is_empty() => Err(problem.clone().into()),
        Some(_) | None => show(desk, &page),
    }
}

fn show(desk: &Desk, page: &VmPage) -> Result<Outcome, Stop> {
    if desk.out.json {
        desk.out.object(&Answer::new("vms", VmsJson::from(page)))?;
        return Ok(Outcome::Done);
    }
    desk.out.lines(&show::vms(page))?;
    // Several reads may have failed for one reason; a person is told it once.
    let mut told: Vec<String> = Vec::new();
    for problem in &page.problems {
        let sentence = problem_sentence(problem, &desk.zone);
        if told.contains(&sentence) {
            continue;
        }
        for line in problem_lines(problem, &desk.zone) {
            desk.out.aside(&line)?;
        }
        told.push(sentence);
    }
    Ok(Outcome::Done)
}

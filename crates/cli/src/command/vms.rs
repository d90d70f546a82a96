//! `gangway vms [QUERY]`: the list of virtual machines.

use gangway_engine::problem::{Cause, Problem};
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
        offset: 0,
        limit: args.limit,
        freshness,
        filter: gangway_engine::query::VmFilter::default(),
    };
    let Page::Vms(page) = desk.query(query).await? else {
        return Err(odd_page());
    };
    // Nothing to show and a reason for it: the reason is the answer. Rows that could not be
    // read are none while there are others, in which what matches was looked for.
    match page.problems.first() {
        Some(problem) if page.rows.is_empty() && (!skips_rows(&page) || !any(desk).await?) => {
            Err(problem.clone().into())
        }
        Some(_) | None => {
            show(desk, &page)?;
            // What was said to be fresh and is not, is no answer to be relied on.
            let stale = freshness == Freshness::Fresh && !skips_rows(&page);
            Ok(if stale {
                Outcome::Problem
            } else {
                Outcome::Done
            })
        }
    }
}

/// Whether all that is the matter may be rows that could not be read.
fn skips_rows(page: &VmPage) -> bool {
    let skips = |problem: &Problem| matches!(problem.cause, Cause::AnswerUnusable { .. });
    page.problems.iter().all(skips)
}

/// Whether the list on this machine holds anything.
async fn any(desk: &Desk) -> Result<bool, Stop> {
    let query = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 1,
        freshness: Freshness::Cached,
        filter: gangway_engine::query::VmFilter::default(),
    };
    match desk.query(query).await? {
        Page::Vms(page) => Ok(page.matching > 0),
        _ => Err(odd_page()),
    }
}

fn show(desk: &Desk, page: &VmPage) -> Result<(), Stop> {
    if desk.out.json {
        desk.out.object(&Answer::new("vms", VmsJson::from(page)))?;
        return Ok(());
    }
    desk.out.lines(&show::vms(page))?;
    // Several reads may have failed for one reason; a person is told it once.
    let mut told: Vec<String> = Vec::new();
    for problem in &page.problems {
        let sentence = problem_sentence(problem, &desk.zone);
        if told.contains(&sentence) {
            continue;
        }
        let lines = problem_lines(problem, &desk.zone);
        // Beside a list, rows that were left out are a note and nothing to do about.
        let told_of = if matches!(problem.cause, Cause::AnswerUnusable { .. }) {
            1
        } else {
            lines.len()
        };
        for line in lines.iter().take(told_of) {
            desk.out.aside(line)?;
        }
        told.push(sentence);
    }
    Ok(())
}

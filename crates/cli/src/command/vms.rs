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
        limit: args.limit,
        freshness,
    };
    let Page::Vms(page) = desk.query(query).await? else {
        return Err(odd_page());
    };
    match reason(&page) {
        Some(problem) => Err(problem.clone().into()),
        None => show(desk, &page),
    }
}

/// Why there is nothing to show, where that is the answer. Rows that could not be read are
/// no reason while a list is there: what matches was looked for in the others.
fn reason(page: &VmPage) -> Option<&Problem> {
    let explains = |problem: &&Problem| {
        page.age.is_none() || !matches!(problem.cause, Cause::AnswerUnusable { .. })
    };
    let mut problems = page.problems.iter().filter(|_| page.rows.is_empty());
    problems.find(explains)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::vm_entry;

    fn page(cause: Cause) -> VmPage {
        VmPage {
            age: Some(gangway_engine::time::SignedDuration::ZERO),
            problems: vec![Problem::new(cause)],
            ..VmPage::default()
        }
    }

    #[test]
    fn rows_that_could_not_be_read_do_not_hide_that_nothing_matches() {
        let odd = page(Cause::AnswerUnusable {
            host: "management.azure.com".to_owned(),
            came: "2 rows".to_owned(),
        });
        assert_eq!(reason(&odd), None);
        let never = VmPage { age: None, ..odd };
        assert!(reason(&never).is_some());
        let offline = page(Cause::Offline {
            host: "management.azure.com".to_owned(),
        });
        assert!(reason(&offline).is_some());
        let rows = vec![vm_entry("vm-web-01")];
        assert_eq!(reason(&VmPage { rows, ..offline }), None);
    }
}

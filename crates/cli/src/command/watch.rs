//! `gangway watch`: every open access of this machine, until the last one has ended.

use anyhow::Context;
use gangway_engine::snapshot::AccessView;

use crate::desk::{Desk, heard};
use crate::effective::effective;
use crate::exit::{Outcome, Stop};
use crate::interrupt::Interrupts;
use crate::json::{AccessJson, Event, EventLine, ResultJson, outcome_name};
use crate::say::say;
use crate::show;

pub(super) async fn run(desk: &Desk) -> Result<Outcome, Stop> {
    let mut interrupts = Interrupts::listen().await;
    let mut changes = desk.changes();
    let mut notices = desk.notices();
    let mut before: Vec<AccessView> = Vec::new();
    loop {
        let snapshot = changes.borrow_and_update().clone();
        let now: Vec<AccessView> = effective(&snapshot.accesses).into_iter().cloned().collect();
        for view in now.iter().filter(|view| !before.contains(view)) {
            tell(desk, view)?;
        }
        if now.is_empty() {
            if before.is_empty() {
                desk.out.progress(&say("cli.status.none", &[]))?;
            }
            return end(desk);
        }
        before = now;
        tokio::select! {
            changed = changes.changed() => changed.context("the runtime is gone")?,
            notice = heard(&mut notices) => {
                if desk.out.json {
                    desk.out.object(&EventLine::from(Event::notice(&notice)))?;
                } else {
                    desk.out.line(&show::notice(&notice, desk.now(), &desk.zone))?;
                }
            }
            () = interrupts.next() => return end(desk),
        }
    }
}

fn tell(desk: &Desk, view: &AccessView) -> Result<(), Stop> {
    if desk.out.json {
        let access = Box::new(AccessJson::from(view));
        desk.out
            .object(&EventLine::from(Event::Access { access }))?;
        return Ok(());
    }
    desk.out
        .line(&show::access_line(&view.access, desk.now(), &desk.zone))?;
    if let Some(problem) = &view.problem {
        desk.out
            .line(&crate::say::problem_sentence(problem, &desk.zone))?;
    }
    Ok(())
}

fn end(desk: &Desk) -> Result<Outcome, Stop> {
    if desk.out.json {
        desk.out
            .object(&EventLine::from(Event::Result(Box::new(ResultJson {
                outcome: outcome_name(Outcome::Done),
                clock_wrong_by_seconds: desk.clock_wrong_by(),
                ..ResultJson::default()
            }))))?;
    }
    Ok(Outcome::Done)
}

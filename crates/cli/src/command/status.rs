//! `gangway status`: every access that is open from this machine.

use crate::desk::Desk;
use crate::effective::effective;
use crate::exit::{Outcome, Stop};
use crate::json::{AccessJson, AccessesJson, Answer};
use crate::show;

pub(super) fn run(desk: &Desk) -> Result<Outcome, Stop> {
    let snapshot = desk.snapshot();
    let open = effective(&snapshot.accesses);
    if desk.out.json {
        let accesses = open.into_iter().map(AccessJson::from).collect();
        let json = Answer::new("status", AccessesJson { accesses });
        desk.out.object(&json)?;
    } else {
        let lines = show::status(&open, desk.now(), &desk.zone);
        desk.out.lines(&lines)?;
    }
    Ok(Outcome::Done)
}

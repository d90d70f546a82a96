//! `gangway accounts`: who is signed in, and where.

use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::json::{AccountsJson, Answer};
use crate::show;

pub(super) async fn run(desk: &Desk) -> Result<Outcome, Stop> {
    let view = desk
        .patient("cli.asking-keyring", desk.accounts_and_keyring())
        .await??;
    if desk.out.json {
        let json = Answer::new("accounts", AccountsJson::from(&view));
        desk.out.object(&json)?;
    } else {
        desk.out.lines(&show::accounts(&view, &desk.zone))?;
    }
    Ok(Outcome::Done)
}

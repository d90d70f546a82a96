//! `gangway logout`: forgets accounts and what belongs to them.

use gangway_engine::account::{Account, Kept};
use gangway_engine::query::{Freshness, Page, Query};
use gangway_engine::request::Access;

use crate::args::LogoutArgs;
use crate::ask::{ask, typed};
use crate::desk::{Desk, odd_page};
use crate::effective::{effective, expires_at};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, LogoutJson};
use crate::say::say;
use crate::{show, who};

pub(super) async fn run(desk: &Desk, args: LogoutArgs) -> Result<Outcome, Stop> {
    let view = desk.accounts().await?;
    let leaving = leaving(&view.accounts, &args)?;
    let open = open(desk, &leaving).await?;
    if !open.is_empty() && !args.yes {
        confirm(desk, &open).await?;
    }
    // Each of them, whatever becomes of the one before; the first failure is told.
    let mut signed_out = Ok(());
    for account in &leaving {
        let done = desk.sign_out(&account.id, args.everywhere).await;
        signed_out = signed_out.and(done);
    }
    // Accounts that lived in a process that is gone can be named by nobody.
    let all = leaving.len() == view.accounts.len() && (args.all || !leaving.is_empty());
    let removed = match all {
        true => desk.forget_leftovers().await,
        false => Ok(Vec::new()),
    };
    signed_out?;
    let removed = removed?;
    if desk.out.json {
        let json = LogoutJson::new(&leaving, &open);
        desk.out.object(&Answer::new("logout", json))?;
    } else {
        tell(desk, &leaving, &open)?;
        for file in &removed {
            let file = file.display().to_string();
            desk.out
                .line(&say("cli.logout.unreadable", &[("file", &file)]))?;
        }
        if all && leaving.is_empty() {
            desk.out.line(&say("cli.logout.nothing-left", &[]))?;
        }
    }
    Ok(Outcome::Done)
}

/// Who is to be signed out: the one that was named, all, or the only one there is.
fn leaving(accounts: &[Account], args: &LogoutArgs) -> Result<Vec<Account>, Stop> {
    match (&args.account, accounts) {
        (Some(said), _) => Ok(vec![who::account(accounts, said)?.clone()]),
        (None, all) if args.all || all.len() < 2 => Ok(all.to_vec()),
        (None, _) => Err(Stop::Usage(say("cli.logout.several", &[]))),
    }
}

/// Accesses that run on virtual machines which these accounts reach: signing out ends none.
async fn open(desk: &Desk, leaving: &[Account]) -> Result<Vec<Access>, Stop> {
    let snapshot = desk.snapshot();
    let mut open = Vec::new();
    for view in effective(&snapshot.accesses) {
        let access = &view.access;
        if expires_at(access).is_some() && belongs(desk, access, leaving).await? {
            open.push(access.clone());
        }
    }
    Ok(open)
}

/// Whether one of the accounts is used in the tenant of the access. Of a virtual machine
/// that is not known here it is not known either; then it is told.
async fn belongs(desk: &Desk, access: &Access, accounts: &[Account]) -> Result<bool, Stop> {
    let query = Query::Vms {
        text: access.vm_name.clone(),
        offset: 0,
        limit: usize::MAX,
        freshness: Freshness::Cached,
        filter: gangway_engine::query::VmFilter::default(),
    };
    let rows = match desk.query(query).await {
        Ok(Page::Vms(page)) => page.rows,
        Ok(_) => return Err(odd_page()),
        Err(_) => Vec::new(),
    };
    let found = rows.into_iter().find(|row| row.vm.id == access.draft.vm);
    let Some(row) = found else {
        return Ok(!accounts.is_empty());
    };
    let mut tenants = accounts.iter().flat_map(|account| &account.tenants);
    Ok(tenants.any(|tenant| tenant.used && tenant.id == row.vm.tenant))
}

async fn confirm(desk: &Desk, open: &[Access]) -> Result<(), Stop> {
    if !desk.out.can_ask {
        let count = open.len().to_string();
        let words = say("cli.logout.needs-yes", &[("count", &count)]);
        return Err(Stop::Usage(words));
    }
    desk.out.aside(&say("cli.logout.open", &[]))?;
    for access in open {
        let line = show::access_line(access, desk.now(), &desk.zone);
        desk.out.aside(&format!("  {line}"))?;
    }
    let mut typing = ask(desk.out, &say("cli.question.logout", &[]));
    let answer = tokio::select! {
        answer = typed(&mut typing) => answer?,
        _ = tokio::signal::ctrl_c() => return Err(Stop::Cancelled),
    };
    match answer.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Stop::Cancelled),
    }
}

fn tell(desk: &Desk, leaving: &[Account], open: &[Access]) -> Result<(), Stop> {
    if leaving.is_empty() {
        desk.out.line(&say("cli.accounts.none", &[]))?;
    }
    for account in leaving {
        let params = [("account", account.shown_as())];
        desk.out.line(&say("cli.logout.done", &params))?;
        if account.kept == Kept::Elsewhere {
            desk.out.progress(&say("cli.logout.elsewhere", &[]))?;
        }
    }
    if !open.is_empty() {
        desk.out.progress(&say("cli.logout.stay-open", &[]))?;
    }
    Ok(())
}

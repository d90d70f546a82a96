//! Accounts, their tenants and subscriptions as tables.

use gangway_engine::account::{Account, AccountTenant, AccountsView, Kept, Way};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{Right, SubscriptionEntry, SubscriptionRights};
use jiff::tz::TimeZone;

use super::sign_in::way_name;
use super::table::table;
use crate::say::{problem_sentence, say, word};

/// That somebody has signed in, and where they are looked at.
pub(crate) fn signed_in(account: &Account) -> String {
    let on = account.tenants.iter().filter(|tenant| tenant.on);
    let on: Vec<&str> = on.map(|tenant| tenant.name.as_str()).collect();
    let params = [("account", account.shown_as()), ("tenant", &on.join(", "))];
    say("cli.login.done", &params)
}

/// The tenants in which `account` is used now in the place of another one, and the way back.
pub(crate) fn taken_over(before: &[Account], account: &Account) -> Vec<String> {
    let used = account.tenants.iter().filter(|it| it.on && it.used);
    let told = used.filter_map(|tenant| {
        let used_here = |it: &AccountTenant| it.id == tenant.id && it.on && it.used;
        let mut others = before.iter().filter(|it| it.id != account.id);
        let other = others.find(|it| it.tenants.iter().any(used_here))?;
        let domain = tenant.domain.as_deref();
        let params = [
            ("tenant", tenant.name.as_str()),
            ("account", account.shown_as()),
            ("other", other.shown_as()),
            ("domain", domain.unwrap_or(tenant.id.as_str())),
        ];
        Some(say("cli.login.taken-over", &params))
    });
    told.collect()
}

/// Who is signed in, one line for each tenant, and what serves the rest.
pub(crate) fn accounts(view: &AccountsView, zone: &TimeZone) -> Vec<String> {
    let mut lines = if view.accounts.is_empty() {
        match view.otherwise {
            Some(Way::Environment) => Vec::new(),
            Some(way) => {
                let params = [("way", &*way_name(way))];
                vec![say("cli.accounts.none-but-otherwise", &params)]
            }
            None => vec![say("cli.accounts.none", &[])],
        }
    } else {
        account_table(&view.accounts)
    };
    lines.extend(problems(&view.accounts, zone));
    match view.otherwise {
        Some(Way::Environment) => lines.push(say("cli.accounts.environment", &[])),
        Some(way) if !view.accounts.is_empty() => {
            lines.push(say("cli.accounts.otherwise", &[("way", &way_name(way))]));
        }
        Some(_) | None => {}
    }
    for problem in &view.problems {
        let sentence = problem_sentence(problem, zone);
        lines.push(format!("{sentence} [{}]", problem.code()));
    }
    let told = |problem: &Problem| problem.cause == Cause::KeyringMissing;
    if view.kept == Kept::Memory && !view.problems.iter().any(told) {
        lines.push(say("cli.accounts.no-keyring", &[]));
    }
    lines
}

/// One line for each tenant. Which cloud is told where it is not the public one for all.
fn account_table(accounts: &[Account]) -> Vec<String> {
    let elsewhere = accounts.iter().any(|account| account.cloud != "public");
    let without = |cell: &usize| elsewhere || *cell != CLOUD;
    let keep = |cells: &[String]| -> Vec<String> {
        let kept = (0..cells.len()).filter(without);
        kept.map(|cell| cells[cell].clone()).collect()
    };
    let head = [
        "ACCOUNT", "NAME", "CLOUD", "WAY", "SIGN-IN", "TENANT", "STATE",
    ];
    let head: Vec<&str> = (0..head.len())
        .filter(without)
        .map(|cell| head[cell])
        .collect();
    let rows = accounts.iter().flat_map(account_rows);
    let rows: Vec<Vec<String>> = rows.map(|row| keep(&row)).collect();
    table(&head, &rows)
}

/// Where the cloud stands in a row.
const CLOUD: usize = 2;

/// An account's tenants, one a line; what is the account's own stands in the first.
fn account_rows(account: &Account) -> Vec<Vec<String>> {
    let own = [
        account.shown_as().to_owned(),
        account.name.clone().unwrap_or_else(dash),
        account.cloud.clone(),
        way_name(account.way),
        word("sign-in-kept", account.kept),
    ];
    let row = |own: [String; 5], tenant: [String; 2]| own.into_iter().chain(tenant).collect();
    let mut tenants = account.tenants.iter();
    let first = tenants
        .next()
        .map_or_else(|| [dash(), dash()], |it| [it.name.clone(), state(it)]);
    std::iter::once(row(own, first))
        .chain(tenants.map(|it| row(Default::default(), [it.name.clone(), state(it)])))
        .collect()
}

/// Every tenant of every account, for choosing.
pub(crate) fn tenants(accounts: &[Account], zone: &TimeZone) -> Vec<String> {
    if accounts.iter().all(|account| account.tenants.is_empty()) {
        return vec![say("cli.accounts.none", &[])];
    }
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .flat_map(|account| {
            account.tenants.iter().map(|tenant| {
                vec![
                    tenant.name.clone(),
                    tenant.domain.clone().unwrap_or_else(dash),
                    tenant.id.to_string(),
                    account.shown_as().to_owned(),
                    state(tenant),
                ]
            })
        })
        .collect();
    let mut lines = table(&["TENANT", "DOMAIN", "ID", "ACCOUNT", "STATE"], &rows);
    lines.extend(problems(accounts, zone));
    if accounts.iter().flat_map(|it| &it.tenants).any(|it| !it.on) {
        lines.push(say("cli.tenants.some-off", &[]));
    }
    lines
}

/// What stands in the way in single tenants; the others work.
fn problems(accounts: &[Account], zone: &TimeZone) -> Vec<String> {
    let of_tenant = |tenant: &AccountTenant| {
        let problem = tenant.problem.as_ref()?;
        let sentence = problem_sentence(problem, zone);
        Some(format!("{}: {sentence} [{}]", tenant.name, problem.code()))
    };
    let tenants = accounts.iter().flat_map(|account| &account.tenants);
    tenants.filter_map(of_tenant).collect()
}

/// The subscriptions, hidden ones included.
pub(crate) fn subscriptions(rows: &[SubscriptionEntry], accounts: &[Account]) -> Vec<String> {
    if rows.is_empty() {
        return vec![say("cli.subscriptions.none", &[])];
    }
    let tenant = |entry: &SubscriptionEntry| {
        let Some(id) = &entry.tenant else {
            return dash();
        };
        let mut all = accounts.iter().flat_map(|account| &account.tenants);
        all.find(|tenant| tenant.id == *id)
            .map_or_else(|| id.to_string(), |tenant| tenant.name.clone())
    };
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|entry| {
            let shown = if entry.hidden {
                "cli.subscriptions.hidden"
            } else {
                "cli.subscriptions.shown"
            };
            vec![
                entry.name.clone().unwrap_or_else(dash),
                entry.id.to_string(),
                tenant(entry),
                say(shown, &[]),
            ]
        })
        .collect();
    table(&["SUBSCRIPTION", "ID", "TENANT", "STATE"], &rows)
}

/// What may be done in each, and what that does not say.
pub(crate) fn rights(rows: &[SubscriptionEntry], rights: &[SubscriptionRights]) -> Vec<String> {
    let named = |it: &SubscriptionRights| {
        let row = rows.iter().find(|row| row.id == it.subscription);
        let name = row.and_then(|row| row.name.clone());
        name.unwrap_or_else(|| it.subscription.to_string())
    };
    let facts = |it: &SubscriptionRights| [it.sees_vms, it.reads_policies, it.may_request];
    let told: Vec<Vec<String>> = rights
        .iter()
        .map(|it| {
            let facts = facts(it).map(|right| say(right_state(right), &[]));
            std::iter::once(named(it)).chain(facts).collect()
        })
        .collect();
    let mut lines = table(
        &["SUBSCRIPTION", "SEES VMS", "SEES PORTS", "MAY REQUEST"],
        &told,
    );
    let met: Vec<Right> = rights.iter().flat_map(facts).collect();
    let notes = [Right::NotWhole, Right::CannotSee];
    let notes = notes.into_iter().filter(|note| met.contains(note));
    lines.extend(notes.map(|note| say(right_note(note), &[])));
    lines
}

const fn right_state(right: Right) -> &'static str {
    match right {
        Right::Yes => "right-state.yes",
        Right::NotWhole => "right-state.not-whole",
        Right::CannotSee => "right-state.cannot-see",
    }
}

const fn right_note(right: Right) -> &'static str {
    match right {
        Right::Yes => "right-note.yes",
        Right::NotWhole => "right-note.not-whole",
        Right::CannotSee => "right-note.cannot-see",
    }
}

fn state(tenant: &AccountTenant) -> String {
    let key = match (tenant.on, tenant.used) {
        (false, _) => "cli.tenant.off",
        (true, true) => "cli.tenant.on-used",
        (true, false) => "cli.tenant.on",
    };
    let said = say(key, &[]);
    match &tenant.problem {
        Some(problem) if problem.cause == Cause::NotSignedIn => {
            format!("{said}; {}", say("cli.tenant.sign-in-again", &[]))
        }
        Some(problem) => format!("{said}; {}", problem.code()),
        None => said,
    }
}

fn dash() -> String {
    "-".to_owned()
}

//! Accounts and sign-ins: the lines about them, and how they are shown.

use gangway_engine::account::{
    Account, AccountId, AccountTenant, AccountsView, Kept, KnownAccounts, Way, WayOffer,
};
use gangway_engine::dial::Dialled;
use gangway_engine::effect::Effect;
use gangway_engine::id::{SignInId, SubscriptionId, TenantId};
use gangway_engine::input::{Input, Observation, Reply};
use gangway_engine::intent::Intent;
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem, WayOut};
use gangway_engine::sign_in::{SignInReply, SignInStage, SignInView, SignInWish};
use jiff::Timestamp;

use super::run::Runner;
use super::show::{clock, trouble};
use super::words::{after_word, problem, span};

impl Runner {
    /// A line about accounts that is an input.
    pub(super) fn accounts_input(&self, words: &[&str]) -> Option<Input> {
        let rest = &words[1..];
        let sign_in = || SignInId(rest[0].parse().unwrap());
        Some(match words[0] {
            "accounts" => Input::Observed(Observation::KnownAccounts(Box::new(known(rest)))),
            "sign-in" => Input::Intent(Intent::SignIn(SignInWish {
                way: rest.iter().find_map(|word| Way::named(word)),
                tenant: after_word(rest, "at").map(str::to_owned),
                account: after_word(rest, "as").map(account_id),
            })),
            "cancel-sign-in" => Input::Intent(Intent::CancelSignIn { sign_in: sign_in() }),
            "clear-sign-in" => Input::Intent(Intent::ClearSignIn { sign_in: sign_in() }),
            "sign-out" => Input::Intent(Intent::SignOut {
                account: account_id(rest[0]),
                end_session: rest.contains(&"everywhere"),
            }),
            "switch" => Input::Intent(Intent::SwitchTenant {
                account: account_id(rest[0]),
                tenant: TenantId::new(rest[1]),
                on: rest[2] == "on",
            }),
            "use" => Input::Intent(Intent::UseAccount {
                account: account_id(rest[0]),
                tenant: TenantId::new(rest[1]),
            }),
            "hide" | "show" => Input::Intent(Intent::HideSubscription {
                subscription: SubscriptionId::new(rest[0]),
                hidden: words[0] == "hide",
            }),
            _ => return None,
        })
    }

    /// What a sign-in, or a sign-out, tells.
    pub(super) fn accounts_reply(&self, words: &[&str]) -> Option<Reply> {
        let rest = &words[1..];
        Some(Reply::SignIn(match words[0] {
            "page" => SignInReply::Page {
                page: "https://login.contoso.example/authorize".into(),
                opened: rest.first() != Some(&"not-opened"),
            },
            "code" => SignInReply::Code {
                user_code: "ABCD-EFGH".into(),
                page: "https://login.contoso.example/device".into(),
                opened: true,
                expires_at: self.now + span(after_word(rest, "for").unwrap_or("15m")),
            },
            "cli" => SignInReply::Cli {
                command: "az login --claims-challenge eyJ9".into(),
            },
            "redeeming" => SignInReply::Redeeming,
            "signed-in" => SignInReply::Done(account_id(rest[0])),
            "sign-in-fails" => SignInReply::Failed(problem(rest, self.now)),
            "signed-out" => {
                let fails = rest.first() == Some(&"not");
                let failed = fails.then(|| problem(&rest[1..], self.now));
                return Some(Reply::SignedOut(failed.map_or(Ok(()), Err)));
            }
            _ => return None,
        }))
    }
}

/// Whether a reply of this kind is one to this effect.
pub fn is_awaited(reply: &Reply, effect: &Effect) -> bool {
    match reply {
        Reply::SignIn(_) => matches!(effect, Effect::SignIn(_)),
        _ => matches!(effect, Effect::SignOut { .. }),
    }
}

/// Whether more may follow.
pub fn goes_on(reply: &Reply) -> bool {
    match reply {
        Reply::SignIn(SignInReply::Done(_) | SignInReply::Failed(_)) => false,
        Reply::SignIn(_) | Reply::Dialled(Ok(Dialled::Begins)) => true,
        _ => false,
    }
}

fn account_id(name: &str) -> AccountId {
    AccountId::new(name, &TenantId::new("t1")).unwrap()
}

/// `[me:browser:t1,t2-,t3!]… [az|environment] [memory] [broker] [no-browser] [no-az]
/// [no-device-code] [unreadable]`: a tenant with `-` is off, one with `~` another account's, one with `!`
/// in trouble.
fn known(words: &[&str]) -> KnownAccounts {
    let offer = |way, stopped: Option<ForbiddenWhy>| WayOffer {
        way,
        hindrance: stopped.map(|why| Cause::WayForbidden { way, why }.into()),
    };
    let has = |word| words.contains(&word);
    let mut known = KnownAccounts {
        accounts: words.iter().filter_map(|word| account(word)).collect(),
        otherwise: None,
        ways: vec![
            offer(
                Way::Browser,
                has("no-browser").then_some(ForbiddenWhy::NotSetUp),
            ),
            offer(Way::AzureCli, has("no-az").then_some(ForbiddenWhy::Policy)),
            offer(
                Way::DeviceCode,
                has("no-device-code").then_some(ForbiddenWhy::Policy),
            ),
        ],
        kept: Kept::Keyring,
        problems: Vec::new(),
    };
    if has("broker") {
        known.ways.insert(0, offer(Way::Broker, None));
    }
    if has("az") {
        known.otherwise = Some(Way::AzureCli);
    }
    if has("environment") {
        known.otherwise = Some(Way::Environment);
    }
    if has("memory") {
        known.kept = Kept::Memory;
        known.problems.push(Cause::KeyringMissing.into());
    }
    if has("unreadable") {
        known.problems.push(unreadable());
    }
    known
}

/// Saved sign-ins that are another machine's.
pub fn unreadable() -> Problem {
    let cause = Cause::TokensUnreadable {
        file: "tokens.bin".into(),
        kept: Some("tokens.bin.unreadable".into()),
    };
    cause.into()
}

fn account(word: &str) -> Option<Account> {
    let mut parts = word.split(':');
    let name = parts.next()?;
    let way = Way::named(parts.next()?)?;
    let tenants = parts.next()?.split(',').map(|word| {
        let id = word.trim_end_matches(['-', '!', '~']);
        AccountTenant {
            id: TenantId::new(id),
            name: id.into(),
            domain: None,
            on: !word.ends_with('-'),
            used: !word.ends_with(['-', '~']),
            problem: word.ends_with('!').then(|| Cause::NotSignedIn.into()),
        }
    });
    Some(Account {
        id: account_id(name),
        username: format!("{name}@contoso.example"),
        name: None,
        cloud: "public".into(),
        way,
        kept: Kept::Keyring,
        tenants: tenants.collect(),
    })
}

/// The accounts, where any were told, and the sign-ins.
pub fn accounts(view: &AccountsView, begin: Timestamp) -> Vec<String> {
    let mut out = Vec::new();
    if !view.ways.is_empty() {
        out.push(known_line(view, begin));
    }
    out.extend(view.sign_ins.iter().map(|one| sign_in(one, begin)));
    out
}

fn known_line(view: &AccountsView, begin: Timestamp) -> String {
    let tenant = |it: &AccountTenant| {
        let on = if it.on { "" } else { "-" };
        let other = if it.on && !it.used { "~" } else { "" };
        let bad = if it.problem.is_some() { "!" } else { "" };
        format!("{}{on}{other}{bad}", it.id)
    };
    let one = |account: &Account| {
        let tenants: Vec<String> = account.tenants.iter().map(tenant).collect();
        let (name, way) = (account.id.object(), account.way.as_str());
        format!("{name} by {way} in {}", tenants.join(" "))
    };
    let mut parts: Vec<String> = view.accounts.iter().map(one).collect();
    if parts.is_empty() {
        parts.push("nobody".into());
    }
    parts.extend(view.otherwise.map(|way| format!("else {}", way.as_str())));
    let troubles = view.problems.iter();
    parts.extend(troubles.map(|it| format!("noting {}", trouble(it, begin))));
    let leaving = view.signing_out.iter();
    parts.extend(leaving.map(|it| format!("{} being signed out", it.object())));
    if let Some(problem) = &view.sign_out_problem {
        parts.push(format!("sign-out failed, {}", trouble(problem, begin)));
    }
    format!("accounts: {}", parts.join(", "))
}

fn sign_in(view: &SignInView, begin: Timestamp) -> String {
    let mut out = format!("sign-in {} by {}", view.id, view.way.as_str());
    if let Some(tenant) = &view.tenant {
        out += &format!(" at {tenant}");
    }
    if let Some(account) = &view.account {
        out += &format!(" as {}", account.object());
    }
    if view.challenged {
        out += ", challenged";
    }
    out += &format!(": {}", view.stage.name());
    match &view.stage {
        SignInStage::Browser { opened: false, .. } => out += " (not opened)",
        SignInStage::Code { user_code, .. } => out += &format!(" {user_code}"),
        SignInStage::Cli { command } => out += &format!(" `{command}`"),
        SignInStage::Done { account } => out += &format!(" as {}", account.object()),
        _ => {}
    }
    if let Some(until) = view.until {
        out += &format!(", until {}", clock(until.duration_since(begin)));
    }
    if let Some(problem) = &view.problem {
        out += &format!(", {}", trouble(problem, begin));
    }
    let keys: Vec<String> = view.ways_out.iter().map(WayOut::key).collect();
    if !keys.is_empty() {
        out += &format!(" | {}", keys.join(", ").replace("way-out.", ""));
    }
    out
}

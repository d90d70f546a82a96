//! What is printed about accounts and sign-ins, compared with files as in `golden`.

use gangway_engine::account::{Account, AccountsView, Kept, Way, WayOffer};
use gangway_engine::id::{SignInId, SubscriptionId, TenantId};
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};
use gangway_engine::query::{Right, SubscriptionEntry, SubscriptionRights};
use gangway_engine::sign_in::{SignInStage, SignInView};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::fixtures::{access, now, running, signed_in, tenant};
use crate::json::{
    AccountJson, AccountsJson, Answer, Event, EventLine, LogoutJson, ResultJson, SubscriptionsJson,
    TenantsJson,
};
use crate::show::{self, Told};

const PAGE: &str = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?x=y";

fn lines(lines: &[String]) -> String {
    lines.join("\n")
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// An admin in three tenants, one of which refuses, and a name that means mischief.
fn people() -> Vec<Account> {
    let mut admin = signed_in("admin@contoso.example", 1);
    admin.name = Some("Admin".to_owned());
    admin.tenants = vec![
        tenant("Contoso", 1, true, true),
        tenant("Fabrikam", 2, true, true),
        tenant("Northwind", 3, false, true),
    ];
    admin.tenants[1].problem = Some(Problem::new(Cause::BlockedByConditionalAccess {
        entra_code: 53003,
    }));
    let mut odd = signed_in("worker\u{1b}[2J@contoso.example", 2);
    odd.cloud = "us-government".to_owned();
    odd.way = Way::AzureCli;
    odd.kept = Kept::Elsewhere;
    odd.tenants = vec![tenant("Contoso", 1, true, false)];
    vec![admin, odd]
}

fn view() -> AccountsView {
    let forbidden = |way, why| WayOffer {
        way,
        hindrance: Some(Problem::new(Cause::WayForbidden { way, why })),
    };
    AccountsView {
        accounts: people(),
        otherwise: Some(Way::AzureCli),
        ways: vec![
            WayOffer {
                way: Way::Browser,
                hindrance: None,
            },
            WayOffer {
                way: Way::AzureCli,
                hindrance: None,
            },
            forbidden(Way::DeviceCode, ForbiddenWhy::Policy),
        ],
        kept: Kept::Keyring,
        problems: vec![Problem::new(Cause::TokensUnreadable {
            file: "tokens.bin".to_owned(),
            kept: Some("tokens.bin.damaged".to_owned()),
        })],
        signing_out: Vec::new(),
        sign_out_problem: None,
        sign_ins: Vec::new(),
    }
}

fn at_stage(stage: SignInStage) -> SignInView {
    SignInView {
        id: SignInId(1),
        way: Way::Browser,
        tenant: None,
        account: None,
        challenged: false,
        stage,
        until: Some("2026-03-01T10:05:00Z".parse().unwrap()),
        problem: None,
        ways_out: Vec::new(),
    }
}

fn stages() -> Vec<SignInView> {
    let page = PAGE.to_owned();
    let browser = |opened| SignInStage::Browser {
        page: page.clone(),
        opened,
    };
    let code = SignInStage::Code {
        user_code: "ABCD-EFGH".to_owned(),
        page: "https://microsoft.com/devicelogin".to_owned(),
        opened: true,
    };
    let command = "az login --tenant aaaaaaaa-0000-0000-0000-000000000001".to_owned();
    [
        SignInStage::Waiting,
        SignInStage::Opening,
        browser(true),
        browser(false),
        code,
        SignInStage::Cli { command },
        SignInStage::Redeeming,
        SignInStage::Done {
            account: people()[0].id.clone(),
        },
        SignInStage::Failed,
        SignInStage::Cancelled,
    ]
    .map(at_stage)
    .into()
}

#[test]
fn accounts() {
    let told = show::accounts(&view(), &TimeZone::UTC);
    assert_snapshot!("accounts", lines(&told));
    let json = Answer::new("accounts", AccountsJson::from(&view()));
    assert_snapshot!("accounts.json", pretty(&json));
}

#[test]
fn nobody_signed_in() {
    let nobody = AccountsView {
        accounts: Vec::new(),
        otherwise: Some(Way::Environment),
        kept: Kept::Memory,
        problems: Vec::new(),
        ..view()
    };
    assert_snapshot!("nobody", lines(&show::accounts(&nobody, &TimeZone::UTC)));
}

#[test]
fn tenants() {
    let told = show::tenants(&people(), &TimeZone::UTC);
    assert_snapshot!("tenants", lines(&told));
    let json = Answer::new("tenants", TenantsJson::from(people().as_slice()));
    assert_snapshot!("tenants.json", pretty(&json));
}

#[test]
fn subscriptions() {
    let row = |number: u8, name: Option<&str>, tenant: u8, hidden| SubscriptionEntry {
        id: SubscriptionId::new(format!("11111111-0000-0000-0000-{number:012}")),
        name: name.map(str::to_owned),
        tenant: Some(TenantId::new(format!(
            "aaaaaaaa-0000-0000-0000-{tenant:012}"
        ))),
        hidden,
    };
    let rows = [
        row(1, Some("Production"), 1, false),
        row(2, Some("Sandbox\u{202e}"), 2, true),
        row(3, None, 9, false),
    ];
    let told = show::subscriptions(&rows, &people());
    assert_snapshot!("subscriptions", lines(&told));
    let json = Answer::new("subscriptions", SubscriptionsJson::new(&rows, &[]));
    assert_snapshot!("subscriptions.json", pretty(&json));
    let rights = [
        SubscriptionRights {
            subscription: rows[0].id.clone(),
            sees_vms: Right::Yes,
            reads_policies: Right::Yes,
            may_request: Right::NotWhole,
        },
        SubscriptionRights::unseen(rows[2].id.clone()),
    ];
    assert_snapshot!("rights", lines(&show::rights(&rows, &rights)));
    let json = Answer::new("subscriptions", SubscriptionsJson::new(&rows, &rights));
    assert_snapshot!("rights.json", pretty(&json));
}

#[test]
fn signed_out() {
    let json = LogoutJson::new(&people()[..1], &[access(running())]);
    assert_snapshot!("logout.json", pretty(&Answer::new("logout", json)));
}

#[test]
fn stages_of_a_sign_in() {
    let so_far = std::time::Duration::from_secs(12);
    let told: Vec<String> = stages()
        .iter()
        .flat_map(|view| {
            let head = format!("== {}", view.stage.name());
            let stage = show::sign_in_stage(view)
                .into_iter()
                .map(|told| match told {
                    Told::Text(text) => text,
                    Told::Exact(text) => format!("  {text}"),
                    Told::Code(code) => format!("      {}", show::spaced(&code)),
                });
            let once = show::waiting_once(view, now(), &TimeZone::UTC);
            let live = show::waiting_line(view, so_far, now());
            let once = once.map(|line| format!("once: {line}"));
            let live = live.map(|line| format!("live: {line}"));
            [head].into_iter().chain(stage).chain(once).chain(live)
        })
        .collect();
    assert_snapshot!("stages", lines(&told));
    let page = stages().remove(2);
    let long = std::time::Duration::from_secs(25);
    let line = show::waiting_line(&page, long, now()).unwrap();
    assert!(line.contains("AADSTS"), "{line}");
}

#[test]
fn events_of_a_sign_in() {
    let result = Event::Result(Box::new(ResultJson {
        outcome: "done",
        account: Some(AccountJson::from(&people()[0])),
        ..ResultJson::default()
    }));
    let stages = stages();
    let events = stages.iter().flat_map(Event::sign_in).chain([result]);
    let told: Vec<String> = events
        .map(|event| pretty(&EventLine::from(event)))
        .collect();
    assert_snapshot!("login.json", lines(&told));
}

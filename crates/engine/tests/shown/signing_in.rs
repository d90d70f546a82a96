//! Sign-ins: each way's stage, one that failed, one that a connection waits for.

use gangway_engine::account::Way;
use gangway_engine::id::TenantId;
use gangway_engine::input::Observation;
use gangway_engine::intent::Intent;
use gangway_engine::problem::{Cause, Problem, RefusedWhy};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::sign_in::{SignInReply, SignInWish};
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{mins, secs};

use crate::stage::Stage;
use crate::stage::estate::{CONTOSO, FABRIKAM, account, account_id, admin, nobody, tenant};

const PAGE: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize?client_id=11111111-0000-0000-0000-000000000001&response_type=code";

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("sign-in-opening", begun(Way::Browser).shown()),
        ("sign-in-browser", browser(true)),
        ("sign-in-browser-not-opened", browser(false)),
        ("sign-in-code", code()),
        ("sign-in-cli", cli()),
        ("sign-in-failed", failed()),
        ("sign-in-challenge", challenge()),
        ("accounts", accounts()),
    ]
}

fn begun(way: Way) -> Stage {
    let mut stage = Stage::bare();
    stage.wish(Intent::SignIn(SignInWish {
        way: Some(way),
        ..SignInWish::default()
    }));
    stage
}

fn browser(opened: bool) -> Shown {
    let mut stage = begun(Way::Browser);
    let page = PAGE.into();
    stage.sign_in_tells(SignInReply::Page { page, opened });
    stage.after(secs(5));
    stage.shown()
}

fn code() -> Shown {
    let mut stage = begun(Way::DeviceCode);
    let expires_at = stage.now + mins(15);
    stage.sign_in_tells(SignInReply::Code {
        user_code: "H7KQ2WXPD".into(),
        page: "https://microsoft.com/devicelogin".into(),
        opened: false,
        expires_at,
    });
    stage.after(secs(20));
    stage.shown()
}

fn cli() -> Shown {
    let mut stage = begun(Way::AzureCli);
    let command = "az login --tenant contoso.example".into();
    stage.sign_in_tells(SignInReply::Cli { command });
    stage.shown()
}

fn failed() -> Shown {
    let mut stage = begun(Way::Browser);
    let page = PAGE.into();
    stage.sign_in_tells(SignInReply::Page { page, opened: true });
    stage.after(secs(30));
    let refused = Problem::new(Cause::SignInRefused {
        why: RefusedWhy::NotAssigned,
        entra_code: Some(50105),
    });
    let refused = refused.correlated("0b2e4a6c-0000-4000-8000-1d3f5a7b9c1e");
    stage.sign_in_tells(SignInReply::Failed(refused));
    stage.shown()
}

/// Azure wants more for a write, and the connection waits for it.
fn challenge() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.asks();
    let cause = Cause::MfaRequired {
        tenant: TenantId::new(CONTOSO),
        claims: "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWV9fX0=".into(),
    };
    stage.initiate_ends(InitiateOutcome::NotSent(cause.into()));
    let page = PAGE.into();
    stage.sign_in_tells(SignInReply::Page { page, opened: true });
    stage.after(secs(4));
    stage.shown()
}

/// Several accounts and tenants, some off, one in trouble, and one signed in just now.
fn accounts() -> Shown {
    let mut stage = begun(Way::Browser);
    stage.sign_in_tells(SignInReply::Done(account_id("admin")));
    let mut known = admin();
    let mut off = tenant("cccccccc-0000-0000-0000-000000000003", false);
    off.used = false;
    let mut refused = tenant(FABRIKAM, true);
    refused.problem = Some(Cause::BlockedByConditionalAccess { entra_code: 53003 }.into());
    known.accounts[0].tenants.extend([refused, off]);
    let mut guest = account("auditor", FABRIKAM, Way::DeviceCode);
    guest.tenants[0].used = false;
    guest.tenants[0].problem = Some(Cause::NotSignedIn.into());
    known.accounts.push(guest);
    known
        .accounts
        .push(account("operator", CONTOSO, Way::AzureCli));
    known.accounts[2].tenants[0].used = false;
    known.otherwise = Some(Way::AzureCli);
    known.ways = nobody().ways;
    stage.observe(Observation::KnownAccounts(Box::new(known)));
    stage.shown()
}

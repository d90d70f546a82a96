//! Names for Entra's refusals.

use gangway_engine::account::Way;
use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, Problem};

use crate::credentials::meaning::Meaning;
use crate::error::EntraRefusal;

/// The problem that a refusal is. What it means decides; the number is told.
pub(super) fn problem(refusal: &EntraRefusal) -> Problem {
    let entra_code = refusal.code;
    let tenant = || refusal.tenant.clone();
    let cause = match (Meaning::of(refusal), tenant()) {
        (Meaning::Person, Some(tenant)) => mfa(refusal, tenant),
        (Meaning::Tenant, Some(tenant)) => Cause::WrongTenant { tenant },
        (Meaning::NoTenant, tenant) => Cause::TenantUnknown {
            tenant: tenant.map_or_else(|| "?".to_owned(), |tenant| tenant.to_string()),
        },
        (Meaning::Device, _) => Cause::DeviceNotCompliant { entra_code },
        (Meaning::Blocked, _) => Cause::BlockedByConditionalAccess { entra_code },
        (Meaning::Restricted, tenant) => Cause::TenantRestricted { tenant },
        (Meaning::Consent, _) => Cause::ConsentMissing {
            entra_code,
            page: refusal.consent_page.clone(),
        },
        (Meaning::Refused(why), _) => Cause::SignInRefused {
            why,
            entra_code: Some(entra_code).filter(|code| *code != 0),
        },
        (Meaning::App, _) => Cause::AppMisconfigured {
            entra_code,
            client_id: refusal.client_id.clone().unwrap_or_default(),
        },
        (Meaning::Lapsed, _) => Cause::SignInTimedOut {
            way: Way::DeviceCode,
        },
        (Meaning::Unavailable, _) => Cause::AzureUnavailable { status: None },
        (Meaning::Gone | Meaning::Person | Meaning::Tenant, _) => Cause::NotSignedIn,
    };
    let problem = Problem::new(cause).observed(seen(refusal));
    match &refusal.correlation {
        Some(id) => problem.correlated(id),
        None => problem,
    }
}

fn mfa(refusal: &EntraRefusal, tenant: TenantId) -> Cause {
    let claims = refusal.claims.as_ref().map(|claims| claims.base64());
    Cause::MfaRequired {
        tenant,
        claims: claims.unwrap_or_default(),
    }
}

fn seen(refusal: &EntraRefusal) -> String {
    match (refusal.code, refusal.words.as_str()) {
        (0, "") => refusal.error.clone(),
        (0, words) => words.to_owned(),
        (code, words) => format!("AADSTS{code}: {words}"),
    }
}

//! How words of a script become values.

use gangway_engine::account::Way;
use gangway_engine::id::{TenantId, VmId};
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::problem::{Cause, Problem, RefusedWhy};
use gangway_engine::vm::{Power, Protocol, Service};
use jiff::{SignedDuration, Timestamp};

use super::sign_in::unreadable;

/// `file first-warning`, `direct`, `file by-name NAME`: how a client will be started.
pub fn launch_view(words: &[&str]) -> LaunchView {
    let way = match words[0] {
        "terminal" => LaunchWay::Terminal,
        "file" => LaunchWay::File,
        "signed-file" => LaunchWay::SignedFile,
        "direct" => LaunchWay::Direct,
        word => panic!("no way: {word}"),
    };
    let by_name = after_word(words, "by-name").map(|name| LaunchNote::ByName { name: name.into() });
    let first = words.contains(&"first-warning");
    let first = first.then_some(LaunchNote::FirstWarning);
    LaunchView {
        way,
        notes: first.into_iter().chain(by_name).collect(),
    }
}

/// `150ms`, `2s`, `5m`, `1h`, with a minus for the past.
pub fn span(text: &str) -> SignedDuration {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let split = text.find(|c: char| !c.is_ascii_digit()).expect("a unit");
    let n: i64 = text[..split].parse().expect("a number");
    let millis = match &text[split..] {
        "ms" => n,
        "s" => n * 1_000,
        "m" => n * 60_000,
        "h" => n * 3_600_000,
        unit => panic!("no unit: {unit}"),
    };
    SignedDuration::from_millis(sign * millis)
}

pub fn vm_id(name: &str) -> VmId {
    VmId::new(format!(
        "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{name}"
    ))
    .unwrap()
}

pub fn service(words: &[&str]) -> Option<Service> {
    let at = |word| words.iter().position(|w| *w == word);
    if at("rdp").is_some() {
        return Some(Service::RDP);
    }
    if at("ssh").is_some() {
        return Some(Service::SSH);
    }
    at("port").map(|index| Service {
        protocol: Protocol::Port,
        port: words[index + 1].parse().unwrap(),
    })
}

pub fn power(word: &str) -> Power {
    match word {
        "running" => Power::Running,
        "starting" => Power::Starting,
        "stopped" => Power::Stopped,
        "deallocated" => Power::Deallocated,
        "unknown" => Power::Unknown,
        _ => panic!("no power: {word}"),
    }
}

/// The word after `key`.
pub fn after_word<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    let index = words.iter().position(|word| *word == key)?;
    words.get(index + 1).copied()
}

/// A problem as Azure (or the store) would bring it.
pub fn problem(words: &[&str], now: Timestamp) -> Problem {
    let action = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
    let cause = match words[0] {
        "offline" => Cause::Offline {
            host: "management.azure.com".into(),
        },
        "azure-unavailable" => Cause::AzureUnavailable { status: Some(503) },
        "throttled" => Cause::Throttled {
            until: now + span(words[1]),
        },
        "mfa-required" => Cause::MfaRequired {
            tenant: TenantId::new(after_word(words, "at").unwrap_or("t1")),
            claims: match after_word(words, "claims") {
                Some("-") => String::new(),
                claims => claims.unwrap_or("eyJ9").into(),
            },
        },
        "sign-in-timed-out" => Cause::SignInTimedOut { way: Way::Browser },
        "declined" | "disabled" | "not-assigned" | "cross-tenant" | "loop" => {
            let (why, entra_code) = match words[0] {
                "declined" => (RefusedWhy::Declined, None),
                "disabled" => (RefusedWhy::Disabled, Some(50057)),
                "not-assigned" => (RefusedWhy::NotAssigned, Some(50105)),
                "cross-tenant" => (RefusedWhy::CrossTenant, Some(500_212)),
                _ => (RefusedWhy::Loop, Some(50196)),
            };
            Cause::SignInRefused { why, entra_code }
        }
        "app-misconfigured" => Cause::AppMisconfigured {
            entra_code: 700_016,
            client_id: "app".into(),
        },
        "sign-in-mistrusted" => Cause::SignInMistrusted {
            what: "another state".into(),
        },
        "tokens-unreadable" => return unreadable(),
        "not-signed-in" => Cause::NotSignedIn,
        "blocked-by-conditional-access" => Cause::BlockedByConditionalAccess { entra_code: 53003 },
        "device-not-compliant" => Cause::DeviceNotCompliant { entra_code: 53000 },
        "tenant-restricted" => Cause::TenantRestricted { tenant: None },
        "consent-missing" => Cause::ConsentMissing {
            entra_code: 65001,
            page: Some("https://login.contoso.example/t1/adminconsent?client_id=app".into()),
        },
        "wrong-tenant" => Cause::WrongTenant {
            tenant: TenantId::new("t2"),
        },
        "tenant-unknown" => Cause::TenantUnknown {
            tenant: "contso.example".into(),
        },
        "tenant-off" => Cause::TenantOff {
            tenant: Some(TenantId::new("t1")),
        },
        "permission-missing" => Cause::PermissionMissing {
            action: action.into(),
            scope: "/subscriptions/s1".into(),
        },
        "role-not-active" => Cause::RoleNotActive {
            action: action.into(),
            scope: "/subscriptions/s1".into(),
        },
        "cannot-see-policy" => Cause::CannotSeePolicy {
            action: "Microsoft.Security/locations/jitNetworkAccessPolicies/read".into(),
            scope: "/subscriptions/s1/resourceGroups/rg".into(),
        },
        "write-blocked" => Cause::WriteBlocked {
            by: "a lock on rg".into(),
        },
        "jit-not-supported" => Cause::JitNotSupported { vm: vm_id("web") },
        "plan-missing" => Cause::PlanMissing {
            subscription: "s1".into(),
        },
        "vm-gone" => Cause::VmGone { vm: vm_id("web") },
        "request-refused" => Cause::RequestRefused {
            status: 400,
            azure_code: "Odd".into(),
            words: "no".into(),
        },
        "answer-unusable" => Cause::AnswerUnusable {
            host: "management.azure.com".into(),
            came: "text/html".into(),
        },
        "proxy-sign-in" => Cause::ProxySignIn {
            proxy: "proxy.contoso.example".into(),
        },
        "issuer-unknown" => Cause::IssuerUnknown {
            host: "management.azure.com".into(),
            issuer: "Contoso Root CA".into(),
        },
        "store-not-writable" => Cause::StoreNotWritable {
            path: "gangway.db".into(),
        },
        "client-missing" => Cause::ClientMissing {
            protocol: Protocol::Rdp,
            looked_for: vec!["xfreerdp3".into()],
            install: None,
        },
        "rdp-blocked-by-policy" => Cause::RdpBlockedByPolicy {
            allowed: vec![LaunchWay::SignedFile],
        },
        "name-unresolved" => Cause::NameUnresolved {
            names: vec!["vm-web-01".into()],
            target: [10, 1, 0, 4].into(),
        },
        word => panic!("no problem: {word}"),
    };
    Problem::new(cause)
}

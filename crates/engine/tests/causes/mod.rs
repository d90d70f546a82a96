//! A sample of every cause there is, and of those whose ways out depend on a parameter.

use gangway_engine::problem::{Cause, Problem};

/// Causes whose ways out depend on a parameter, with that parameter the other way round.
pub(crate) fn other_sides() -> Vec<Cause> {
    let text = r#"[
        {"code":"pool-unknown","interface":"tun0","address":"172.16.200.5","mayConfirm":false},
        {"code":"source-needs-whole-prefix","address":"10.21.254.85","prefix":"10.21.254.0/24",
         "addresses":256,"allowed":false},
        {"code":"sign-in-refused","why":"disabled","entraCode":50057},
        {"code":"sign-in-refused","why":"not-assigned","entraCode":50105},
        {"code":"sign-in-refused","why":"cross-tenant","entraCode":500212},
        {"code":"sign-in-refused","why":"loop","entraCode":50196},
        {"code":"sign-in-refused","why":"other","entraCode":null},
        {"code":"sign-in-timed-out","way":"azure-cli"},
        {"code":"app-misconfigured","entraCode":50011,"clientId":"app"},
        {"code":"app-misconfigured","entraCode":50194,"clientId":"app"},
        {"code":"app-misconfigured","entraCode":7000218,"clientId":"app"},
        {"code":"app-misconfigured","entraCode":7000215,"clientId":"app"},
        {"code":"app-misconfigured","entraCode":500011,"clientId":"app"},
        {"code":"dial-failed","profile":"hub","why":"sign-in-refused"},
        {"code":"dial-failed","profile":"hub","why":"certificate-missing"},
        {"code":"dial-failed","profile":"hub","why":"not-permitted"},
        {"code":"way-forbidden","way":"azure-cli","why":"not-set-up"},
        {"code":"way-forbidden","way":"browser","why":"not-set-up"}
    ]"#;
    serde_json::from_str(text).unwrap()
}

/// One of each, found by walking from one variant to the next: a variant that is new
/// does not compile here until it stands in the row.
pub(crate) fn every_cause() -> Vec<Cause> {
    let samples: Vec<Cause> = serde_json::from_str(include_str!("../data/causes.json")).unwrap();
    let mut row = Vec::new();
    while let Some(code) = next(row.last()) {
        let found = samples
            .iter()
            .find(|it| Problem::new((*it).clone()).code() == code);
        row.push(
            found
                .unwrap_or_else(|| panic!("no sample of {code}"))
                .clone(),
        );
    }
    row
}

fn next(last: Option<&Cause>) -> Option<&'static str> {
    Some(match last {
        None => "not-signed-in",
        Some(Cause::NotSignedIn) => "mfa-required",
        Some(Cause::MfaRequired { .. }) => "blocked-by-conditional-access",
        Some(Cause::BlockedByConditionalAccess { .. }) => "device-not-compliant",
        Some(Cause::DeviceNotCompliant { .. }) => "tenant-restricted",
        Some(Cause::TenantRestricted { .. }) => "consent-missing",
        Some(Cause::ConsentMissing { .. }) => "wrong-tenant",
        Some(Cause::WrongTenant { .. }) => "tenant-unknown",
        Some(Cause::TenantUnknown { .. }) => "tenant-off",
        Some(Cause::TenantOff { .. }) => "sign-in-timed-out",
        Some(Cause::SignInTimedOut { .. }) => "sign-in-refused",
        Some(Cause::SignInRefused { .. }) => "app-misconfigured",
        Some(Cause::AppMisconfigured { .. }) => "sign-in-mistrusted",
        Some(Cause::SignInMistrusted { .. }) => "way-forbidden",
        Some(Cause::WayForbidden { .. }) => "tokens-unreadable",
        Some(Cause::TokensUnreadable { .. }) => "keyring-missing",
        Some(Cause::KeyringMissing) => "vm-not-found",
        Some(Cause::VmNotFound { .. }) => "vm-ambiguous",
        Some(Cause::VmAmbiguous { .. }) => "tunnel-down",
        Some(Cause::TunnelDown { .. }) => "pool-unknown",
        Some(Cause::PoolUnknown { .. }) => "tunnel-without-route",
        Some(Cause::TunnelWithoutRoute { .. }) => "pool-overlaps-lan",
        Some(Cause::PoolOverlapsLan { .. }) => "tunnel-of-another-gateway",
        Some(Cause::TunnelOfAnotherGateway { .. }) => "not-through-p2s",
        Some(Cause::NotThroughP2s { .. }) => "tunnel-moved",
        Some(Cause::TunnelMoved { .. }) => "vm-not-running",
        Some(Cause::VmNotRunning { .. }) => "vm-gone",
        Some(Cause::VmGone { .. }) => "vm-without-private-address",
        Some(Cause::VmWithoutPrivateAddress { .. }) => "jit-not-configured",
        Some(Cause::JitNotConfigured { .. }) => "jit-not-supported",
        Some(Cause::JitNotSupported { .. }) => "plan-missing",
        Some(Cause::PlanMissing { .. }) => "cannot-see-policy",
        Some(Cause::CannotSeePolicy { .. }) => "permission-missing",
        Some(Cause::PermissionMissing { .. }) => "role-not-active",
        Some(Cause::RoleNotActive { .. }) => "write-blocked",
        Some(Cause::WriteBlocked { .. }) => "source-not-in-policy",
        Some(Cause::SourceNotInPolicy { .. }) => "source-needs-whole-prefix",
        Some(Cause::SourceNeedsWholePrefix { .. }) => "duration-too-long",
        Some(Cause::DurationTooLong { .. }) => "port-not-in-policy",
        Some(Cause::PortNotInPolicy { .. }) => "reason-missing",
        Some(Cause::ReasonMissing) => "request-refused",
        Some(Cause::RequestRefused { .. }) => "rule-late",
        Some(Cause::RuleLate { .. }) => "path-open-but-silent",
        Some(Cause::PathOpenButSilent { .. }) => "answers-but-silent",
        Some(Cause::AnswersButSilent { .. }) => "reached-but-refused",
        Some(Cause::ReachedButRefused { .. }) => "other-host-answered",
        Some(Cause::OtherHostAnswered { .. }) => "source-translated",
        Some(Cause::SourceTranslated { .. }) => "blocked-by-rule",
        Some(Cause::BlockedByRule { .. }) => "rule-vanished",
        Some(Cause::RuleVanished { .. }) => "open-outside-jit",
        Some(Cause::OpenOutsideJit { .. }) => "access-displaced",
        Some(Cause::AccessDisplaced { .. }) => "throttled",
        Some(Cause::Throttled { .. }) => "answer-unusable",
        Some(Cause::AnswerUnusable { .. }) => "proxy-sign-in",
        Some(Cause::ProxySignIn { .. }) => "issuer-unknown",
        Some(Cause::IssuerUnknown { .. }) => "azure-unavailable",
        Some(Cause::AzureUnavailable { .. }) => "offline",
        Some(Cause::Offline { .. }) => "client-missing",
        Some(Cause::ClientMissing { .. }) => "rdp-blocked-by-policy",
        Some(Cause::RdpBlockedByPolicy { .. }) => "name-unresolved",
        Some(Cause::NameUnresolved { .. }) => "store-damaged",
        Some(Cause::StoreDamaged { .. }) => "store-newer",
        Some(Cause::StoreNewer { .. }) => "store-not-writable",
        Some(Cause::StoreNotWritable { .. }) => "settings-invalid",
        Some(Cause::SettingsInvalid { .. }) => "setting-refused",
        Some(Cause::SettingRefused { .. }) => "dial-failed",
        Some(Cause::DialFailed { .. }) => "profile-unreadable",
        Some(Cause::ProfileUnreadable { .. }) => "not-done",
        Some(Cause::NotDone { .. }) => return None,
    })
}

//! The code and the parameters of each cause.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::{Timestamp, Unit};

use super::{Cause, ForbiddenWhy, RefusedWhy, clients};
use crate::account::Way;
use crate::text::moment::minutes;
use crate::vm::Power;

pub(super) fn code(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotSignedIn => "not-signed-in",
        Cause::MfaRequired { .. } => "mfa-required",
        Cause::BlockedByConditionalAccess { .. } => "blocked-by-conditional-access",
        Cause::DeviceNotCompliant { .. } => "device-not-compliant",
        Cause::TenantRestricted { .. } => "tenant-restricted",
        Cause::ConsentMissing { .. } => "consent-missing",
        Cause::WrongTenant { .. } => "wrong-tenant",
        Cause::TenantUnknown { .. } => "tenant-unknown",
        Cause::TenantOff { .. } => "tenant-off",
        Cause::SignInTimedOut { .. } => "sign-in-timed-out",
        Cause::SignInRefused { .. } => "sign-in-refused",
        Cause::AppMisconfigured { .. } => "app-misconfigured",
        Cause::SignInMistrusted { .. } => "sign-in-mistrusted",
        Cause::WayForbidden { .. } => "way-forbidden",
        Cause::TokensUnreadable { .. } => "tokens-unreadable",
        Cause::KeyringMissing => "keyring-missing",
        Cause::VmNotFound { .. } => "vm-not-found",
        Cause::VmAmbiguous { .. } => "vm-ambiguous",
        Cause::TunnelDown { .. } => "tunnel-down",
        Cause::PoolUnknown { .. } => "pool-unknown",
        Cause::TunnelWithoutRoute { .. } => "tunnel-without-route",
        Cause::PoolOverlapsLan { .. } => "pool-overlaps-lan",
        Cause::TunnelOfAnotherGateway { .. } => "tunnel-of-another-gateway",
        Cause::NotThroughP2s { .. } => "not-through-p2s",
        Cause::TunnelMoved { .. } => "tunnel-moved",
        Cause::VmNotRunning { .. } => "vm-not-running",
        Cause::VmGone { .. } => "vm-gone",
        Cause::VmWithoutPrivateAddress { .. } => "vm-without-private-address",
        Cause::JitNotConfigured { .. } => "jit-not-configured",
        Cause::JitNotSupported { .. } => "jit-not-supported",
        Cause::PlanMissing { .. } => "plan-missing",
        Cause::CannotSeePolicy { .. } => "cannot-see-policy",
        Cause::PermissionMissing { .. } => "permission-missing",
        Cause::RoleNotActive { .. } => "role-not-active",
        Cause::WriteBlocked { .. } => "write-blocked",
        Cause::SourceNotInPolicy { .. } => "source-not-in-policy",
        Cause::SourceNeedsWholePrefix { .. } => "source-needs-whole-prefix",
        Cause::DurationTooLong { .. } => "duration-too-long",
        Cause::PortNotInPolicy { .. } => "port-not-in-policy",
        Cause::ReasonMissing => "reason-missing",
        Cause::RequestRefused { .. } => "request-refused",
        Cause::RuleLate { .. } => "rule-late",
        Cause::PathOpenButSilent { .. } => "path-open-but-silent",
        Cause::AnswersButSilent { .. } => "answers-but-silent",
        Cause::ReachedButRefused { .. } => "reached-but-refused",
        Cause::OtherHostAnswered { .. } => "other-host-answered",
        Cause::SourceTranslated { .. } => "source-translated",
        Cause::BlockedByRule { .. } => "blocked-by-rule",
        Cause::RuleVanished { .. } => "rule-vanished",
        Cause::OpenOutsideJit { .. } => "open-outside-jit",
        Cause::AccessDisplaced { .. } => "access-displaced",
        Cause::Throttled { .. } => "throttled",
        Cause::AnswerUnusable { .. } => "answer-unusable",
        Cause::ProxySignIn { .. } => "proxy-sign-in",
        Cause::IssuerUnknown { .. } => "issuer-unknown",
        Cause::AzureUnavailable { .. } => "azure-unavailable",
        Cause::Offline { .. } => "offline",
        Cause::ClientMissing { .. } => "client-missing",
        Cause::RdpBlockedByPolicy { .. } => "rdp-blocked-by-policy",
        Cause::NameUnresolved { .. } => "name-unresolved",
        Cause::StoreDamaged { .. } => "store-damaged",
        Cause::StoreNewer { .. } => "store-newer",
        Cause::StoreNotWritable { .. } => "store-not-writable",
        Cause::SettingsInvalid { .. } => "settings-invalid",
        Cause::SettingRefused { .. } => "setting-refused",
        Cause::DialFailed { .. } => "dial-failed",
        Cause::ProfileUnreadable { .. } => "profile-unreadable",
        Cause::NotDone { .. } => "not-done",
    }
}

pub(super) fn params(cause: &Cause) -> BTreeMap<&'static str, String> {
    let mut out = BTreeMap::new();
    let mut put = |key: &'static str, value: String| {
        out.insert(key, value);
    };
    match cause {
        Cause::NotSignedIn | Cause::KeyringMissing | Cause::ReasonMissing => {}
        Cause::MfaRequired { tenant, claims: _ } | Cause::WrongTenant { tenant } => {
            put("tenant", tenant.to_string());
        }
        Cause::ConsentMissing { entra_code, page } => {
            put("code", entra_code.to_string());
            let page = page.as_deref();
            put("page", page.unwrap_or("see docs/azure.md").to_owned());
        }
        Cause::BlockedByConditionalAccess { entra_code }
        | Cause::DeviceNotCompliant { entra_code } => put("code", entra_code.to_string()),
        Cause::TenantRestricted { tenant } => put("tenant", or_unknown(tenant.as_ref())),
        Cause::TenantUnknown { tenant } => put("tenant", tenant.clone()),
        Cause::TenantOff { tenant } => {
            let tenant = tenant.as_ref().map(ToString::to_string);
            put("tenant", tenant.unwrap_or_else(|| "all of them".to_owned()));
        }
        Cause::SignInTimedOut { way } => put("way", way_words(*way).to_owned()),
        Cause::DialFailed { profile, why } => {
            put("profile", profile.clone());
            put("why", why.words().to_owned());
        }
        Cause::SignInRefused { why, entra_code } => {
            let words = refused_words(*why);
            // Somebody's "no" has no number.
            let with_code = entra_code.map(|code| format!("{words} (AADSTS{code})"));
            put("why", with_code.unwrap_or_else(|| words.to_owned()));
        }
        Cause::AppMisconfigured {
            entra_code,
            client_id,
        } => {
            put("code", entra_code.to_string());
            put("client", client_id.clone());
        }
        Cause::SignInMistrusted { what } => put("what", what.clone()),
        Cause::WayForbidden { way, why } => {
            put("way", way_words(*way).to_owned());
            let why = match why {
                ForbiddenWhy::Policy => "machine policy forbids it",
                ForbiddenWhy::Settings => "sign_in_ways in your settings does not list it",
                ForbiddenWhy::NotSetUp => "it is not set up on this computer",
            };
            put("why", why.to_owned());
        }
        Cause::TokensUnreadable { file, kept } => {
            put("file", file.clone());
            let untouched = "left untouched (the keyring may only be locked)";
            let kept = kept.as_ref().map(|kept| format!("kept as {kept}"));
            put("kept", kept.unwrap_or_else(|| untouched.to_owned()));
        }
        Cause::VmNotFound { query, nearest } => {
            put("query", query.clone());
            put("nearest", list(nearest));
        }
        Cause::VmAmbiguous { query, candidates } => {
            put("query", query.clone());
            put("count", candidates.len().to_string());
        }
        Cause::TunnelDown { target, interface } => {
            put("target", target.to_string());
            put("interface", or_unknown(interface.as_ref()));
        }
        Cause::PoolUnknown {
            interface,
            address,
            may_confirm: _,
        }
        | Cause::NotThroughP2s { interface, address } => {
            put("interface", interface.clone());
            put("address", address.to_string());
        }
        Cause::TunnelWithoutRoute {
            tunnel,
            address,
            route,
            target,
        } => {
            put("tunnel", tunnel.clone());
            put("address", address.to_string());
            put("route", or_unknown(route.as_ref()));
            put("target", target.to_string());
        }
        Cause::PoolOverlapsLan {
            interface,
            address,
            pool,
            route,
        } => {
            put("interface", interface.clone());
            put("address", address.to_string());
            put("pool", pool.to_string());
            put("route", or_unknown(route.as_ref()));
        }
        Cause::TunnelOfAnotherGateway { connected, serving } => {
            put("connected", connected.clone());
            put("serving", serving.clone());
        }
        Cause::TunnelMoved { before, now, until } => {
            put("before", before.to_string());
            put("now", or_unknown(now.as_ref()));
            put("until", or_unknown(until.map(in_seconds).as_ref()));
        }
        Cause::VmNotRunning { vm, power } => {
            put("vm", vm.name().to_owned());
            put("power", power_word(*power).to_owned());
        }
        Cause::VmGone { vm }
        | Cause::VmWithoutPrivateAddress { vm }
        | Cause::JitNotSupported { vm } => {
            put("vm", vm.name().to_owned());
        }
        Cause::JitNotConfigured { vm, port } => {
            put("vm", vm.name().to_owned());
            put("port", port.to_string());
        }
        Cause::PlanMissing { subscription } => put("subscription", subscription.clone()),
        Cause::CannotSeePolicy { action, scope }
        | Cause::PermissionMissing { action, scope }
        | Cause::RoleNotActive { action, scope } => {
            put("action", action.clone());
            put("scope", scope.clone());
        }
        Cause::WriteBlocked { by } => put("by", by.clone()),
        Cause::SourceNotInPolicy { address, allowed } => {
            put("address", address.to_string());
            put("allowed", list(allowed));
        }
        Cause::SourceNeedsWholePrefix {
            address,
            prefix,
            addresses,
            allowed: _,
        } => {
            put("address", address.to_string());
            put("prefix", prefix.to_string());
            put("addresses", addresses.to_string());
        }
        Cause::DurationTooLong { asked, longest } => {
            put("asked", minutes(*asked));
            put("longest", minutes(*longest));
        }
        Cause::PortNotInPolicy { port, ports } => {
            put("port", port.to_string());
            put("ports", list(ports));
        }
        Cause::RequestRefused {
            status,
            azure_code,
            words,
        } => {
            put("status", status.to_string());
            put("code", azure_code.clone());
            put("words", words.clone());
        }
        Cause::RuleLate { waited } => put("waited", format!("{} s", waited.as_secs())),
        Cause::PathOpenButSilent {
            address,
            target,
            port,
        } => {
            put("address", address.to_string());
            put("target", target.to_string());
            put("port", port.to_string());
        }
        Cause::AnswersButSilent { target, port } | Cause::ReachedButRefused { target, port } => {
            put("target", target.to_string());
            put("port", port.to_string());
        }
        Cause::OtherHostAnswered {
            target,
            expected,
            came,
        } => {
            put("target", target.to_string());
            put("expected", expected.clone());
            put("came", came.clone());
        }
        Cause::SourceTranslated { address } => put("address", address.to_string()),
        Cause::BlockedByRule {
            rule,
            nsg,
            priority,
        } => {
            put("rule", rule.clone());
            put("nsg", nsg.clone());
            put("priority", priority.to_string());
        }
        Cause::RuleVanished { port } => put("port", port.to_string()),
        Cause::OpenOutsideJit { port, by } => {
            put("port", port.to_string());
            put("by", or_unknown(by.as_ref()));
        }
        Cause::AccessDisplaced { by, at } => {
            put(
                "by",
                by.clone().unwrap_or_else(|| "name not given".to_owned()),
            );
            put("at", or_unknown(at.map(in_seconds).as_ref()));
        }
        Cause::Throttled { until } => put("until", in_seconds(*until).to_string()),
        Cause::AnswerUnusable { host, came } => {
            put("host", host.clone());
            put("came", came.clone());
        }
        Cause::ProxySignIn { proxy } => put("proxy", proxy.clone()),
        Cause::IssuerUnknown { host, issuer } => {
            put("host", host.clone());
            put("issuer", issuer.clone());
        }
        Cause::AzureUnavailable { status } => put("status", or_unknown(status.as_ref())),
        Cause::Offline { host } => put("host", host.clone()),
        Cause::ClientMissing {
            protocol,
            looked_for,
            install,
        } => out.extend(clients::missing(*protocol, looked_for, install.as_deref())),
        Cause::RdpBlockedByPolicy { allowed } => out.extend(clients::blocked(allowed)),
        Cause::NameUnresolved { names, target } => {
            out.extend(clients::unresolved(names, *target));
        }
        Cause::StoreDamaged { kept } => put("kept", kept.clone()),
        Cause::StoreNewer { found, known } => {
            put("found", found.to_string());
            put("known", known.to_string());
        }
        Cause::StoreNotWritable { path } => put("path", path.clone()),
        Cause::SettingsInvalid {
            file,
            line,
            column,
            mistake,
        } => {
            put("file", file.clone());
            put("line", line.to_string());
            put("column", column.to_string());
            put("mistake", mistake.clone());
        }
        Cause::SettingRefused {
            setting,
            place,
            mistake,
        } => {
            put("setting", setting.clone());
            put("place", place.clone());
            put("mistake", mistake.clone());
        }
        Cause::ProfileUnreadable { file, expected } => {
            put("file", file.clone());
            put("expected", expected.clone());
        }
        Cause::NotDone { deed } => put("deed", deed.words().to_owned()),
    }
    out
}

/// Nobody reads fractions of a second in a sentence.
fn in_seconds(at: Timestamp) -> Timestamp {
    at.round(Unit::Second).unwrap_or(at)
}

fn or_unknown<T: Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

fn list<T: Display>(items: &[T]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn way_words(way: Way) -> &'static str {
    match way {
        Way::Browser => "the browser",
        Way::AzureCli => "the Azure CLI",
        Way::DeviceCode => "a device code",
        Way::Environment => "the environment",
        Way::Broker => "Windows",
    }
}

fn refused_words(why: RefusedWhy) -> &'static str {
    match why {
        RefusedWhy::Declined => "somebody declined it on the page",
        RefusedWhy::Disabled => "the account is disabled",
        RefusedWhy::NotAssigned => "the account is not assigned to the application",
        RefusedWhy::CrossTenant => "the organisations do not allow it between them",
        RefusedWhy::Loop => "there were too many sign-ins in a short time",
        RefusedWhy::Other => "it does not say why in words that are known here",
    }
}

fn power_word(power: Power) -> &'static str {
    match power {
        Power::Running => "running",
        Power::Starting => "starting",
        Power::Stopping => "stopping",
        Power::Stopped => "stopped",
        Power::Deallocating => "deallocating",
        Power::Deallocated => "deallocated",
        Power::Unknown => "unknown",
    }
}

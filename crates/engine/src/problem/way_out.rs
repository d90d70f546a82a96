//! What a person can do about a problem.

use serde::{Deserialize, Serialize};

use super::{Cause, ForbiddenWhy, Problem, RefusedWhy};
use crate::account::Way;
use crate::dial::DialWhy;
use crate::intent::Answer;

/// A way out of a problem. Its sentence stands under `way-out.<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "way", rename_all = "kebab-case")]
pub enum WayOut {
    /// An answer the engine takes at once.
    Answer {
        /// Which.
        answer: Answer,
    },
    /// Something to do elsewhere, or to know: a key of the catalogue.
    Advice {
        /// The key, without the prefix `way-out.`.
        key: String,
    },
}

impl WayOut {
    /// The key of its sentence in the catalogue.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Answer { answer } => format!("way-out.{}", answer_key(answer)),
            Self::Advice { key } => format!("way-out.{key}"),
        }
    }
}

fn answer_key(answer: &Answer) -> &'static str {
    match answer {
        Answer::StartVm => "start-vm",
        Answer::ConfirmTunnel => "confirm-tunnel",
        Answer::WholePrefix => "whole-prefix",
        Answer::Use(_) => "use",
        Answer::Again => "again",
        Answer::Renew => "renew",
        Answer::GoOn => "go-on",
        Answer::SignIn => "sign-in",
        Answer::Dial { .. } => "dial-this",
    }
}

/// What is told to whoever is at a challenge and has no connection (any more) to sign in for:
/// a sign-in beside it would carry nothing of what Azure asked for.
pub(crate) const AT_A_TERMINAL: &str = "at-a-terminal";

/// A new sign-in is offered only where it can help: no window opens in vain.
pub(super) fn ways_out(problem: &Problem) -> Vec<WayOut> {
    let answer = |answer| WayOut::Answer { answer };
    let advice = |key: &str| WayOut::Advice {
        key: key.to_owned(),
    };
    match &problem.cause {
        Cause::NotSignedIn => vec![answer(Answer::SignIn)],
        Cause::MfaRequired { .. } if shows_a_line(problem) => {
            vec![advice("run-the-line"), answer(Answer::Again)]
        }
        Cause::MfaRequired { .. } => vec![advice(AT_A_TERMINAL), answer(Answer::Again)],
        Cause::BlockedByConditionalAccess { .. } => vec![advice("other-sign-in")],
        Cause::DeviceNotCompliant { .. } => vec![advice("compliant-device")],
        Cause::TenantRestricted { .. } => vec![advice("other-network")],
        Cause::ConsentMissing { .. } => vec![advice("admin-consent")],
        Cause::WrongTenant { .. } => vec![answer(Answer::SignIn), advice("switch-account")],
        Cause::TenantUnknown { .. } => vec![advice("check-tenant")],
        Cause::TenantOff { .. } => vec![advice("switch-tenant-on")],
        // Whoever saw a page that refuses them does not come back, and times out.
        Cause::SignInTimedOut {
            way: Way::Browser | Way::DeviceCode,
        } => vec![
            answer(Answer::SignIn),
            advice("page-code"),
            advice("other-way"),
        ],
        Cause::SignInTimedOut { .. } => vec![answer(Answer::SignIn), advice("other-way")],
        Cause::SignInRefused { why, .. } => match why {
            RefusedWhy::Declined => vec![answer(Answer::SignIn), advice("other-way")],
            RefusedWhy::Disabled | RefusedWhy::Other => vec![advice("show-help-desk")],
            RefusedWhy::NotAssigned => vec![advice("assign-account")],
            RefusedWhy::CrossTenant => vec![advice("ask-both-organisations")],
            RefusedWhy::Loop => vec![advice("wait-a-while")],
        },
        Cause::AppMisconfigured { entra_code, .. } => match registration(*entra_code) {
            Some(key) => vec![advice(key), advice("mend-registration")],
            None => vec![advice("mend-registration")],
        },
        Cause::SignInMistrusted { .. } => vec![answer(Answer::SignIn), advice("show-help-desk")],
        Cause::WayForbidden {
            why: ForbiddenWhy::NotSetUp,
            way: Way::Browser | Way::DeviceCode | Way::Broker,
        } => vec![advice("set-client-id"), advice("other-way")],
        Cause::WayForbidden {
            why: ForbiddenWhy::NotSetUp,
            way: Way::AzureCli,
        } => vec![advice("install-azure-cli")],
        Cause::WayForbidden { .. } => vec![advice("other-way")],
        Cause::TokensUnreadable { .. } => vec![answer(Answer::SignIn)],
        Cause::KeyringMissing => vec![advice("unlock-keyring"), advice("without-keyring")],
        Cause::VmNotFound { .. } => vec![advice("nearest-names")],
        Cause::VmAmbiguous { .. } => vec![advice("choose-vm")],
        Cause::TunnelDown { .. } => vec![advice("dial")],
        Cause::DialFailed { why, .. } => vec![advice(after_dial(*why))],
        Cause::PoolUnknown {
            may_confirm: true, ..
        } => {
            vec![answer(Answer::ConfirmTunnel), advice("import-profile")]
        }
        Cause::PoolUnknown {
            may_confirm: false, ..
        } => {
            vec![advice("import-profile"), advice("ask-administrator")]
        }
        Cause::TunnelWithoutRoute { .. } => vec![advice("refresh-profile"), answer(Answer::Again)],
        Cause::PoolOverlapsLan { .. } => vec![advice("dial"), answer(Answer::Again)],
        Cause::TunnelOfAnotherGateway { .. } => vec![advice("dial-the-right-one")],
        Cause::NotThroughP2s { .. } => vec![advice("allow-office-source")],
        Cause::TunnelMoved { .. } => vec![answer(Answer::Renew)],
        Cause::VmNotRunning { .. } => vec![answer(Answer::StartVm)],
        Cause::VmGone { .. } => vec![advice("list-fresh")],
        Cause::VmWithoutPrivateAddress { .. } => vec![advice("give-private-address")],
        Cause::JitNotConfigured { .. } => vec![advice("enable-jit"), answer(Answer::Again)],
        Cause::JitNotSupported { .. } => vec![advice("add-nsg")],
        Cause::PlanMissing { .. } => vec![advice("turn-on-plan")],
        Cause::CannotSeePolicy { .. } | Cause::PermissionMissing { .. } => {
            vec![advice("ask-owner-for-role"), answer(Answer::Again)]
        }
        Cause::RoleNotActive { .. } => vec![advice("activate-role"), answer(Answer::Again)],
        Cause::WriteBlocked { .. } => vec![advice("ask-owner-about-block")],
        Cause::SourceNotInPolicy { .. } => vec![advice("ask-owner-for-source")],
        Cause::SourceNeedsWholePrefix { allowed: true, .. } => vec![answer(Answer::WholePrefix)],
        Cause::SourceNeedsWholePrefix { allowed: false, .. } => {
            vec![advice("ask-owner-for-source")]
        }
        Cause::DurationTooLong { .. } => vec![advice("shorter-duration")],
        Cause::PortNotInPolicy { .. } => vec![advice("other-port"), advice("enable-jit")],
        Cause::ReasonMissing => vec![advice("give-reason")],
        Cause::RequestRefused { .. } => vec![answer(Answer::Again), advice("show-help-desk")],
        Cause::RuleLate { .. } => vec![advice("keeps-trying")],
        Cause::PathOpenButSilent { .. }
        | Cause::AnswersButSilent { .. }
        | Cause::SourceTranslated { .. } => {
            vec![advice("show-network-team"), answer(Answer::Again)]
        }
        Cause::ReachedButRefused { .. } => vec![advice("check-service"), answer(Answer::Again)],
        Cause::OtherHostAnswered { .. } => vec![advice("do-not-sign-in"), advice("show-help-desk")],
        Cause::BlockedByRule { .. } => vec![advice("show-network-team"), answer(Answer::Again)],
        Cause::RuleVanished { .. } | Cause::AccessDisplaced { .. } => vec![answer(Answer::Again)],
        Cause::OpenOutsideJit { .. } => vec![answer(Answer::GoOn)],
        Cause::Throttled { .. } => vec![advice("waits-by-itself")],
        Cause::AnswerUnusable { .. } => vec![advice("check-proxy"), answer(Answer::Again)],
        Cause::ProxySignIn { .. } => vec![advice("enter-proxy")],
        Cause::IssuerUnknown { .. } => vec![advice("trust-issuer"), answer(Answer::Again)],
        Cause::AzureUnavailable { .. } | Cause::Offline { .. } => {
            vec![answer(Answer::Again), advice("check-network")]
        }
        Cause::ClientMissing { .. } => vec![advice("install-client")],
        Cause::RdpBlockedByPolicy { .. } => vec![advice("sign-rdp")],
        Cause::NameUnresolved { .. } => vec![advice("name-or-address"), answer(Answer::Again)],
        Cause::StoreDamaged { .. } => vec![advice("store-kept-aside")],
        Cause::StoreNewer { .. } => vec![advice("update-program")],
        Cause::StoreNotWritable { .. } => vec![advice("free-space")],
        Cause::SettingsInvalid { .. } => vec![advice("mend-settings")],
        Cause::SettingRefused { .. } => vec![advice("mend-setting")],
        Cause::ProfileUnreadable { .. } => vec![advice("fetch-profile-again")],
        Cause::NotDone { .. } => vec![advice("show-help-desk")],
    }
}

/// What may help with a VPN that could not be connected.
fn after_dial(why: DialWhy) -> &'static str {
    match why {
        DialWhy::SignInRefused | DialWhy::WantsPerson => "sign-in-to-vpn",
        DialWhy::CertificateMissing | DialWhy::CertificateRefused | DialWhy::NothingInCommon => {
            "fetch-vpn-profile"
        }
        DialWhy::HostUnknown | DialWhy::NoAnswer => "reach-gateway",
        DialWhy::NotPermitted | DialWhy::ByHand => "dial-by-hand",
        DialWhy::Busy
        | DialWhy::Unknown
        | DialWhy::NameUnfit
        | DialWhy::ProgramMissing
        | DialWhy::TookTooLong
        | DialWhy::NoAddress
        | DialWhy::Other => "dial",
    }
}

/// What in the registration, or in what was set here of it, a number speaks of
/// (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes>). An app of
/// people's has no secret: what is said of one is about the environment's.
fn registration(entra_code: u32) -> Option<&'static str> {
    Some(match entra_code {
        50011 => "add-redirect",
        50194 => "set-tenant",
        700_016 => "check-client-id",
        7_000_218 => "allow-public-flows",
        700_024 | 700_027 | 7_000_212..=7_000_215 | 7_000_222 => "check-environment",
        _ => return None,
    })
}

/// Whether the line that answers the challenge was told with it, as it is for an account
/// of the Azure CLI's.
fn shows_a_line(problem: &Problem) -> bool {
    let observed = problem.details.observed.as_ref();
    observed.is_some_and(|text| text.starts_with("az "))
}

//! Names for errors: which problem of the catalogue an error is.

use gangway_engine::id::{SubscriptionId, VmId};
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};

use crate::error::{Error, Ids, Refusal};

mod entra;

impl Error {
    /// The problem that a person is shown, with the correlation id and what was seen.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::CloudFile {
                file,
                line,
                column,
                mistake,
            } => Cause::SettingsInvalid {
                file: file.clone(),
                line: *line,
                column: *column,
                mistake: mistake.clone(),
            }
            .into(),
            Self::UnknownCloud(name) => Cause::SettingsInvalid {
                file: name.clone(),
                line: 0,
                column: 0,
                mistake: self.to_string(),
            }
            .into(),
            Self::NetworkSetting { what, mistake } => Cause::SettingsInvalid {
                file: what.clone(),
                line: 0,
                column: 0,
                mistake: mistake.clone(),
            }
            .into(),
            Self::UnknownIssuer { host, issuer } => Cause::IssuerUnknown {
                host: host.clone(),
                issuer: issuer.clone(),
            }
            .into(),
            Self::NotSignedIn { observed } | Self::AzureCli { observed, .. } => {
                Problem::new(Cause::NotSignedIn).observed(observed)
            }
            Self::NoSuchTenant(tenant) => Cause::TenantUnknown {
                tenant: tenant.clone(),
            }
            .into(),
            Self::SignInTimedOut { way } => Cause::SignInTimedOut { way: *way }.into(),
            Self::SignInMistrusted { what } => {
                Cause::SignInMistrusted { what: what.clone() }.into()
            }
            Self::WayForbidden { way, by_policy } => Cause::WayForbidden {
                way: *way,
                why: if *by_policy {
                    ForbiddenWhy::Policy
                } else {
                    ForbiddenWhy::NotSetUp
                },
            }
            .into(),
            Self::CertificateFile { file, mistake } => Cause::SettingsInvalid {
                file: file.clone(),
                line: 0,
                column: 0,
                mistake: mistake.clone(),
            }
            .into(),
            Self::Named(problem) => (**problem).clone(),
            Self::Entra(refusal) => entra::problem(refusal),
            Self::ClaimsNeeded(needed) => {
                let problem = Problem::new(Cause::MfaRequired {
                    tenant: needed.tenant.clone(),
                    claims: needed
                        .claims
                        .as_ref()
                        .map(|c| c.base64())
                        .unwrap_or_default(),
                });
                let problem = with_ids(problem, &needed.ids);
                match &needed.command {
                    Some(line) => problem.observed(line),
                    None => problem,
                }
            }
            Self::WrongTenant { tenant, ids } => with_ids(
                Cause::WrongTenant {
                    tenant: tenant.clone(),
                }
                .into(),
                ids,
            ),
            Self::Refused(refusal) => refused(refusal),
            Self::Throttled { until, ids, .. } => {
                with_ids(Cause::Throttled { until: *until }.into(), ids)
            }
            Self::OperationFailed {
                code, words, ids, ..
            } => with_ids(
                Cause::RequestRefused {
                    status: 200,
                    azure_code: code.clone(),
                    words: words.clone(),
                }
                .into(),
                ids,
            ),
            Self::Unusable { host, came, ids } => with_ids(unusable(host, came), ids),
            Self::ForeignHost { host, .. } => {
                unusable(host, "an address on a host that is not the cloud's")
            }
            Self::UnfitId { id, .. } => unusable("azure", "an id that fits no call").on(id),
            Self::ProxySignIn { proxy } => Cause::ProxySignIn {
                proxy: proxy.clone(),
            }
            .into(),
            Self::Unreachable { host, why } => {
                Problem::new(Cause::Offline { host: host.clone() }).observed(why)
            }
            // No answer of Azure's is at hand, so none of its failures either.
            Self::Broken { host, why } => {
                Problem::new(Cause::Offline { host: host.clone() }).observed(why)
            }
            Self::Setup(why) => Problem::new(Cause::Offline {
                host: "azure".to_owned(),
            })
            .observed(why),
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let (action, scope) = refusal.action_and_scope();
    let cause = match (refusal.status, refusal.code.as_str()) {
        (_, "AuthorizationFailed" | "LinkedAuthorizationFailed" | "AccessDenied") => {
            if action
                .to_ascii_lowercase()
                .ends_with("jitnetworkaccesspolicies/read")
            {
                Cause::CannotSeePolicy { action, scope }
            } else {
                Cause::PermissionMissing { action, scope }
            }
        }
        (_, "RequestDisallowedByPolicy" | "RequestDisallowedByAzure") => Cause::WriteBlocked {
            by: refusal
                .policy
                .clone()
                .unwrap_or_else(|| "Azure Policy".to_owned()),
        },
        (_, "ScopeLocked") => Cause::WriteBlocked {
            by: format!("a management lock on {}", refusal.locked_scope()),
        },
        (_, "DenyAssignmentAuthorizationFailed") => Cause::WriteBlocked {
            by: "a deny assignment".to_owned(),
        },
        (_, "MissingSubscriptionRegistration") => Cause::PlanMissing {
            subscription: refusal.subscription().as_str().to_owned(),
        },
        (401, _) => Cause::NotSignedIn,
        (403, _) => Cause::PermissionMissing { action, scope },
        (404, _) => match VmId::new(refusal.resource.clone()) {
            Ok(vm) if refusal.is_about_a_vm() => Cause::VmGone { vm },
            _ => refusal.as_request_refused(),
        },
        (500.., _) | (408, _) => Cause::AzureUnavailable {
            status: Some(refusal.status),
        },
        _ => refusal.as_request_refused(),
    };
    let seen = format!("{} {}: {}", refusal.status, refusal.code, refusal.words);
    with_ids(
        Problem::new(cause).on(&refusal.resource).observed(seen),
        &refusal.ids,
    )
}

impl Refusal {
    /// The action and scope that `AuthorizationFailed` names in its message; where it
    /// does not, the call's own action and the resource.
    pub(crate) fn action_and_scope(&self) -> (String, String) {
        let quoted = |after: &str| {
            let (_, rest) = self.words.split_once(after)?;
            let (inside, _) = rest.split_once('\'')?;
            (!inside.is_empty()).then(|| inside.to_owned())
        };
        (
            quoted("action '").unwrap_or_else(|| self.call.action.to_owned()),
            quoted("scope '").unwrap_or_else(|| self.resource.clone()),
        )
    }

    /// The scope that `ScopeLocked` names: the last quoted text that is an id.
    fn locked_scope(&self) -> String {
        self.words
            .split('\'')
            .rfind(|part| part.to_ascii_lowercase().starts_with("/subscriptions/"))
            .unwrap_or(&self.resource)
            .to_owned()
    }

    fn subscription(&self) -> SubscriptionId {
        SubscriptionId::new(self.resource.split('/').nth(2).unwrap_or_default())
    }

    fn is_about_a_vm(&self) -> bool {
        self.resource
            .to_ascii_lowercase()
            .contains("/virtualmachines/")
    }

    pub(crate) fn as_request_refused(&self) -> Cause {
        Cause::RequestRefused {
            status: self.status,
            azure_code: self.code.clone(),
            words: self.words.clone(),
        }
    }
}

fn unusable(host: &str, came: &str) -> Problem {
    Cause::AnswerUnusable {
        host: host.to_owned(),
        came: came.to_owned(),
    }
    .into()
}

pub(crate) fn with_ids(problem: Problem, ids: &Ids) -> Problem {
    match ids
        .correlation
        .as_ref()
        .or(ids.request.as_ref())
        .or(ids.client_request.as_ref())
    {
        Some(id) => problem.correlated(id),
        None => problem,
    }
}

//! The access request: sent once, and every answer told apart.

use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::request::{Draft, InitiateOutcome, TimeField};
use serde_json::Value;

use crate::Azure;
use crate::calls;
use crate::error::{Error, Refusal};
use crate::http::arm::Ask;
use crate::problem::with_ids;
use crate::wire::jit;

impl Azure {
    /// Asks for access. It is sent again by itself only where it surely was not taken.
    /// `EndTime` is computed from Azure's own date, never from this machine's.
    pub async fn initiate(
        &self,
        tenant: &TenantId,
        draft: &Draft,
        field: TimeField,
    ) -> InitiateOutcome {
        if field == TimeField::EndTime
            && self.arm.transport.dates().azure_now().is_none()
            && let Err(error) = self.policy(tenant, &draft.policy).await
        {
            return InitiateOutcome::NotSent(error.problem());
        }
        let now = self.arm.transport.dates().now();
        let Some(body) = jit::initiate_body(draft, field, now) else {
            return InitiateOutcome::NotSent(Problem::new(Cause::RequestRefused {
                status: 0,
                azure_code: String::new(),
                words: "the request names no IPv4 source".to_owned(),
            }));
        };
        match self.send_initiate(tenant, draft, &body).await {
            Ok(outcome) => outcome,
            Err(error) => outcome_of(&error, draft, field),
        }
    }

    async fn send_initiate(
        &self,
        tenant: &TenantId,
        draft: &Draft,
        body: &Value,
    ) -> Result<InitiateOutcome, Error> {
        let ask =
            Ask::new(&self.arm.transport, calls::INITIATE, draft.policy.as_str())?.with_body(body);
        let answer = self.arm.send(tenant, &ask).await?;
        let correlation = answer.ids.correlation.as_deref();
        tracing::info!(correlation, "azure took the request");
        let value: Value = answer.json()?;
        let ours = jit::requests(&value)
            .into_iter()
            .find(|r| r.vm == draft.vm && r.port == draft.port);
        match ours {
            Some(ours) => Ok(InitiateOutcome::Accepted {
                started_at: ours.started_at,
                expires_at: ours.expires_at,
                status: ours.status,
            }),
            None => Err(answer.unusable("an access request that does not name this VM and port")),
        }
    }
}

fn outcome_of(error: &Error, draft: &Draft, field: TimeField) -> InitiateOutcome {
    match error {
        Error::Refused(refusal) if is_not_a_subset(refusal) => InitiateOutcome::NotASubset {
            words: refusal.words.clone(),
        },
        Error::Refused(refusal) if field == TimeField::Duration && is_about_duration(refusal) => {
            InitiateOutcome::DurationRefused
        }
        Error::Refused(refusal)
            if (400..500).contains(&refusal.status) && refusal.status != 408 =>
        {
            InitiateOutcome::Refused(refused(error, refusal, draft))
        }
        Error::ClaimsNeeded(_) | Error::WrongTenant { .. } => {
            InitiateOutcome::Refused(error.problem())
        }
        _ if error.surely_not_taken() => InitiateOutcome::NotSent(error.problem()),
        _ => InitiateOutcome::Unclear(error.problem()),
    }
}

/// Known by its words: its code was never seen (contract 5.5).
fn is_not_a_subset(refusal: &Refusal) -> bool {
    refusal
        .words
        .to_ascii_lowercase()
        .contains("not a subset of policy")
}

/// A refusal of the input that speaks of the time fields: of the undocumented one that was
/// sent, or of the documented one that was not.
fn is_about_duration(refusal: &Refusal) -> bool {
    let words = refusal.words.to_ascii_lowercase();
    refusal.status == 400 && (words.contains("duration") || words.contains("endtimeutc"))
}

fn refused(error: &Error, refusal: &Refusal, draft: &Draft) -> Problem {
    let words = refusal.words.to_ascii_lowercase();
    let vm = || draft.vm.clone();
    let cause = if refusal.code.eq_ignore_ascii_case("PolicyNotFound") {
        Cause::JitNotConfigured {
            vm: vm(),
            port: draft.port,
        }
    } else if words.contains("not supported")
        && words.contains("just-in-time")
        && !words.contains("ipv6")
    {
        Cause::JitNotSupported { vm: vm() }
    } else if words.contains("plan 2")
        || words.contains("standard tier")
        || words.contains("pricing tier")
    {
        Cause::PlanMissing {
            subscription: draft.vm.subscription().as_str().to_owned(),
        }
    } else {
        return error.problem();
    };
    let seen = format!("{} {}: {}", refusal.status, refusal.code, refusal.words);
    with_ids(
        Problem::new(cause).on(draft.policy.as_str()).observed(seen),
        &refusal.ids,
    )
}

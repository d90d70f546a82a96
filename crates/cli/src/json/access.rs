//! Accesses as `--json` shows them.

use gangway_engine::policy::{Source, Status, StatusReason};
use gangway_engine::request::{Access, Draft, Standing};
use gangway_engine::snapshot::AccessView;
use serde::Serialize;

use super::ProblemJson;

/// The answer to `status` and `history`.
#[derive(Debug, Serialize)]
pub(crate) struct AccessesJson {
    /// The accesses.
    pub(crate) accesses: Vec<AccessJson>,
}

/// One access.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessJson {
    request: u64,
    vm: String,
    vm_name: String,
    port: u16,
    source: String,
    tunnel_address: String,
    reason: Option<String>,
    asked_at: String,
    /// `unanswered`, `running`, `refused` or `over`.
    standing: &'static str,
    started_at: Option<String>,
    expires_at: Option<String>,
    /// Azure's status or status reason, as Azure writes it.
    status: Option<String>,
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_this_address: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemJson>,
}

/// What is asked for or, in a dry run, would be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanJson {
    policy: String,
    port: u16,
    source: String,
    duration_seconds: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&Draft> for PlanJson {
    fn from(draft: &Draft) -> Self {
        Self {
            policy: draft.policy.to_string(),
            port: draft.port,
            source: source_text(&draft.source),
            duration_seconds: draft.duration.as_secs(),
            reason: draft.reason.clone(),
        }
    }
}

impl From<&Access> for AccessJson {
    fn from(access: &Access) -> Self {
        let draft = &access.draft;
        let mut json = Self {
            request: access.request.0,
            vm: draft.vm.to_string(),
            vm_name: access.vm_name.clone(),
            port: draft.port,
            source: source_text(&draft.source),
            tunnel_address: draft.tunnel_address.to_string(),
            reason: draft.reason.clone(),
            asked_at: access.asked_at.to_string(),
            standing: "unanswered",
            started_at: None,
            expires_at: None,
            status: None,
            ended_at: None,
            for_this_address: None,
            problem: None,
        };
        match &access.standing {
            Standing::Unanswered => {}
            Standing::Running {
                started_at,
                expires_at,
                status,
            } => {
                json.standing = "running";
                json.started_at = Some(started_at.to_string());
                json.expires_at = Some(expires_at.to_string());
                json.status = Some(status_text(status));
            }
            Standing::Refused => json.standing = "refused",
            Standing::Over { reason, at, .. } => {
                json.standing = "over";
                json.status = Some(reason_text(reason));
                json.ended_at = Some(at.to_string());
            }
        }
        json
    }
}

impl From<&AccessView> for AccessJson {
    fn from(view: &AccessView) -> Self {
        Self {
            for_this_address: view.for_this_address,
            problem: view.problem.as_ref().map(ProblemJson::from),
            ..Self::from(&view.access)
        }
    }
}

/// A source as a person reads it; a single address without its `/32`.
pub(crate) fn source_text(source: &Source) -> String {
    match source {
        Source::Blocks(blocks) => blocks
            .iter()
            .map(|block| match block.prefix_len() {
                32 => block.addr().to_string(),
                _ => block.to_string(),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Source::Other(text) => text.clone(),
    }
}

fn status_text(status: &Status) -> String {
    match status {
        Status::Initiating => "Initiating".to_owned(),
        Status::Initiated => "Initiated".to_owned(),
        Status::Revoked => "Revoked".to_owned(),
        Status::Other(text) => text.clone(),
    }
}

/// A status reason as Azure writes it.
pub(crate) fn reason_text(reason: &StatusReason) -> String {
    match reason {
        StatusReason::Expired => "Expired".to_owned(),
        StatusReason::UserRequested => "UserRequested".to_owned(),
        StatusReason::NewerRequestInitiated => "NewerRequestInitiated".to_owned(),
        StatusReason::Other(text) => text.clone(),
    }
}

//! The JSON that `--json` prints: shapes of its own, so that a change inside the
//! engine does not change what scripts read. Documented in docs/json.md.

use gangway_engine::problem::Problem;
use gangway_engine::query::VmEntry;
use gangway_engine::text;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::exit::Outcome;
use crate::say::{name, say};

mod access;
mod account;
mod event;
mod launch;
mod rdp;
mod tunnel;
mod vm;
mod vpns;

pub(crate) use access::{AccessJson, AccessesJson, PlanJson, reason_text, source_text};
pub(crate) use account::{AccountJson, AccountsJson, LogoutJson, SubscriptionsJson, TenantsJson};
pub(crate) use event::{Event, EventLine, ResultJson};
pub(crate) use launch::LaunchJson;
pub(crate) use rdp::RdpJson;
pub(crate) use tunnel::{ProfileJson, ProfilesJson, RecordJson, TunnelJson};
pub(crate) use vm::VmsJson;
pub(crate) use vpns::{DialJson, VpnsJson};

/// The version of these shapes. It changes only when something is removed or renamed;
/// new fields may come at any time.
pub(crate) const SCHEMA: u32 = 1;

/// An answer to a read: the schema, what it is, and its fields.
#[derive(Debug, Serialize)]
pub(crate) struct Answer<T: Serialize> {
    schema: u32,
    kind: &'static str,
    #[serde(flatten)]
    fields: T,
}

impl<T: Serialize> Answer<T> {
    /// An answer called `kind`.
    pub(crate) fn new(kind: &'static str, fields: T) -> Self {
        Self {
            schema: SCHEMA,
            kind,
            fields,
        }
    }
}

/// A read that ended with a problem.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FailureJson {
    /// The process's exit code.
    pub(crate) exit_code: u8,
    /// The cause, where it has a name.
    pub(crate) problem: Option<ProblemJson>,
    /// The failure in words, where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// VMs that may have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) candidates: Vec<Candidate>,
}

/// A problem.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemJson {
    /// The stable code.
    code: &'static str,
    /// The sentence, for people.
    message: String,
    /// The parameters as the engine knows them, by name.
    parameters: Map<String, Value>,
    /// What can be done.
    ways_out: Vec<WayOutJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<String>,
}

/// A way out.
#[derive(Debug, Serialize)]
struct WayOutJson {
    /// Its stable name.
    key: String,
    /// Its sentence, for people.
    message: String,
}

impl From<&Problem> for ProblemJson {
    fn from(problem: &Problem) -> Self {
        let mut parameters = match serde_json::to_value(&problem.cause) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        parameters.remove("code");
        let ways_out = problem.ways_out().into_iter().map(|way| WayOutJson {
            key: way.key().trim_start_matches("way-out.").to_owned(),
            message: say(&way.key(), &[]),
        });
        Self {
            code: problem.code(),
            message: text::problem(problem),
            parameters,
            ways_out: ways_out.collect(),
            correlation_id: problem.details.correlation.clone(),
            resource: problem.details.resource.clone(),
            observed: problem.details.observed.clone(),
        }
    }
}

/// A VM that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Candidate {
    /// Its name.
    pub(crate) name: String,
    /// Its ARM id.
    pub(crate) id: String,
    /// Its subscription's id.
    pub(crate) subscription: String,
    /// Its subscription's name, where known.
    pub(crate) subscription_name: Option<String>,
    /// Its tenant's id.
    pub(crate) tenant: String,
    /// Its resource group.
    pub(crate) resource_group: Option<String>,
}

impl From<&VmEntry> for Candidate {
    fn from(entry: &VmEntry) -> Self {
        Self {
            name: entry.vm.name.clone(),
            id: entry.vm.id.to_string(),
            subscription: entry.subscription.to_string(),
            subscription_name: entry.subscription_name.clone(),
            tenant: entry.vm.tenant.to_string(),
            resource_group: entry.vm.id.resource_group().map(str::to_owned),
        }
    }
}

/// The object that a failed read prints.
pub(crate) fn failure(
    problem: Option<&Problem>,
    error: Option<String>,
    candidates: Vec<Candidate>,
    exit_code: u8,
) -> Answer<FailureJson> {
    Answer::new(
        "failure",
        FailureJson {
            exit_code,
            problem: problem.map(ProblemJson::from),
            error,
            candidates,
        },
    )
}

/// How a command ended, as a stable word.
pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done | Outcome::Remote(0) => "done",
        Outcome::Problem => "problem",
        Outcome::Cancelled => "cancelled",
        Outcome::Remote(_) => "remote",
    }
}

/// The stable name of a word, where there is one.
fn named(word: Option<impl Serialize>) -> Option<String> {
    word.map(name)
}

//! An access request of ours: what is asked for, and what came of it.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{PolicyId, RequestId, VmId};
use crate::policy::{Source, Status, StatusReason};
use crate::problem::Problem;

/// What is asked for: one VM, one port, one source, for a time. Nothing here is
/// optional, so a request without a source cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Draft {
    /// The VM.
    pub vm: VmId,
    /// The policy that is asked.
    pub policy: PolicyId,
    /// The TCP port.
    pub port: u16,
    /// For whom: the tunnel address, unless [`Draft::consent`] says otherwise.
    pub source: Source,
    /// Our own tunnel address at that time; the source contains it.
    pub tunnel_address: Ipv4Addr,
    /// How long.
    #[cfg_attr(test, ts(type = "string"))]
    pub duration: SignedDuration,
    /// The reason, as typed.
    pub reason: Option<String>,
    /// What a source other than the plain tunnel address rests on.
    pub consent: Option<Consent>,
}

/// What permits a source that is not the plain tunnel address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// The person agreed to the policy's whole block, having read how many addresses it opens.
    WholePrefix {
        /// How many addresses that is.
        addresses: u64,
    },
    /// Machine policy lists this source.
    MachinePolicy,
}

/// How the time of a request is written on the wire. `duration` is undocumented
/// but immune to a wrong clock; `endTimeUtc` is the fallback
/// (Azure/azure-rest-api-specs issue 43491).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeField {
    /// Send `duration`.
    Duration,
    /// Send `endTimeUtc`, computed from Azure's own date.
    EndTime,
}

/// What came of an `initiate` that was sent, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitiateOutcome {
    /// Azure took it (202).
    Accepted {
        /// The start that Azure gave it: with VM, port and source its identity.
        started_at: Timestamp,
        /// When it ends, by Azure's clock.
        expires_at: Timestamp,
        /// `Initiating`, as a rule.
        status: Status,
    },
    /// Refused: "not a subset of policy". Which part is for us to find out.
    NotASubset {
        /// Azure's own words.
        words: String,
    },
    /// Refused because of the field `duration`; try once with `endTimeUtc`.
    DurationRefused,
    /// Refused for a reason that has a name.
    Refused(Problem),
    /// It surely was not sent or not looked at: asking again is safe.
    NotSent(Problem),
    /// It may have been accepted: only reading the policy can tell.
    Unclear(Problem),
}

/// An access of ours, from the moment it was written down until Azure says it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Access {
    /// The row in the store.
    pub request: RequestId,
    /// What was asked for.
    pub draft: Draft,
    /// The VM's name when it was asked for, for people.
    pub vm_name: String,
    /// When it was written down, by Azure's clock as far as known.
    #[cfg_attr(test, ts(type = "string"))]
    pub asked_at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// A person said "not now" to the warnings of its end. It does not cross to a view.
    #[serde(skip)]
    #[cfg_attr(test, ts(skip))]
    pub not_now: bool,
}

/// Where an access of ours stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Written down and perhaps sent; no answer is known (a crash may lie between).
    Unanswered,
    /// Azure took it.
    Running {
        /// The start that Azure gave it.
        #[cfg_attr(test, ts(type = "string"))]
        started_at: Timestamp,
        /// When it ends.
        #[cfg_attr(test, ts(type = "string"))]
        expires_at: Timestamp,
        /// `Initiating` or `Initiated`.
        status: Status,
    },
    /// Azure refused it, or it was never sent.
    Refused,
    /// Over.
    Over {
        /// Why, as Azure says.
        reason: StatusReason,
        /// When, as far as known.
        #[cfg_attr(test, ts(type = "string"))]
        at: Timestamp,
        /// Who took its place, where somebody else did. Kept with it, since the process that
        /// tells a person of it may not be the one that read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        displaced: Option<Displaced>,
    },
}

/// Who took an access's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Displaced {
    /// The name that Azure gives for the person, where it gives one (contract 5.5).
    pub by: Option<String>,
    /// When that request was taken, by Azure's clock, where its entry is still listed.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub at: Option<Timestamp>,
}

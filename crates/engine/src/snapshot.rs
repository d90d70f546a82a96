//! The truth at one moment: all that a view needs, and nothing that fills a list.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, VmId};
use crate::problem::{Problem, WayOut};
use crate::request::Access;
use crate::tunnel::TunnelView;
use crate::vm::Service;

/// Everything the engine knows that a person should see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The connections of this process, oldest first.
    pub connections: Vec<ConnectionView>,
    /// Every access of this machine that Azure has not said to be over.
    pub accesses: Vec<AccessView>,
}

/// One connection, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// Which.
    pub id: ConnectionId,
    /// The VM.
    pub vm: VmId,
    /// The VM's name, as far as known.
    pub vm_name: String,
    /// Protocol and port, once decided.
    pub service: Option<Service>,
    /// The state's name, stable: `looking`, `tunnel`, `knocking`, …
    pub state: StateName,
    /// The steps, in order, each with its standing.
    pub steps: Vec<StepView>,
    /// What is in the way, where something is.
    pub problem: Option<Problem>,
    /// What a person can do now.
    pub ways_out: Vec<WayOut>,
    /// What was found of the tunnel.
    pub tunnel: Option<TunnelView>,
    /// When the access ends, where one of ours carries this connection.
    pub expires_at: Option<Timestamp>,
    /// The client's exit code, once it ended.
    pub client_code: Option<i32>,
}

/// The name of a connection's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateName {
    /// Reading what is known of the VM.
    Looking,
    /// Finding the tunnel, or waiting for one.
    Tunnel,
    /// Trying the port before anything is asked for.
    Knocking,
    /// The VM is being started.
    Starting,
    /// Asking for access.
    Requesting,
    /// Waiting for proof that the port is open.
    Proving,
    /// Starting the client.
    Launching,
    /// Access runs (or the port is open); the end is watched.
    Open,
    /// Waiting for a person.
    Asking,
    /// Over.
    Ended,
}

/// A step that a person sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Which.
    pub step: Step,
    /// How it stands.
    pub standing: StepStanding,
    /// How long it took, or has taken so far.
    pub took: SignedDuration,
}

/// The steps of a connection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The VM is found, runs and owns the address.
    Vm,
    /// The tunnel is found.
    Tunnel,
    /// Access is requested (or was open already).
    Request,
    /// The port is proved open.
    Proof,
    /// The client is started.
    Launch,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStanding {
    /// Not begun.
    Ahead,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Not needed.
    Skipped,
    /// It is what stands in the way.
    Failed,
}

/// One access, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    /// The access.
    pub access: Access,
    /// Whether our present tunnel address is the one it is for; `None` when not known.
    pub for_this_address: Option<bool>,
    /// What is wrong with it, where something is.
    pub problem: Option<Problem>,
}

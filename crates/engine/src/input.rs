//! Everything that can happen to the engine.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::KnownAccounts;
use crate::dial::{Dialled, VpnProfile};
use crate::host::{ExpectedHost, Reachability};
use crate::id::GatewayId;
use crate::id::{EffectId, RequestId};
use crate::intent::Intent;
use crate::launch::LaunchView;
use crate::policy::JitPolicy;
use crate::problem::Problem;
use crate::query::VmEntry;
use crate::request::{Access, InitiateOutcome};
use crate::rules::Explanation;
use crate::settings::Settings;
use crate::sign_in::SignInReply;
use crate::snapshot::Usual;
use crate::tunnel::{ConfirmedTunnel, LocalNetwork, Pool};
use crate::vm::Vm;

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// A person wants something.
    Intent(Intent),
    /// An effect has something to tell. A reply to an effect that was called off is ignored.
    Reply {
        /// The effect.
        to: EffectId,
        /// What came.
        reply: Reply,
    },
    /// The world changed.
    Observed(Observation),
    /// The time asked for by `next_deadline` has come.
    Tick,
}

/// A change that nobody asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// An address or a route changed on this machine.
    NetworkChanged,
    /// The machine woke up.
    Resumed,
    /// The accesses in the store, at start and whenever another process changed them.
    Accesses(Vec<Access>),
    /// Settings are in force: at start, and when a file changed.
    Settings(Box<Settings>),
    /// This shell stays: it shows the tunnel, and gives the notices of this machine.
    Stays,
    /// Whether a person looks at a window of this shell: what it shows needs no notice.
    Watched(bool),
    /// Favourites and what was used last: at start, and whenever that changed.
    Pinned(Vec<VmEntry>),
    /// Somebody opened a link of ours. Data from outside.
    Link(String),
    /// What was met when files were opened: all of it, each time it changes.
    Met(Vec<Problem>),
    /// Every pool that is known, of gateways, profiles and settings: at start, and whenever
    /// that changed. Wanted of a shell that stays.
    Pools(Vec<Pool>),
    /// Who is signed in: at start, and whenever this or another process changed it.
    KnownAccounts(Box<KnownAccounts>),
}

/// What an effect brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// To `ReadCache`.
    Cached(Box<CachedVm>),
    /// To `FetchVm`.
    Vm(Result<Box<Vm>, Problem>),
    /// To `FetchPolicies`.
    Policies(Result<Vec<JitPolicy>, Problem>),
    /// To `ObserveNetwork`.
    Network(LocalNetwork),
    /// To `Probe`, once for each change of what is reached.
    Probed(Reachability),
    /// To `Record`.
    Recorded(Recorded),
    /// To `Initiate`.
    Initiated(InitiateOutcome),
    /// To `StartVm`: accepted, or why not.
    VmStarted(Result<(), Problem>),
    /// To `ExplainSilence`.
    Explained(Result<Explanation, Problem>),
    /// To `Launch`, before the client is started: how it will be.
    Launching(LaunchView),
    /// To `Launch`: the client runs (or there is none to run).
    Launched(Result<(), Problem>),
    /// To `Launch`, later: the client ended.
    ClientEnded {
        /// Its exit code, where the system tells.
        code: Option<i32>,
    },
    /// To `FindVm`, or why nothing could be looked up.
    Found(Result<Box<Found>, Problem>),
    /// To `SignIn`, at each stage and at the end.
    SignIn(SignInReply),
    /// To `SignOut`.
    SignedOut(Result<(), Problem>),
    /// To `ListVpns`.
    Vpns(Vec<VpnProfile>),
    /// To `Dial`, and to `HangUp` once it is done.
    Dialled(Result<Dialled, Problem>),
}

/// Which VMs a name leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The VMs that bear exactly this name (or id). One: that is it.
    pub exact: Vec<VmEntry>,
    /// The nearest others, best first.
    pub near: Vec<VmEntry>,
}

/// What the store and the last inventory know of a VM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedVm {
    /// The VM, where it is known.
    pub vm: Option<Vm>,
    /// The policies of its resource group, where they are known.
    pub policies: Option<Vec<JitPolicy>>,
    /// How old both are.
    pub age: Option<SignedDuration>,
    /// Every known pool: gateways, profiles, settings.
    pub pools: Vec<Pool>,
    /// The gateway that serves the VM's network, where that is known.
    pub serving: Option<GatewayId>,
    /// The gateway whose profile the tunnel was dialled with, where that is known.
    pub dialled: Option<GatewayId>,
    /// Interfaces that a person confirmed.
    pub confirmed: Vec<ConfirmedTunnel>,
    /// What is known of its host.
    pub expected: ExpectedHost,
    /// How long it usually takes on this machine from a request to the proof.
    #[serde(default)]
    pub usual: Option<Usual>,
}

/// What came of writing a request down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorded {
    /// It stands in the store and the claim on VM and port is ours.
    Ours(RequestId),
    /// Another process holds the claim and asks right now: wait for its outcome.
    Theirs {
        /// Until when its claim holds.
        until: Timestamp,
    },
    /// It could not be written, so nothing may be sent.
    Failed(Problem),
}

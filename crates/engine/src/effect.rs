//! Everything the engine wants done, as data.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::host::ExpectedHost;
use crate::id::{ConnectionId, EffectId, RequestId, SignInId, SubscriptionId, TenantId, VmId};
use crate::problem::Problem;
use crate::request::{Draft, Standing, TimeField};
use crate::schedule::Phase;
use crate::sign_in::SignInPlan;
use crate::tunnel::{ConfirmedTunnel, VpnEntry};
use crate::vm::Service;

/// An effect that was issued. Its replies carry the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The id.
    pub id: EffectId,
    /// On whose behalf; `None` for the watch over accesses.
    pub connection: Option<ConnectionId>,
    /// What to do.
    pub effect: Effect,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Read the VM, its policies and the tunnel knowledge from the store.
    ReadCache {
        /// The VM.
        vm: VmId,
    },
    /// Read the VM from Azure: existence, power, network interfaces and addresses.
    FetchVm {
        /// The VM.
        vm: VmId,
    },
    /// Read the JIT policies of the VM's resource group from Azure.
    FetchPolicies {
        /// The VM.
        vm: VmId,
    },
    /// Look at the local interfaces and at the routes to these addresses.
    ObserveNetwork {
        /// The VM's addresses.
        targets: Vec<Ipv4Addr>,
    },
    /// Try the port from the tunnel address on this schedule and tell each change of
    /// what is reached. A second `Probe` of a connection replaces the first.
    Probe(ProbePlan),
    /// Write the request to the store and claim VM and port, before anything is sent.
    Record {
        /// The request.
        draft: Draft,
        /// The VM's name, for people.
        vm_name: String,
        /// Now, for the record.
        at: Timestamp,
    },
    /// Send `initiate`. Never retried where it may have been accepted.
    Initiate {
        /// Its row in the store.
        request: RequestId,
        /// The request.
        draft: Draft,
        /// How the time is written.
        time: TimeField,
    },
    /// Write down what became of a request, and give the claim back. No reply.
    Settle {
        /// Its row in the store.
        request: RequestId,
        /// Where it stands now.
        standing: Standing,
    },
    /// Start the VM. No reply but whether Azure took it; the engine reads on by itself.
    StartVm {
        /// The VM.
        vm: VmId,
    },
    /// Find out from NSG rules (and effective rules, where permitted) why nothing answers.
    ExplainSilence {
        /// The VM.
        vm: VmId,
        /// Our address.
        source: Ipv4Addr,
        /// The VM's address.
        target: Ipv4Addr,
        /// The port.
        port: u16,
    },
    /// Start the client.
    Launch(LaunchPlan),
    /// Remember that a person wants no more warnings of this access's end, whichever
    /// process would give them. No reply.
    RememberNotNow {
        /// Its row in the store.
        request: RequestId,
    },
    /// Remember that a person confirmed this tunnel. No reply.
    RememberTunnel(ConfirmedTunnel),
    /// Remember the proved host's fingerprint. No reply.
    RememberHost {
        /// The VM.
        vm: VmId,
        /// The port.
        port: u16,
        /// The fingerprint.
        fingerprint: String,
    },
    /// Find the VM that a name or an ARM id means, in what was read before: anybody can open
    /// a link, and nothing is asked of Azure for one before a person's yes.
    FindVm {
        /// The name or id. Data from outside.
        name: String,
    },
    /// Sign in. Tells each stage; `Done` or `Failed` is the end. What `Done` names is kept
    /// before it is told, and the accounts are observed anew before or right after it.
    SignIn(SignInPlan),
    /// Forget this account.
    SignOut {
        /// Which.
        account: AccountId,
        /// Whether Entra's own sign-out is opened too.
        end_session: bool,
    },
    /// Remember whether this tenant is looked at with this account. No reply; the accounts
    /// are observed anew.
    SwitchTenant {
        /// Which account.
        account: AccountId,
        /// Which tenant.
        tenant: TenantId,
        /// Whether it is looked at.
        on: bool,
    },
    /// Remember that this account is the one used in this tenant. No reply; the accounts are
    /// observed anew.
    UseAccount {
        /// Which account.
        account: AccountId,
        /// In which tenant.
        tenant: TenantId,
    },
    /// Remember whether this subscription is left out. No reply.
    HideSubscription {
        /// Which.
        subscription: SubscriptionId,
        /// Whether it is left out.
        hidden: bool,
    },
    /// Find the VPNs that this machine's programs know.
    ListVpns,
    /// Connect this VPN, or open its program for a person.
    Dial {
        /// Which.
        entry: VpnEntry,
    },
    /// End this VPN.
    HangUp {
        /// Which.
        entry: VpnEntry,
    },
    /// Tell the person. No reply.
    Notify(Notice),
    /// Call an effect off; whatever it still brings is ignored. No reply.
    CallOff {
        /// Which.
        effect: EffectId,
    },
}

/// How to try a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbePlan {
    /// Our address: the socket is bound to it.
    pub source: Ipv4Addr,
    /// The VM's address.
    pub target: Ipv4Addr,
    /// The service: its port and whose greeting is awaited.
    pub service: Service,
    /// When to try, from now on; the last phase has no end.
    pub phases: Vec<Phase>,
    /// What is known of the host.
    pub expected: ExpectedHost,
}

/// What to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchPlan {
    /// The VM: its id is the host key alias.
    pub vm: VmId,
    /// The VM's name, for titles. Data.
    pub vm_name: String,
    /// The host name given to the VM's system, where known.
    pub computer_name: Option<String>,
    /// The proved address.
    pub target: Ipv4Addr,
    /// Our tunnel address.
    pub source: Ipv4Addr,
    /// The protocol and port.
    pub service: Service,
    /// A command to run remotely; empty for a session.
    pub command: Vec<String>,
}

/// Something a person should hear of even when no window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// Access ends in a while.
    EndsSoon {
        /// The access.
        request: RequestId,
        /// The VM's name.
        vm_name: String,
        /// When it ends.
        expires_at: Timestamp,
        /// How long that is from now.
        left: SignedDuration,
    },
    /// Access has ended.
    Ended {
        /// The access.
        request: RequestId,
        /// The VM's name.
        vm_name: String,
    },
    /// A connection is ready and its client was started, while no window showed it. Told
    /// only by a shell that stays.
    Ready {
        /// The connection.
        connection: ConnectionId,
        /// The VM's name.
        vm_name: String,
        /// When the access ends, where one carries the connection.
        expires_at: Option<Timestamp>,
    },
    /// A connection waits for an answer to a question that is no problem, while no window
    /// showed it. Told only by a shell that stays.
    Asks {
        /// The connection.
        connection: ConnectionId,
        /// The VM's name.
        vm_name: String,
    },
    /// Something went wrong with a connection or an access.
    Trouble {
        /// The connection, where it is about one.
        #[serde(default)]
        connection: Option<ConnectionId>,
        /// The access, where it is about one.
        #[serde(default)]
        request: Option<RequestId>,
        /// The VM's name.
        vm_name: String,
        /// What.
        problem: Problem,
    },
    /// A sign-in that a person wished for by itself failed, while no window showed it. Told
    /// only by a shell that stays.
    SignIn {
        /// Which.
        sign_in: SignInId,
        /// Why.
        problem: Problem,
    },
}

//! The truth at one moment: all that a view needs, and nothing that fills a list.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use std::net::Ipv4Addr;

use crate::account::AccountsView;
use crate::dial::DialView;
use crate::id::{ConnectionId, LinkId, RequestId, SignInId, VmId};
use crate::launch::LaunchView;
use crate::problem::{Problem, WayOut};
use crate::query::VmEntry;
use crate::request::{Access, Draft};
use crate::settings::ShellSettings;
use crate::tunnel::TunnelView;
use crate::vm::Service;
use crate::wish::WindowPage;

/// Everything the engine knows that a person should see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Snapshot {
    /// The connections of this process, oldest first.
    pub connections: Vec<ConnectionView>,
    /// Every access of this machine that Azure has not said to be over.
    pub accesses: Vec<AccessView>,
    /// Who is signed in, and the sign-ins that are under way.
    #[serde(default)]
    pub accounts: AccountsView,
    /// The tunnel, whichever VM; looked at only for a shell that stays.
    #[serde(default)]
    pub tunnel: TunnelStanding,
    /// The last wish to connect a VPN or to end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub dial: Option<DialView>,
    /// Favourites first, then what was used last: few, for menus.
    #[serde(default)]
    pub pinned: Vec<VmEntry>,
    /// What wants a person's eye, the most pressing first. It stands in tray and menu too,
    /// since notices can be off.
    #[serde(default)]
    pub alerts: Vec<Alert>,
    /// A link from outside that waits for a person's yes.
    #[serde(default)]
    pub link: Option<LinkView>,
    /// What views need of the settings.
    #[serde(default)]
    pub settings: ShellSettings,
    /// What was met when files were opened (`settings-invalid`, `store-damaged`).
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// A snapshot, and the time at which it was true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Shown {
    /// Now, by Azure's clock where it is known: what a view counts down with.
    #[cfg_attr(test, ts(type = "string"))]
    pub now: Timestamp,
    /// The truth at that moment.
    pub snapshot: Snapshot,
}

/// Whether a company tunnel is up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum TunnelStanding {
    /// Not looked, or nothing is known that could tell a tunnel from another network.
    #[default]
    Unknown,
    /// No address of this machine lies in a known pool.
    Down,
    /// An address of this machine lies in a known pool.
    Up {
        /// The interface.
        interface: String,
        /// The address on it.
        address: Ipv4Addr,
        /// Whose pool that is: a gateway's or a profile's name, where known.
        of: Option<String>,
    },
}

impl TunnelStanding {
    /// Our address in the tunnel, while it is up.
    #[must_use]
    pub const fn address(&self) -> Option<Ipv4Addr> {
        match self {
            Self::Up { address, .. } => Some(*address),
            Self::Down | Self::Unknown => None,
        }
    }
}

/// Something that wants a person's eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "alert", rename_all = "kebab-case")]
pub enum Alert {
    /// An access ends within the time that warnings are given before.
    EndsSoon {
        /// The access.
        request: RequestId,
        /// The VM's name.
        vm_name: String,
        /// When it ends.
        #[cfg_attr(test, ts(type = "string"))]
        expires_at: Timestamp,
    },
    /// Something is wrong with an access.
    Access {
        /// The access.
        request: RequestId,
        /// The VM's name.
        vm_name: String,
        /// What.
        problem: Problem,
    },
    /// A connection waits for an answer, or failed and was not looked at.
    Connection {
        /// Which.
        connection: ConnectionId,
        /// The VM's name.
        vm_name: String,
        /// What, where it is a problem and not a question.
        problem: Option<Problem>,
    },
    /// A sign-in that a person wished for failed, and was not dismissed.
    SignIn {
        /// Which.
        sign_in: SignInId,
        /// Why.
        problem: Problem,
    },
    /// A link waits for a yes.
    Link {
        /// Which.
        link: LinkId,
        /// The VM's name, as far as known.
        vm_name: String,
    },
    /// Something is wrong with the files of this machine or with an account.
    Machine {
        /// What.
        problem: Problem,
        /// The page that says most about it.
        page: WindowPage,
    },
}

/// A link that waits for a person's yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LinkView {
    /// Which.
    pub id: LinkId,
    /// The VM that it names, by name or ARM id. Data from outside.
    pub vm: String,
    /// The VM, where the name is of exactly one that is known.
    pub found: Option<VmEntry>,
    /// Protocol and port, where it names them.
    pub service: Option<Service>,
    /// Why it cannot be followed, where it cannot.
    pub problem: Option<Problem>,
}

/// How long something usually takes on this machine, learnt from its own history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Usual {
    /// A quarter of all times were shorter.
    #[cfg_attr(test, ts(type = "string"))]
    pub low: SignedDuration,
    /// A quarter of all times were longer.
    #[cfg_attr(test, ts(type = "string"))]
    pub high: SignedDuration,
    /// From how many times that was learnt; never fewer than three.
    pub of: u32,
}

/// One connection, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// Something to know that is not in the way (`open-outside-jit`).
    pub note: Option<Problem>,
    /// How the client was started or is being, and what to know of it.
    #[serde(default)]
    pub launch: Option<LaunchView>,
    /// What a person is asked, where it is not about a problem. A shell without a
    /// person tells it and answers by itself where [`Question`] says so.
    pub question: Option<Question>,
    /// What a person can do now.
    pub ways_out: Vec<WayOut>,
    /// Whether a shell that can ask nobody may answer [`Answer::SignIn`]: the wish is
    /// attended, that is offered, and no sign-in was begun for this connection yet. What
    /// failed or was called off begins again by a person's own word only.
    ///
    /// [`Answer::SignIn`]: crate::intent::Answer::SignIn
    #[serde(default)]
    pub may_sign_in: bool,
    /// What was found of the tunnel.
    pub tunnel: Option<TunnelView>,
    /// What is asked for (with `dry_run`: would be), once that is settled.
    pub plan: Option<Draft>,
    /// The access of ours that carries this connection, where one does.
    pub request: Option<RequestId>,
    /// Whether Azure said no to the request of this try. Where the step failed without
    /// it, nothing was asked for, or it is not known what became of it.
    #[serde(default)]
    pub refused: bool,
    /// How long it usually takes from the request to the proof, where that is known.
    #[serde(default)]
    pub usual: Option<Usual>,
    /// When the access ends, where one for our address carries this connection.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub expires_at: Option<Timestamp>,
    /// How it ended, in the state `ended`.
    pub ending: Option<Ending>,
    /// The client's exit code, once it ended.
    pub client_code: Option<i32>,
}

/// The name of a connection's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// Azure wants a stronger sign-in, and one is under way.
    SigningIn,
    /// Waiting for a person.
    Asking,
    /// Over.
    Ended,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A person stopped it.
    Cancelled,
    /// The access is over.
    AccessEnded,
    /// The client ended; its code stands in `client_code`.
    ClientEnded,
    /// A dry run: the plan is told, nothing was asked for.
    Planned,
    /// The access was asked for anew, as wished (`extend`).
    Extended,
    /// A problem that no answer helps against.
    Failed,
}

/// A question that is not a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "question", rename_all = "kebab-case")]
pub enum Question {
    /// By which protocol? Nobody says what system it runs. Answer: `use`.
    WhichService,
    /// Somebody else's access to this VM and port runs and may end by our request.
    /// Answer: `go-on`; where nobody can be asked, telling it is enough.
    MayDisplace {
        /// Who, where Azure says.
        by: Option<String>,
        /// Until when theirs runs.
        #[cfg_attr(test, ts(type = "string"))]
        until: Timestamp,
    },
}

/// A step that a person sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StepView {
    /// Which.
    pub step: Step,
    /// How it stands.
    pub standing: StepStanding,
    /// How long it took, or has taken so far.
    #[cfg_attr(test, ts(type = "string"))]
    pub took: SignedDuration,
}

/// The steps of a connection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccessView {
    /// The access.
    pub access: Access,
    /// Whether our present tunnel address is the one it is for; `None` when not known.
    pub for_this_address: Option<bool>,
    /// Another access of this machine for the same VM, port and source ends later: this
    /// one's end closes nothing.
    #[serde(default)]
    pub followed: bool,
    /// Its end has come, and Azure has not yet said that it is over.
    #[serde(default)]
    pub over: bool,
    /// What is wrong with it, where something is.
    pub problem: Option<Problem>,
}

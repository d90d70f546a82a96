//! The truth at one moment: all that a view needs, and nothing that fills a list.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::AccountsView;
use crate::id::{ConnectionId, RequestId, VmId};
use crate::problem::{Problem, WayOut};
use crate::request::{Access, Draft};
use crate::tunnel::TunnelView;
use crate::vm::Service;

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
    /// What is wrong with it, where something is.
    pub problem: Option<Problem>,
}

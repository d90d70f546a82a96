//! What a person wants: the only way a shell asks the engine for something.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::id::{ConnectionId, LinkId, RequestId, SignInId, SubscriptionId, TenantId, VmId};
use crate::sign_in::SignInWish;
use crate::tunnel::VpnEntry;
use crate::vm::Service;

/// A wish of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "intent", rename_all = "kebab-case")]
pub enum Intent {
    /// Get me on this VM.
    Connect(ConnectWish),
    /// Stop this connection: before the launch everything is called off, after it
    /// only the watching ends.
    Cancel {
        /// Which.
        connection: ConnectionId,
    },
    /// An answer to the question a connection stands at.
    Answer {
        /// Which.
        connection: ConnectionId,
        /// The answer.
        answer: Answer,
    },
    /// Ask again, with a new end, for an access that runs.
    Extend {
        /// The access.
        request: RequestId,
        /// For how long from now; the default duration when `None`.
        #[cfg_attr(test, ts(type = "string | null"))]
        duration: Option<SignedDuration>,
    },
    /// Not now: no more warnings about this access's end.
    Dismiss {
        /// The access.
        request: RequestId,
    },
    /// Forget an ended connection.
    Clear {
        /// Which.
        connection: ConnectionId,
    },
    /// Sign in.
    SignIn(SignInWish),
    /// Stop this sign-in.
    CancelSignIn {
        /// Which.
        sign_in: SignInId,
    },
    /// Forget a sign-in that is over.
    ClearSignIn {
        /// Which.
        sign_in: SignInId,
    },
    /// Forget this account: its tokens, and what only it could see.
    SignOut {
        /// Which.
        account: AccountId,
        /// Whether Entra's own sign-out is opened too, which ends the browser's session.
        end_session: bool,
    },
    /// Look at this tenant with this account, or no longer.
    SwitchTenant {
        /// Which account.
        account: AccountId,
        /// Which tenant.
        tenant: TenantId,
        /// Whether it is looked at.
        on: bool,
    },
    /// Of several accounts in this tenant, use this one.
    UseAccount {
        /// Which account.
        account: AccountId,
        /// In which tenant.
        tenant: TenantId,
    },
    /// Follow a link that waits for a yes, or let it be.
    FollowLink {
        /// Which.
        link: LinkId,
        /// Whether it is followed.
        go: bool,
        /// The service that settings give its VM for what the link says. The runtime fills
        /// it in; it does not cross to a view.
        #[serde(skip)]
        #[cfg_attr(test, ts(skip))]
        service: Option<Service>,
        /// For how long, where settings say so of its VM. As above.
        #[serde(skip)]
        #[cfg_attr(test, ts(skip))]
        duration: Option<SignedDuration>,
    },
    /// Connect this VPN. One that is being dialled is given up for it.
    Dial {
        /// Which.
        entry: VpnEntry,
    },
    /// End this VPN.
    HangUp {
        /// Which.
        entry: VpnEntry,
    },
    /// Give up the VPN that is being dialled.
    StopDial,
    /// A person saw this ended connection's problem: it is no alert any more.
    Seen {
        /// Which.
        connection: ConnectionId,
    },
    /// Leave this subscription out of every list, or take it in again.
    HideSubscription {
        /// Which.
        subscription: SubscriptionId,
        /// Whether it is left out.
        hidden: bool,
    },
}

/// What is wanted of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConnectWish {
    /// The VM.
    pub vm: VmId,
    /// Protocol and port; `None` leaves it to the VM's settings and operating system.
    pub service: Option<Service>,
    /// For how long; `None` is the default duration.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub duration: Option<SignedDuration>,
    /// The reason, as typed.
    pub reason: Option<String>,
    /// Whether a client is started at the end.
    pub launch: bool,
    /// A command to run remotely over SSH; empty for a session.
    pub command: Vec<String>,
    /// Whether to look only: nothing is asked for, nothing is started.
    pub dry_run: bool,
    /// Whether to request even when an access runs or the port is open.
    #[serde(default)]
    pub insist: bool,
    /// Whether a person is there, so that a page may be opened when Azure wants a stronger
    /// sign-in. Without one, the connection stops at that and asks.
    #[serde(default)]
    pub attended: bool,
}

impl ConnectWish {
    /// What a click on a VM asks for: the defaults, with a person there.
    #[must_use]
    pub const fn click(vm: VmId, service: Option<Service>) -> Self {
        Self {
            vm,
            service,
            duration: None,
            reason: None,
            launch: true,
            command: Vec::new(),
            dry_run: false,
            insist: false,
            attended: true,
        }
    }
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// Start the stopped VM and wait.
    StartVm,
    /// This interface is my company's tunnel.
    ConfirmTunnel,
    /// Ask for the policy's whole prefix, having read how many addresses it opens.
    WholePrefix,
    /// Use this protocol and port (the operating system is not known).
    Use(Service),
    /// Try again.
    Again,
    /// Request an access for the new tunnel address.
    Renew,
    /// Go on although somebody else's access may end by it, or the port is open already.
    GoOn,
    /// Sign in (again), with what Azure asks for where it asks; then go on.
    SignIn,
    /// Connect this VPN; it goes on by itself once there is a tunnel.
    Dial {
        /// Which.
        entry: VpnEntry,
    },
}

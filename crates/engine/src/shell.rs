//! What the engine knows of the shell that hosts it: whether it stays, who looks, what it lists.

use crate::id::EffectId;
use std::collections::BTreeMap;

use crate::dial::Dialler;
use crate::engine::Stood;
use crate::id::{ConnectionId, LinkId, RequestId, SignInId};
use crate::link::ConnectLink;
use crate::problem::Problem;
use crate::query::VmEntry;
use crate::snapshot::LinkView;
use crate::tunnel::Pool;

/// The shell, as far as it told of itself. One that tells nothing is a command line.
#[derive(Debug, Default)]
pub(crate) struct Shell {
    /// It stays: it shows the tunnel and gives notices.
    pub(crate) stays: bool,
    /// A person looks at a window of it.
    pub(crate) watched: bool,
    /// Favourites and what was used last.
    pub(crate) pinned: Vec<VmEntry>,
    /// What was met when files were opened.
    pub(crate) met: Vec<Problem>,
    /// Every pool that is known.
    pub(crate) pools: Vec<Pool>,
    /// The VPNs of this machine, and the wish for one.
    pub(crate) dialler: Dialler,
    /// A link that waits for a yes.
    pub(crate) link: Option<Waiting>,
    last_link: u64,
    /// Sign-ins whose failure was told, or shown by a window.
    pub(crate) told_sign_ins: Vec<SignInId>,
    /// Ended connections whose problem a person saw.
    pub(crate) seen: Vec<ConnectionId>,
    /// How each connection stood when a person could last be told of it.
    pub(crate) stood: BTreeMap<ConnectionId, Stood>,
    /// The accesses that are for an address which is ours no longer, as told.
    pub(crate) moved: Vec<RequestId>,
}

/// A link that waits for a yes.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) view: LinkView,
    /// The VM is being looked up.
    pub(crate) finding: Option<EffectId>,
}

impl Shell {
    /// Whether what happens needs no notice, since a window shows it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.stays && self.watched
    }

    /// A link waits from now on; one that waited before is let be, so that nobody can
    /// stack them up.
    pub(crate) fn await_yes(&mut self, link: ConnectLink, finding: EffectId) {
        self.last_link += 1;
        self.link = Some(Waiting {
            view: LinkView {
                id: LinkId(self.last_link),
                vm: link.vm,
                found: None,
                service: link.service,
                problem: None,
            },
            finding: Some(finding),
        });
    }
}

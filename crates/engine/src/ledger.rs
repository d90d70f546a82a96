//! The accesses of this machine, from the moment they are written down until Azure says
//! that they are over, and the requests that are being made for them.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};

use crate::id::{EffectId, RequestId, VmId};
use crate::policy::{Source, Status};
use crate::request::{Access, Standing};
use crate::time::{Clock, Due};
use crate::tunnel::LocalNetwork;
use crate::turn::Turn;

mod ask;
mod network;
mod notices;
mod reconcile;
mod watch;

pub(crate) use ask::{AskId, Asked};
pub(crate) use watch::throttled_until;

/// All accesses that this machine knows of, ours and those of other processes.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    asks: Vec<ask::Ask>,
    last_ask: u64,
    watches: Vec<watch::Watch>,
    /// This machine's network, as last seen.
    local: Option<LocalNetwork>,
    observing: Option<EffectId>,
}

/// One access and what this process has done about it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) access: Access,
    /// This process asked for it.
    pub(crate) mine: bool,
    /// The longest time its policy allows, as last read.
    pub(crate) longest: Option<SignedDuration>,
    /// A policy that was read long enough after it was made does not show it.
    in_vain: bool,
    /// When it began by Azure's clock, also when it is over.
    began: Option<Timestamp>,
    notices: notices::Told,
}

impl Entry {
    fn new(access: Access, mine: bool, clock: Clock) -> Self {
        Self {
            began: started_at(&access.standing),
            mine,
            longest: None,
            in_vain: false,
            notices: notices::Told::knowing_since(clock.now, access.not_now),
            access,
        }
    }

    /// When it ends and how far it is, while it runs.
    pub(crate) fn running(&self) -> Option<(Timestamp, &Status)> {
        match &self.access.standing {
            Standing::Running {
                expires_at, status, ..
            } => Some((*expires_at, status)),
            Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
        }
    }

    /// Whether Azure has not yet said that it is over.
    pub(crate) fn is_open(&self) -> bool {
        match &self.access.standing {
            Standing::Unanswered | Standing::Running { .. } => true,
            Standing::Refused | Standing::Over { .. } => false,
        }
    }

    fn is_unanswered(&self) -> bool {
        matches!(self.access.standing, Standing::Unanswered)
    }

    fn stands(&mut self, standing: Standing) {
        self.began = started_at(&standing).or(self.began);
        self.access.standing = standing;
    }

    fn concerns(&self, vm: &VmId, port: u16) -> bool {
        self.access.draft.vm == *vm && self.access.draft.port == port
    }
}

impl Ledger {
    /// Every access that is not over, oldest first.
    pub(crate) fn open_entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_open())
    }

    pub(crate) fn get(&self, request: RequestId) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.access.request == request)
    }

    /// The running access for this VM, port and address that ends last.
    pub(crate) fn best(&self, vm: &VmId, port: u16, address: Ipv4Addr) -> Option<&Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.concerns(vm, port) && entry.access.draft.source.covers(address))
            .filter(|entry| entry.running().is_some())
            .max_by_key(|entry| entry.running().map(|(end, _)| end))
    }

    /// A request for this VM and port that got no answer (a crash may lie between), and
    /// whether a policy that would show it was read since; the youngest of several.
    pub(crate) fn unanswered(&self, vm: &VmId, port: u16) -> Option<(RequestId, bool)> {
        self.entries
            .iter()
            .filter(|entry| entry.is_unanswered() && entry.concerns(vm, port))
            .filter(|entry| !self.is_under_way(entry.access.request))
            .max_by_key(|entry| entry.access.asked_at)
            .map(|entry| (entry.access.request, entry.in_vain))
    }

    /// Another process's row for the same VM, port and source, newest first.
    pub(crate) fn of_others(&self, vm: &VmId, port: u16, source: &Source) -> Option<&Entry> {
        self.entries
            .iter()
            .filter(|entry| !entry.mine && entry.concerns(vm, port))
            .filter(|entry| entry.access.draft.source == *source)
            .max_by_key(|entry| entry.access.request)
    }

    /// Whether a request of this machine began at `started_at`, over by now or not.
    pub(crate) fn knew(&self, vm: &VmId, port: u16, started_at: Timestamp) -> bool {
        self.entries.iter().any(|entry| {
            entry.concerns(vm, port)
                && entry
                    .began
                    .is_some_and(|known| reconcile::same_start(known, started_at))
        })
    }

    /// Takes what the store holds. What this process knows better (a later standing) stays.
    pub(crate) fn learn_rows(&mut self, rows: Vec<Access>, turn: &mut Turn<'_>) {
        let listed: Vec<RequestId> = rows.iter().map(|row| row.request).collect();
        self.entries
            .retain(|entry| entry.is_open() || listed.contains(&entry.access.request));
        for row in rows {
            match self
                .entries
                .iter_mut()
                .find(|entry| entry.access.request == row.request)
            {
                Some(entry) => {
                    entry.notices.learn(row.not_now);
                    if rank(&row.standing) > rank(&entry.access.standing) {
                        entry.stands(row.standing);
                    }
                }
                None => {
                    let entry = Entry::new(row, false, turn.clock);
                    if entry.is_open() {
                        self.look_soon(&entry.access.draft.vm);
                    }
                    self.entries.push(entry);
                }
            }
        }
    }

    /// Writes down where a request stands, here and in the store.
    fn settle(&mut self, request: RequestId, standing: Standing, turn: &mut Turn<'_>) {
        let Some(entry) = self
            .entries
            .iter_mut()
            .find(|entry| entry.access.request == request)
        else {
            return;
        };
        if entry.access.standing == standing {
            return;
        }
        entry.stands(standing.clone());
        turn.issue(crate::effect::Effect::Settle { request, standing });
    }

    /// A request of this process that no policy shows: it was never accepted. Another
    /// process's is its own business, unless the store says that it is dead.
    pub(crate) fn give_up(&mut self, request: RequestId, turn: &mut Turn<'_>) {
        if self.get(request).is_some_and(|entry| entry.mine) {
            self.settle(request, Standing::Refused, turn);
        }
    }

    /// What is due whatever else happens: reads and notices.
    pub(crate) fn look(&mut self, turn: &mut Turn<'_>) -> Vec<ask::Told> {
        self.tell_ends(turn);
        let told = self.look_at_asks(turn);
        self.read_where_due(turn);
        told
    }

    /// The next time something is due.
    pub(crate) fn due(&self, clock: Clock, warn_before: &[SignedDuration]) -> Vec<Due> {
        let mut due = self.reads_due();
        due.extend(self.notices_due(clock, warn_before));
        due.extend(self.asks_due());
        due
    }
}

fn started_at(standing: &Standing) -> Option<Timestamp> {
    match standing {
        Standing::Running { started_at, .. } => Some(*started_at),
        Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
    }
}

/// A standing never goes back.
fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::Unanswered => 0,
        Standing::Running {
            status: Status::Initiating,
            ..
        } => 1,
        Standing::Running { .. } => 2,
        Standing::Refused | Standing::Over { .. } => 3,
    }
}

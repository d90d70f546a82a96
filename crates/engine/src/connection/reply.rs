//! Which replies a connection awaits, and what becomes of them.

use crate::host::Reachability;
use crate::id::{EffectId, VmId};
use crate::input::Reply;
use crate::policy::JitPolicy;
use crate::problem::Problem;
use crate::turn::Turn;

use super::facts::Client;
use super::{Connection, Event};

impl Connection {
    /// Takes a reply, where it is to an effect of this connection's. What is not awaited
    /// (any more) is no reply to anything, and nothing happens.
    pub(crate) fn reply(
        &mut self,
        to: EffectId,
        reply: Reply,
        turn: &mut Turn<'_>,
    ) -> Option<Event> {
        let facts = &mut self.facts;
        match reply {
            Reply::Cached(cached) if facts.cache == Some(to) => {
                facts.cache = None;
                facts.learn_cached(*cached, turn);
                Some(Event::Look)
            }
            Reply::Vm(read) if facts.vm.reads(to) => {
                facts.vm.read_is_over();
                facts.learn_vm(read.map(|vm| *vm), turn);
                Some(Event::Look)
            }
            Reply::Policies(_) if facts.policies.reads(to) => {
                // Its content came as news to every connection with this VM.
                facts.policies.read_is_over();
                Some(Event::Look)
            }
            Reply::Network(local) if facts.net.observing == Some(to) => {
                facts.net.observing = None;
                facts.net.local = Some(local);
                facts.decide(turn);
                Some(Event::Look)
            }
            Reply::Probed(reached) => {
                let at = turn.at();
                let probe = facts.probe.as_mut().filter(|probe| probe.effect == to)?;
                // The route may have gone before the system says that it has changed.
                let lost = matches!(reached, Reachability::Unsendable(_));
                probe.last = Some((reached, at));
                if lost && !facts.is_in_doubt() {
                    facts.observe(turn);
                }
                Some(Event::Look)
            }
            Reply::VmStarted(taken) if self.state.awaits(to) => Some(Event::VmStarted(taken)),
            Reply::Explained(read) if facts.explaining == Some(to) => {
                facts.explaining = None;
                Some(Event::Explained(read))
            }
            Reply::Launching(view) if self.state.awaits(to) => {
                facts.launch = Some(view);
                None
            }
            Reply::Launched(started) if self.state.awaits(to) => Some(Event::Launched(started)),
            Reply::ClientEnded { code } if facts.client == Client::Running(to) => {
                facts.client = Client::Ended(code);
                Some(Event::Look)
            }
            Reply::ClientEnded { code } if self.state.awaits(to) => {
                facts.client = Client::Ended(code);
                Some(Event::Launched(Ok(())))
            }
            Reply::Cached(_)
            | Reply::Vm(_)
            | Reply::Policies(_)
            | Reply::Network(_)
            | Reply::Recorded(_)
            | Reply::Initiated(_)
            | Reply::VmStarted(_)
            | Reply::Explained(_)
            | Reply::Launching(_)
            | Reply::Launched(_)
            | Reply::ClientEnded { .. }
            | Reply::SignIn(_)
            | Reply::Found(_)
            | Reply::Vpns(_)
            | Reply::Dialled(_)
            | Reply::SignedOut(_) => None,
        }
    }

    /// The VM it is about.
    pub(crate) fn vm(&self) -> &VmId {
        &self.facts.wish.vm
    }

    /// Whether it asked for this read of the policies.
    pub(crate) fn reads_policies(&self, effect: EffectId) -> bool {
        self.facts.policies.reads(effect)
    }

    /// Policies of its VM were read, by whomever.
    pub(crate) fn learn_policies(
        &mut self,
        read: &Result<Vec<JitPolicy>, Problem>,
        turn: &mut Turn<'_>,
    ) {
        self.facts.policies.learn(read.clone(), turn);
        self.facts.decide(turn);
    }
}

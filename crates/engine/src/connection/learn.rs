//! How a connection learns: what it reads, and what the replies add to the facts.

use crate::effect::Effect;
use crate::host::Reachability;
use crate::id::EffectId;
use crate::input::{CachedVm, Reply};
use crate::policy::{AllowedSources, JitPolicy, find_rule};
use crate::problem::Problem;
use crate::schedule::WARM;
use crate::tunnel::{TunnelKnowledge, decide};
use crate::turn::Turn;
use crate::vm::Vm;

use super::facts::{Client, Facts};
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
            | Reply::Launched(_)
            | Reply::ClientEnded { .. } => None,
        }
    }

    /// The VM it is about.
    pub(crate) fn vm(&self) -> &crate::id::VmId {
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

impl Facts {
    /// Reads the cache, and beside it everything afresh.
    pub(super) fn read_all(&mut self, turn: &mut Turn<'_>) {
        let vm = self.wish.vm.clone();
        self.cache = Some(turn.issue(Effect::ReadCache { vm }));
        self.read_vm(turn);
        self.read_policies(turn);
    }

    pub(super) fn read_vm(&mut self, turn: &mut Turn<'_>) {
        let vm = self.wish.vm.clone();
        self.vm.read(Effect::FetchVm { vm }, turn);
    }

    pub(super) fn read_policies(&mut self, turn: &mut Turn<'_>) {
        let vm = self.wish.vm.clone();
        self.policies.read(Effect::FetchPolicies { vm }, turn);
    }

    /// What is known is old: it is read once more before anything is decided by it.
    pub(super) fn read_again(&mut self, turn: &mut Turn<'_>) {
        self.vm.is_old();
        self.policies.is_old();
        self.read_vm(turn);
        self.read_policies(turn);
    }

    /// Tries the reads again that are due.
    pub(super) fn keep_reading(&mut self, turn: &mut Turn<'_>) {
        if self.vm.retry().is_some_and(|due| turn.is_due(due)) {
            self.read_vm(turn);
        }
        if self.policies.retry().is_some_and(|due| turn.is_due(due)) {
            self.read_policies(turn);
        }
    }

    /// Looks at the network, where the VM's addresses are known and it is not being done.
    pub(super) fn observe(&mut self, turn: &mut Turn<'_>) {
        let targets: Vec<_> = self
            .vm
            .any()
            .map(|vm| vm.addresses.iter().map(|a| a.address).collect())
            .unwrap_or_default();
        if targets.is_empty() || (targets == self.net.targets && self.net.observing.is_some()) {
            return;
        }
        if let Some(old) = self.net.observing.take() {
            turn.call_off(old);
        }
        self.net.targets.clone_from(&targets);
        self.net.observing = Some(turn.issue(Effect::ObserveNetwork { targets }));
    }

    /// Looks at the network again, whatever is under way: that began too early.
    pub(super) fn observe_again(&mut self, turn: &mut Turn<'_>) {
        if let Some(old) = self.net.observing.take() {
            turn.call_off(old);
        }
        self.observe(turn);
        if self.net.observing.is_none() {
            // Nothing to look for: then no way is known either.
            self.net.view = None;
        }
    }

    fn learn_cached(&mut self, cached: CachedVm, turn: &mut Turn<'_>) {
        let warm = cached.age.is_some_and(|age| age <= WARM);
        self.vm.learn_cached(cached.vm, warm);
        self.policies.learn_cached(cached.policies, warm);
        self.net.pools = cached.pools;
        self.net.serving = cached.serving;
        self.net.dialled = cached.dialled;
        self.net.confirmed = cached.confirmed;
        self.expected = cached.expected;
        self.decide(turn);
    }

    pub(super) fn learn_vm(&mut self, read: Result<Vm, Problem>, turn: &mut Turn<'_>) {
        self.vm.learn(read, turn);
        let moved = self.vm.any().is_some_and(|vm| {
            !self.net.targets.is_empty()
                && !vm
                    .addresses
                    .iter()
                    .map(|a| a.address)
                    .eq(self.net.targets.iter().copied())
        });
        if moved {
            self.observe_again(turn);
        }
    }

    /// Decides about the tunnel by all that is known.
    pub(super) fn decide(&mut self, turn: &Turn<'_>) {
        let Some(local) = &self.net.local else {
            return;
        };
        let known = TunnelKnowledge {
            pools: self.net.pools.clone(),
            serving: self.net.serving.clone(),
            dialled: self.net.dialled.clone(),
            policy_sources: self.policy_sources(),
            full_tunnel: turn.settings.full_tunnel,
            allowed_sources: turn.settings.allowed_sources.clone(),
            confirmed: self.net.confirmed.clone(),
            may_confirm: turn.settings.may_confirm_tunnel,
        };
        self.net.view = Some(decide(&self.net.targets, local, &known));
    }

    fn policy_sources(&self) -> Vec<ipnet::Ipv4Net> {
        let rule = self
            .policies
            .any()
            .zip(self.service)
            .and_then(|(policies, service)| find_rule(policies, &self.wish.vm, service.port));
        match rule.map(|found| found.rule.sources) {
            Some(AllowedSources::Prefixes(prefixes)) => prefixes,
            Some(AllowedSources::Any) | None => Vec::new(),
        }
    }
}

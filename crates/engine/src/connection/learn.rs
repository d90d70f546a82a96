//! How a connection learns: what it reads, and what the replies add to the facts.

use crate::effect::Effect;
use crate::input::CachedVm;
use crate::policy::{AllowedSources, find_rule};
use crate::problem::Problem;
use crate::schedule::WARM;
use crate::tunnel::{TunnelKnowledge, decide};
use crate::turn::Turn;
use crate::vm::Vm;

use super::facts::Facts;

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
            self.net.targets.clear();
            self.net.local = None;
            self.net.view = None;
        }
    }

    /// Judges the tunnel by the pools that are known now.
    pub(super) fn pools_changed(&mut self, turn: &mut Turn<'_>) {
        self.net.pools = turn.shell.pools.clone();
        self.decide(turn);
    }

    pub(super) fn learn_cached(&mut self, cached: CachedVm, turn: &mut Turn<'_>) {
        let warm = cached.age.is_some_and(|age| age <= WARM);
        self.vm.learn_cached(cached.vm, warm);
        self.policies.learn_cached(cached.policies, warm);
        self.net.pools = cached.pools;
        self.net.serving = cached.serving;
        self.net.dialled = cached.dialled;
        self.net.confirmed = cached.confirmed;
        self.expected = cached.expected;
        self.usual = cached.usual;
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

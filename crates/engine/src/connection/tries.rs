//! What is tried of the way itself: the port, and the rules that stand before it.

use crate::effect::{Effect, ProbePlan};
use crate::host::Reachability;
use crate::schedule::Phase;
use crate::time::Moment;
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::Service;

use super::facts::{Facts, Probe};

impl Facts {
    /// What the probe last brought. A greeting that does not show its host, as that can be
    /// asked of it, is no more than an open port.
    pub(super) fn reached(&self) -> Option<&Reachability> {
        static OPEN: Reachability = Reachability::Open;
        let probe = self.probe.as_ref()?;
        let (reached, _) = probe.last.as_ref()?;
        if let Reachability::Greeted(host) = reached
            && !self.expected.is_shown_by(host, probe.plan.service.protocol)
        {
            return Some(&OPEN);
        }
        Some(reached)
    }

    /// When the probe last brought something else than before.
    pub(super) fn reached_at(&self) -> Option<Moment> {
        self.probe
            .as_ref()
            .and_then(|probe| probe.last.as_ref())
            .map(|(_, at)| *at)
    }

    /// Tries the port on a schedule, from now on.
    pub(super) fn start_probe(
        &mut self,
        path: &TunnelPath,
        service: Service,
        phases: Vec<Phase>,
        turn: &mut Turn<'_>,
    ) {
        let plan = ProbePlan {
            source: path.source,
            target: path.target,
            service,
            phases,
            expected: self.expected.clone(),
        };
        // What was reached stays known while the way is the same.
        let last = self
            .probe
            .take()
            .filter(|old| same_way(&old.plan, &plan))
            .and_then(|old| old.last);
        let effect = turn.issue(Effect::Probe(plan.clone()));
        self.probe = Some(Probe { effect, plan, last });
    }

    /// Tries anew on the same schedule, forgetting what was reached.
    pub(super) fn probe_again(&mut self, turn: &mut Turn<'_>) {
        if let Some(probe) = &mut self.probe {
            probe.last = None;
            probe.effect = turn.issue(Effect::Probe(probe.plan.clone()));
        }
    }

    pub(super) fn stop_probe(&mut self, turn: &mut Turn<'_>) {
        if let Some(probe) = self.probe.take() {
            turn.call_off(probe.effect);
        }
    }

    /// Asks what the security rules say of the way, once at a time.
    pub(super) fn explain(&mut self, path: &TunnelPath, service: Service, turn: &mut Turn<'_>) {
        self.stop_explaining(turn);
        self.explaining = Some(turn.issue(Effect::ExplainSilence {
            vm: self.wish.vm.clone(),
            source: path.source,
            target: path.target,
            port: service.port,
        }));
    }

    pub(super) fn stop_explaining(&mut self, turn: &mut Turn<'_>) {
        if let Some(effect) = self.explaining.take() {
            turn.call_off(effect);
        }
    }
}

fn same_way(one: &ProbePlan, other: &ProbePlan) -> bool {
    one.source == other.source && one.target == other.target && one.service == other.service
}

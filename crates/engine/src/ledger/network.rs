//! Whether the addresses that accesses are for are still this machine's, and the view.

use std::net::Ipv4Addr;

use super::Ledger;
use crate::effect::Effect;
use crate::id::EffectId;
use crate::problem::{Cause, Problem};
use crate::snapshot::AccessView;
use crate::time::Clock;
use crate::tunnel::LocalNetwork;
use crate::turn::Turn;

impl Ledger {
    /// An address or a route changed: policies are read while any access runs, and our
    /// addresses looked at then, or where the shell shows them.
    pub(crate) fn network_changed(&mut self, turn: &mut Turn<'_>) {
        if self.open_entries().next().is_some() {
            self.look_at_all_soon();
        } else if !turn.shell.stays {
            return;
        }
        self.observe(turn);
    }

    /// Looks at our addresses for a shell that shows them.
    pub(crate) fn look_around(&mut self, turn: &mut Turn<'_>) {
        if turn.shell.stays {
            self.observe(turn);
        }
    }

    /// Looks at our addresses, unless that is under way.
    pub(crate) fn look_once(&mut self, turn: &mut Turn<'_>) {
        if self.observing.is_none() {
            self.observe(turn);
        }
    }

    fn observe(&mut self, turn: &mut Turn<'_>) {
        if let Some(old) = self.observing.take() {
            turn.call_off(old);
        }
        let targets = Vec::new();
        self.observing = Some(turn.issue(Effect::ObserveNetwork { targets }));
    }

    pub(crate) fn is_observing(&self, effect: EffectId) -> bool {
        self.observing == Some(effect)
    }

    /// Takes what was seen of the network, by whomever.
    pub(crate) fn learn_network(&mut self, local: &LocalNetwork) {
        self.local = Some(local.clone());
    }

    /// This machine's network, as last seen.
    pub(crate) fn local(&self) -> Option<&LocalNetwork> {
        self.local.as_ref()
    }

    pub(crate) fn has_observed(&mut self, effect: EffectId) {
        self.observing = self.observing.filter(|awaited| *awaited != effect);
    }

    /// Every access that Azure has not said to be over, as shown.
    /// `tunnel` is our present address in the tunnel, where one is known.
    pub(crate) fn views(&self, tunnel: Option<Ipv4Addr>, clock: Clock) -> Vec<AccessView> {
        let followed = self.followed();
        self.open_entries()
            .map(|entry| {
                let address = entry.access.draft.tunnel_address;
                let local = self.local.as_ref();
                let ours = local.map(|local| local.owner_of(address).is_some());
                let problem = (ours == Some(false)).then(|| {
                    Problem::new(Cause::TunnelMoved {
                        before: address,
                        now: tunnel,
                        until: entry.running().map(|(end, _)| end),
                    })
                });
                AccessView {
                    access: entry.access.clone(),
                    for_this_address: ours,
                    followed: followed.contains(&entry.access.request),
                    over: entry.running().is_some_and(|(end, _)| end <= clock.now),
                    problem,
                }
            })
            .collect()
    }
}

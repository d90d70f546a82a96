//! What a connection that waits for a tunnel shows of the VPNs that may bring one.

use crate::intent::Answer;
use crate::problem::{Problem, WayOut};
use crate::turn::Turn;

use super::Connection;

impl Connection {
    /// Why the VPN could not be connected that was dialled for it.
    pub(super) fn dial_failure<'a>(&self, turn: &'a Turn<'_>) -> Option<&'a Problem> {
        let waits = self.waits_for_tunnel();
        turn.shell.dialler.failure_for(self.id).filter(|_| waits)
    }

    /// Each VPN that may lead there is a way out, before everything else.
    pub(super) fn offer_vpns(&self, ways: &mut Vec<WayOut>, turn: &Turn<'_>) {
        if !self.waits_for_tunnel() || self.facts.is_in_doubt() {
            return;
        }
        let offers = turn.shell.dialler.offers(turn.settings.vpn.as_deref());
        let offers = offers.into_iter().map(|entry| WayOut::Answer {
            answer: Answer::Dial {
                entry: entry.clone(),
            },
        });
        ways.splice(0..0, offers);
    }
}

//! The engine's part in dialling: wishes go to the dialler, and whoever waits for a tunnel is heard.

use super::{Engine, turn_of};
use crate::connection::Connection;
use crate::dial::Dialled;
use crate::id::{ConnectionId, EffectId};
use crate::problem::Problem;
use crate::tunnel::VpnEntry;

impl Engine {
    /// A person stops a connection, and with it the VPN that is being dialled for it.
    pub(super) fn cancel(&mut self, connection: ConnectionId) {
        let dialler = &mut self.shell.dialler;
        dialler.stop_for(connection, &mut self.outbox);
        self.with(connection, |connection, ledger, turn| {
            connection.cancel(ledger, turn);
        });
    }

    pub(super) fn dial(&mut self, entry: VpnEntry, ends: bool, connection: Option<ConnectionId>) {
        let waits = |it: &Connection| Some(it.id) == connection && it.waits_for_tunnel();
        if connection.is_some() && !self.connections.iter().any(waits) {
            return;
        }
        let Some(clock) = self.clock else {
            return;
        };
        let dialler = &mut self.shell.dialler;
        dialler.begin(entry, ends, connection, clock, &mut self.outbox);
        self.look_for_address();
    }

    pub(super) fn learn_dialled(&mut self, to: EffectId, told: Result<Dialled, Problem>) {
        let Some(clock) = self.clock else {
            return;
        };
        if self.shell.dialler.learn_dialled(to, told, clock) {
            // The system may be slow to tell, and whoever waits is not to be asked again.
            self.network_changed(false);
        }
    }

    /// The dial goes on, and which VPNs there are is asked for those who wait for a tunnel.
    pub(super) fn look_at_dial(&mut self) {
        let Some(clock) = self.clock else {
            return;
        };
        let waits = self.connections.iter().any(Connection::waits_for_tunnel);
        let dialler = &mut self.shell.dialler;
        dialler.wanted(waits, &mut self.outbox);
        dialler.look(self.ledger.local(), clock, &mut self.outbox);
    }

    /// While a VPN is being connected, its address is looked for at each change.
    pub(super) fn look_for_address(&mut self) {
        let wanted = self.shell.dialler.wants_network();
        if let Some((mut turn, ledger)) = turn_of(self).filter(|_| wanted) {
            ledger.look_once(&mut turn);
        }
    }
}

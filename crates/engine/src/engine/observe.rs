//! What is observed: the world, the store, the settings and the shell itself.

use super::{Engine, turn_of};
use crate::connection::Connection;
use crate::id::ConnectionId;
use crate::input::Observation;

impl Engine {
    pub(super) fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::NetworkChanged => self.network_changed(false),
            Observation::Resumed => self.network_changed(true),
            Observation::Accesses(rows) => {
                if let Some((mut turn, ledger)) = turn_of(self) {
                    ledger.learn_rows(rows, &mut turn);
                }
            }
            Observation::Settings(settings) => self.settings = *settings,
            Observation::KnownAccounts(known) => self.desk.learn(*known),
            Observation::Stays => {
                if !std::mem::replace(&mut self.shell.stays, true) {
                    self.look_around();
                }
            }
            Observation::Watched(watched) => self.shell.watched = watched,
            Observation::Pinned(entries) => self.shell.pinned = entries,
            Observation::Link(text) => self.learn_link(&text),
            Observation::Met(problems) => self.shell.met = problems,
            Observation::Pools(pools) => {
                let news = pools != self.shell.pools;
                self.shell.pools = pools;
                if news {
                    self.look_around();
                    self.pools_changed();
                }
            }
        }
    }

    /// A person saw how this connection ended. One that goes on has not been seen for good.
    pub(super) fn seen(&mut self, id: ConnectionId) {
        let over = |it: &Connection| it.id == id && it.is_over();
        let known = self.connections.iter().any(over);
        if known && !self.shell.seen.contains(&id) {
            self.shell.seen.push(id);
        }
    }

    pub(super) fn network_changed(&mut self, resumed: bool) {
        let Some((mut turn, ledger)) = turn_of(self) else {
            return;
        };
        ledger.network_changed(&mut turn);
        self.look_for_address();
        for index in 0..self.connections.len() {
            let id = self.connections[index].id;
            self.with(id, |connection, _, turn| {
                if resumed {
                    connection.resumed(turn);
                } else {
                    connection.network_changed(turn);
                }
            });
        }
    }

    /// Whoever waits for a tunnel may know it by a new pool.
    fn pools_changed(&mut self) {
        for index in 0..self.connections.len() {
            let id = self.connections[index].id;
            self.with(id, |connection, _, turn| connection.pools_changed(turn));
        }
    }

    /// Looks at the network for the shell's own sake, where it stays.
    fn look_around(&mut self) {
        if let Some((mut turn, ledger)) = turn_of(self) {
            ledger.look_around(&mut turn);
        }
    }
}

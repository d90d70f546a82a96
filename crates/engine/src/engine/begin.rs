//! How a connection begins: by a wish of its own, or to ask anew for an access.

use super::{Engine, turn};
use crate::connection::{Connection, Purpose};
use crate::id::{ConnectionId, RequestId};
use crate::intent::ConnectWish;
use crate::vm::{Protocol, Service};

impl Engine {
    pub(super) fn begin(&mut self, wish: ConnectWish, purpose: Purpose) {
        self.last_connection += 1;
        let id = ConnectionId(self.last_connection);
        if let Some((mut turn, _)) = turn(
            self.clock,
            &self.settings,
            &mut self.outbox,
            &self.desk,
            &self.shell,
            &mut self.ledger,
            Some(id),
        ) {
            let connection = Connection::begin(id, wish, purpose, &mut turn);
            self.connections.push(connection);
        }
    }

    /// An extension goes the same road as a connection, up to the request's answer: the
    /// tunnel and the policy may be others than they were.
    pub(super) fn extension(
        &self,
        request: RequestId,
        duration: Option<jiff::SignedDuration>,
    ) -> Option<ConnectWish> {
        let draft = &self.ledger.get(request)?.access.draft;
        Some(ConnectWish {
            vm: draft.vm.clone(),
            service: Some(Service {
                protocol: Protocol::Port,
                port: draft.port,
            }),
            duration,
            reason: draft.reason.clone(),
            launch: false,
            command: Vec::new(),
            dry_run: false,
            insist: false,
            // Who pressed the button of a tray sits before it; a command line asks first.
            attended: self.shell.stays,
        })
    }
}

//! The engine's part in signing in: wishes go to the desk, connections get what they wait for.

use super::Engine;
use crate::account::AccountId;
use crate::connection::{Connection, Event};
use crate::effect::Effect;
use crate::id::{EffectId, SignInId};
use crate::input::Reply;
use crate::sign_in::SignInWish;

/// More rounds than it takes until no connection wants anything new of the desk.
const ROUNDS: usize = 4;

impl Engine {
    pub(super) fn sign_in(&mut self, wish: SignInWish) {
        let plan = self.desk.meant(wish);
        self.desk.wish(plan);
    }

    pub(super) fn cancel_sign_in(&mut self, id: SignInId) {
        if let Some(clock) = self.clock {
            self.desk.cancel(id, clock, &mut self.outbox);
        }
    }

    pub(super) fn sign_out(&mut self, account: AccountId, end_session: bool) {
        self.desk.sign_out(account, end_session, &mut self.outbox);
    }

    /// Has something written down about the accounts that nobody waits for.
    pub(super) fn note(&mut self, effect: Effect) {
        self.outbox.issue(None, effect);
    }

    pub(super) fn desk_reply(&mut self, to: EffectId, reply: Reply) {
        if let Some(clock) = self.clock {
            self.desk.reply(to, reply, clock, &mut self.outbox);
        }
    }

    /// The sign-ins go on, and with them the connections that wait for one.
    pub(super) fn look_at_sign_ins(&mut self) {
        let Some(clock) = self.clock else {
            return;
        };
        self.desk.look(clock, &mut self.outbox);
        for _ in 0..ROUNDS {
            let concerned = |it: &&Connection| it.looks_at_sign_ins();
            let ids: Vec<_> = self
                .connections
                .iter()
                .filter(concerned)
                .map(|it| it.id)
                .collect();
            for id in ids {
                self.with(id, |connection, ledger, turn| {
                    connection.on(Event::Look, ledger, turn);
                });
            }
            if !self.serve() {
                break;
            }
        }
        let wanted: Vec<SignInId> = self
            .connections
            .iter()
            .filter_map(|connection| connection.waits_for_sign_in())
            .collect();
        self.desk.stop_unwanted(&wanted, clock, &mut self.outbox);
        self.desk.look(clock, &mut self.outbox);
    }

    /// Each connection that wants a sign-in gets one, its own or another's that is the
    /// same; whether there was any.
    fn serve(&mut self) -> bool {
        let mut served = false;
        for connection in &mut self.connections {
            if let Some(plan) = connection.wants_sign_in().cloned() {
                connection.is_served_by(self.desk.ask(plan));
                served = true;
            }
        }
        served
    }
}

//! What people do about what they see.

use gangway_engine::intent::{Answer, Intent};
use gangway_engine::problem::WayOut;
use gangway_engine::snapshot::StateName;
use gangway_engine::vm::Service;

use super::World;

impl World {
    /// One of the wishes that need something to be there.
    pub fn person(&mut self, kind: u8, index: usize) {
        let snapshot = self.engine.snapshot(self.now());
        let connection = snapshot
            .connections
            .get(index % snapshot.connections.len().max(1))
            .map(|view| view.id);
        let access = snapshot
            .accesses
            .get(index % snapshot.accesses.len().max(1))
            .map(|view| view.access.request);
        let answer = |answer| connection.map(|connection| Intent::Answer { connection, answer });
        let intent = match kind {
            0 => connection.map(|connection| Intent::Cancel { connection }),
            1 => connection.map(|connection| Intent::Clear { connection }),
            2 => access.map(|request| Intent::Extend {
                request,
                duration: None,
            }),
            3 => access.map(|request| Intent::Dismiss { request }),
            4 => answer(Answer::StartVm),
            5 => answer(Answer::ConfirmTunnel),
            6 => answer(Answer::WholePrefix),
            7 => answer(Answer::Use(Service::RDP)),
            8 => answer(Answer::Renew),
            9 => answer(Answer::GoOn),
            10 => answer(Answer::Again),
            11 => answer(Answer::SignIn),
            // What is offered, as most people do.
            _ => snapshot
                .connections
                .iter()
                .find_map(|view| {
                    let offered = view.ways_out.iter().find_map(|way| match way {
                        WayOut::Answer { answer } => Some(answer.clone()),
                        WayOut::Advice { .. } => None,
                    })?;
                    Some((view.id, offered))
                })
                .map(|(connection, answer)| Intent::Answer { connection, answer }),
        };
        let Some(intent) = intent else {
            return;
        };
        if let Intent::Answer { connection, answer } = &intent
            && *answer == Answer::WholePrefix
        {
            self.told.entry(*connection).or_default().consented = true;
        }
        let cancelled = match &intent {
            Intent::Cancel { connection } => Some(*connection),
            _ => None,
        };
        self.wish(intent);
        if let Some(id) = cancelled {
            let after = self.engine.snapshot(self.now());
            let view = after.connections.iter().find(|view| view.id == id).unwrap();
            assert_eq!(view.state, StateName::Ended, "cancel ends every state");
            let waits = self.pending.iter().find(|one| {
                one.connection == Some(id)
                    && !matches!(
                        one.effect,
                        gangway_engine::effect::Effect::Record { .. }
                            | gangway_engine::effect::Effect::Initiate { .. }
                            | gangway_engine::effect::Effect::Launch(_)
                    )
            });
            assert_eq!(waits, None, "cancel calls everything off");
        }
    }
}

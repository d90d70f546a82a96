//! Learns how long it took from a request to its proof, for what it usually takes.

use gangway_engine::id::{ConnectionId, EffectId, RequestId};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::snapshot::{ConnectionView, Snapshot, StateName, Step, StepStanding};
use gangway_engine::time::Timestamp;

use super::Effects;

/// A request that was sent.
pub(super) struct Sent {
    effect: EffectId,
    request: RequestId,
    at: Timestamp,
}

impl Effects {
    /// A request is sent now.
    pub(super) fn await_proof(
        &mut self,
        effect: EffectId,
        connection: Option<ConnectionId>,
        request: RequestId,
    ) {
        if let Some(connection) = connection {
            let at = self.world.clock.now();
            let sent = Sent {
                effect,
                request,
                at,
            };
            self.sent.insert(connection, sent);
        }
    }

    /// What is not accepted is not proved: a port that opens later opens for another reason.
    pub(crate) fn answered(&mut self, effect: EffectId, outcome: &InitiateOutcome) {
        let accepted = match outcome {
            InitiateOutcome::Accepted { .. } | InitiateOutcome::Unclear(_) => true,
            InitiateOutcome::NotASubset { .. }
            | InitiateOutcome::DurationRefused
            | InitiateOutcome::Refused(_)
            | InitiateOutcome::NotSent(_) => false,
        };
        if !accepted {
            self.sent.retain(|_, sent| sent.effect != effect);
        }
    }

    /// Notes the times of the connections whose port is proved by now.
    pub(crate) fn learn_from(&mut self, now: &Snapshot, at: Timestamp) {
        if self.sent.is_empty() {
            return;
        }
        for view in &now.connections {
            if let Some(sent) = self.sent.remove(&view.id) {
                if is_proved(view) {
                    let took = at.duration_since(sent.at);
                    self.writer.note("how long a proof took", move |world| {
                        world.store.note_proof(sent.request, took)
                    });
                } else if view.state != StateName::Ended {
                    self.sent.insert(view.id, sent);
                }
            }
        }
    }
}

fn is_proved(view: &ConnectionView) -> bool {
    let mut steps = view.steps.iter();
    steps.any(|step| step.step == Step::Proof && step.standing == StepStanding::Done)
}

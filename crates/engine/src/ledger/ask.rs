//! One request on its way: written down, sent once it may be, and settled whatever
//! becomes of the connection that wanted it.

use jiff::Timestamp;

use super::{Entry, Ledger};
use crate::effect::Effect;
use crate::id::{ConnectionId, EffectId, RequestId, VmId};
use crate::input::Recorded;
use crate::problem::Problem;
use crate::request::{Access, Draft, InitiateOutcome, Standing, TimeField};
use crate::schedule::CLARIFY_FOR;
use crate::time::{Due, Moment};
use crate::turn::Turn;

/// A request on its way, for the connection that wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskId(u64);

/// What a connection is told of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It is written down and may be sent now.
    Recorded,
    /// Azure took it.
    Running(RequestId),
    /// "Not a subset of policy": which part is to be found out.
    NotASubset(String),
    /// Refused for a reason that has a name.
    Refused(Problem),
    /// It was not sent; asking again is safe.
    NotSent(Problem),
    /// It may have been accepted, and the policy does not show it.
    Unclear(RequestId, Problem),
    /// Another process is asking for the same right now.
    Theirs(Timestamp),
    /// It could not be written down, so nothing was sent.
    NotRecorded(Problem),
}

/// What is told to whom.
pub(crate) type Told = (Option<ConnectionId>, AskId, Asked);

#[derive(Debug)]
pub(super) struct Ask {
    id: AskId,
    connection: Option<ConnectionId>,
    draft: Draft,
    vm_name: String,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Recording {
        effect: EffectId,
    },
    Recorded {
        request: RequestId,
        time: TimeField,
    },
    Sent {
        effect: EffectId,
        request: RequestId,
        time: TimeField,
    },
    Clarifying {
        request: RequestId,
        problem: Problem,
        until: Moment,
    },
}

impl Ledger {
    /// Writes a request down. It is sent by [`Ledger::send`], once the store has it.
    pub(crate) fn ask(&mut self, draft: Draft, vm_name: String, turn: &mut Turn<'_>) -> AskId {
        let effect = turn.issue(Effect::Record {
            draft: draft.clone(),
            vm_name: vm_name.clone(),
            at: turn.clock.now,
        });
        self.last_ask += 1;
        let id = AskId(self.last_ask);
        self.asks.push(Ask {
            id,
            connection: turn.connection,
            draft,
            vm_name,
            stage: Stage::Recording { effect },
        });
        id
    }

    /// Sends a request that is written down.
    pub(crate) fn send(&mut self, id: AskId, turn: &mut Turn<'_>) {
        let Some(ask) = self.asks.iter_mut().find(|ask| ask.id == id) else {
            return;
        };
        if let Stage::Recorded { request, time } = ask.stage {
            let effect = turn.issue(Effect::Initiate {
                request,
                draft: ask.draft.clone(),
                time,
            });
            ask.stage = Stage::Sent {
                effect,
                request,
                time,
            };
        }
    }

    /// The connection no longer wants it. What was sent is still settled here.
    pub(crate) fn abandon(&mut self, id: AskId, turn: &mut Turn<'_>) {
        let Some(index) = self.asks.iter().position(|ask| ask.id == id) else {
            return;
        };
        self.asks[index].connection = None;
        if let Stage::Recorded { request, .. } = self.asks[index].stage {
            self.asks.remove(index);
            self.settle(request, Standing::Refused, turn);
        }
    }

    /// Whether a request for this VM and port is on its way in this process.
    pub(crate) fn busy(&self, vm: &VmId, port: u16) -> bool {
        self.asks
            .iter()
            .any(|ask| ask.draft.vm == *vm && ask.draft.port == port)
    }

    /// The connection that a reply to `Record` or `Initiate` is for.
    pub(crate) fn asker_of(&self, to: EffectId) -> Option<ConnectionId> {
        self.asks
            .iter()
            .find(|ask| match ask.stage {
                Stage::Recording { effect } | Stage::Sent { effect, .. } => effect == to,
                Stage::Recorded { .. } | Stage::Clarifying { .. } => false,
            })
            .and_then(|ask| ask.connection)
    }

    pub(crate) fn recorded(
        &mut self,
        to: EffectId,
        came: Recorded,
        turn: &mut Turn<'_>,
    ) -> Option<Told> {
        let index = self
            .asks
            .iter()
            .position(|ask| matches!(ask.stage, Stage::Recording { effect } if effect == to))?;
        let (connection, id) = (self.asks[index].connection, self.asks[index].id);
        match came {
            Recorded::Ours(request) => {
                let ask = &mut self.asks[index];
                ask.stage = Stage::Recorded {
                    request,
                    time: TimeField::Duration,
                };
                let access = Access {
                    request,
                    draft: ask.draft.clone(),
                    vm_name: ask.vm_name.clone(),
                    asked_at: turn.clock.now,
                    standing: Standing::Unanswered,
                    not_now: false,
                };
                // The store's own announcement may have come first.
                self.entries.retain(|entry| entry.access.request != request);
                self.entries.push(Entry::new(access, true, turn.clock));
                if connection.is_none() {
                    self.abandon(id, turn);
                    return None;
                }
                Some((connection, id, Asked::Recorded))
            }
            Recorded::Theirs { until } => {
                self.asks.remove(index);
                Some((connection, id, Asked::Theirs(until)))
            }
            Recorded::Failed(problem) => {
                self.asks.remove(index);
                Some((connection, id, Asked::NotRecorded(problem)))
            }
        }
    }

    pub(crate) fn initiated(
        &mut self,
        to: EffectId,
        came: InitiateOutcome,
        turn: &mut Turn<'_>,
    ) -> Option<Told> {
        let (index, request, time) =
            self.asks
                .iter()
                .enumerate()
                .find_map(|(index, ask)| match ask.stage {
                    Stage::Sent {
                        effect,
                        request,
                        time,
                    } if effect == to => Some((index, request, time)),
                    Stage::Sent { .. }
                    | Stage::Recording { .. }
                    | Stage::Recorded { .. }
                    | Stage::Clarifying { .. } => None,
                })?;
        let (connection, id) = (self.asks[index].connection, self.asks[index].id);
        let asked = match came {
            InitiateOutcome::Accepted {
                started_at,
                expires_at,
                status,
            } => {
                let vm = self.asks[index].draft.vm.clone();
                let standing = Standing::Running {
                    started_at,
                    expires_at,
                    status,
                };
                self.settle(request, standing, turn);
                self.look_soon(&vm);
                Asked::Running(request)
            }
            InitiateOutcome::DurationRefused if time == TimeField::Duration => {
                self.asks[index].stage = Stage::Recorded {
                    request,
                    time: TimeField::EndTime,
                };
                if connection.is_none() {
                    self.abandon(id, turn);
                    return None;
                }
                return Some((connection, id, Asked::Recorded));
            }
            InitiateOutcome::DurationRefused => {
                self.settle(request, Standing::Refused, turn);
                Asked::NotASubset("both forms of the time were refused".to_owned())
            }
            InitiateOutcome::NotASubset { words } => {
                self.settle(request, Standing::Refused, turn);
                Asked::NotASubset(words)
            }
            InitiateOutcome::Refused(problem) => {
                self.settle(request, Standing::Refused, turn);
                Asked::Refused(problem)
            }
            InitiateOutcome::NotSent(problem) => {
                self.settle(request, Standing::Refused, turn);
                Asked::NotSent(problem)
            }
            InitiateOutcome::Unclear(problem) => {
                let vm = self.asks[index].draft.vm.clone();
                self.asks[index].stage = Stage::Clarifying {
                    request,
                    problem,
                    until: turn.at().plus(CLARIFY_FOR),
                };
                self.look_soon(&vm);
                return None;
            }
        };
        self.asks.remove(index);
        Some((connection, id, asked))
    }

    /// Requests with an unclear answer: found in the policy by now, or long enough sought.
    pub(super) fn look_at_asks(&mut self, turn: &Turn<'_>) -> Vec<Told> {
        let mut told = Vec::new();
        let entries = &self.entries;
        self.asks.retain(|ask| {
            let Stage::Clarifying {
                request,
                problem,
                until,
            } = &ask.stage
            else {
                return true;
            };
            let answered = entries
                .iter()
                .find(|entry| entry.access.request == *request)
                .is_none_or(|entry| !entry.is_unanswered());
            let asked = if answered {
                Asked::Running(*request)
            } else if turn.is_due(Due::In(*until)) {
                Asked::Unclear(*request, problem.clone())
            } else {
                return true;
            };
            told.push((ask.connection, ask.id, asked));
            false
        });
        told
    }

    pub(super) fn asks_due(&self) -> Vec<Due> {
        self.asks
            .iter()
            .filter_map(|ask| match &ask.stage {
                Stage::Clarifying { until, .. } => Some(Due::In(*until)),
                Stage::Recording { .. } | Stage::Recorded { .. } | Stage::Sent { .. } => None,
            })
            .collect()
    }

    /// Whether the answer to this request is being sought right now.
    pub(super) fn is_clarifying(&self, wanted: RequestId) -> bool {
        self.asks.iter().any(|ask| match &ask.stage {
            Stage::Clarifying { request, .. } => *request == wanted,
            Stage::Recording { .. } | Stage::Recorded { .. } | Stage::Sent { .. } => false,
        })
    }

    /// Whether this request is written down or sent, and its answer not there yet.
    pub(super) fn is_under_way(&self, wanted: RequestId) -> bool {
        self.asks.iter().any(|ask| match &ask.stage {
            Stage::Recorded { request, .. } | Stage::Sent { request, .. } => *request == wanted,
            Stage::Recording { .. } | Stage::Clarifying { .. } => false,
        })
    }
}

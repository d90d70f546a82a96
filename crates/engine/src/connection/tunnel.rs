//! Finding the tunnel, or waiting for one. It goes on by itself when the network changes.

use jiff::Timestamp;

use crate::effect::Effect;
use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::snapshot::{StateName, Step};
use crate::tunnel::{ConfirmedTunnel, TunnelPath};
use crate::turn::Turn;

use super::carrier::Carrier;
use super::facts::Facts;
use super::hindrance::hindrance;
use super::knocking::Knocking;
use super::open::moved;
use super::proving::Proving;
use super::{Event, State};

/// Waiting for a way through the tunnel.
#[derive(Debug)]
pub(super) struct Tunnel {
    /// The access that was being proved when the tunnel was lost, and the way it was for.
    resume: Option<Resume>,
}

/// A proof that was interrupted.
#[derive(Debug)]
pub(super) struct Resume {
    pub(super) carrier: Carrier,
    pub(super) path: TunnelPath,
    /// Until when the access runs, as far as known.
    pub(super) until: Option<Timestamp>,
}

impl Tunnel {
    pub(super) fn enter(resume: Option<Resume>, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.steps.begin(Step::Tunnel, turn.at());
        facts.stop_probe(turn);
        if facts.net.view.is_none() {
            facts.observe(turn);
        }
        State::Tunnel(Self { resume })
    }

    pub(super) fn on(
        self,
        event: Event,
        facts: &mut Facts,
        ledger: &Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        match event {
            Event::Look => self.look(facts, ledger, turn),
            Event::Answered(answer) => match answer {
                Answer::ConfirmTunnel => self.confirm(facts, ledger, turn),
                Answer::Again | Answer::Renew => {
                    facts.observe_again(turn);
                    facts.read_again(turn);
                    State::Tunnel(self)
                }
                Answer::StartVm
                | Answer::WholePrefix
                | Answer::Use(_)
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. } => State::Tunnel(self),
            },
            Event::Asked(..) | Event::VmStarted(_) | Event::Explained(_) | Event::Launched(_) => {
                State::Tunnel(self)
            }
        }
    }

    fn look(self, facts: &mut Facts, ledger: &Ledger, turn: &mut Turn<'_>) -> State {
        if let Some(elsewhere) = hindrance(facts, turn) {
            return elsewhere;
        }
        let Some(path) = facts.path().cloned() else {
            return State::Tunnel(self);
        };
        facts.steps.done(Step::Tunnel, turn.at());
        match self.resume {
            Some(resume) if resume.path.is_same_way(&path) => {
                facts.steps.done(Step::Request, turn.at());
                Proving::enter(resume.carrier, path, facts, turn)
            }
            Some(resume) if resume.path.source != path.source => {
                moved(&resume, path, facts, ledger, turn)
            }
            Some(_) | None => Knocking::enter(path, facts, turn),
        }
    }

    /// A person says that this is the company's tunnel: once asked, then remembered.
    fn confirm(self, facts: &mut Facts, ledger: &Ledger, turn: &mut Turn<'_>) -> State {
        let mut confirmed = None;
        if let Some(Cause::PoolUnknown {
            interface,
            may_confirm: true,
            ..
        }) = facts.no_path().map(|problem| &problem.cause)
        {
            confirmed = Some(ConfirmedTunnel {
                interface: interface.clone(),
                gateway: facts.net.serving.clone(),
            });
        }
        if let Some(confirmed) = confirmed {
            turn.issue(Effect::RememberTunnel(confirmed.clone()));
            facts.net.confirmed.push(confirmed);
            facts.decide(turn);
        }
        self.look(facts, ledger, turn)
    }

    /// Whether a VPN that is dialled may bring what is missing.
    pub(super) fn may_dial(facts: &Facts) -> bool {
        // While the network is looked at again, what was last known of it holds.
        let verdict = facts.net.view.as_ref().map(|view| &view.verdict);
        matches!(
            verdict,
            Some(Err(Problem {
                cause: Cause::TunnelDown { .. }
                    | Cause::PoolOverlapsLan { .. }
                    | Cause::TunnelOfAnotherGateway { .. },
                ..
            }))
        )
    }

    /// Waiting for a person when nothing but their word can show whose tunnel it is.
    pub(super) fn name(facts: &Facts) -> StateName {
        let unknown = facts
            .no_path()
            .is_some_and(|problem| matches!(problem.cause, Cause::PoolUnknown { .. }));
        // The policy's own sources may still show it.
        let all_read = facts.policies.fresh().is_some() || facts.policies.failed().is_some();
        if unknown && all_read {
            StateName::Asking
        } else {
            StateName::Tunnel
        }
    }
}

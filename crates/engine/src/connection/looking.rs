//! Reading what is known of the VM: the cache at once, Azure beside it.

use crate::intent::Answer;
use crate::snapshot::{Question, Step};
use crate::turn::Turn;
use crate::vm::{Os, Service};

use super::asking::Asking;
use super::facts::Facts;
use super::hindrance::hindrance;
use super::tunnel::Tunnel;
use super::{Event, State};

/// Waiting until the VM's addresses and the service are known.
#[derive(Debug)]
pub(super) struct Looking;

impl Looking {
    pub(super) fn enter(facts: &mut Facts, turn: &Turn<'_>) -> State {
        facts.steps.begin(Step::Vm, turn.at());
        State::Looking(Self)
    }

    pub(super) fn on(self, event: Event, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        match event {
            Event::Look => self.look(facts, turn),
            Event::Answered(answer) => match answer {
                Answer::Use(service) => {
                    facts.service = Some(service);
                    self.look(facts, turn)
                }
                Answer::Again => {
                    facts.read_again(turn);
                    State::Looking(self)
                }
                Answer::StartVm
                | Answer::ConfirmTunnel
                | Answer::WholePrefix
                | Answer::Renew
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. } => State::Looking(self),
            },
            Event::Asked(..) | Event::VmStarted(_) | Event::Explained(_) | Event::Launched(_) => {
                State::Looking(self)
            }
        }
    }

    fn look(self, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        if let Some(elsewhere) = hindrance(facts, turn) {
            return elsewhere;
        }
        // The cache holds the pools and the host's fingerprint besides the VM.
        let Some(vm) = facts.vm.any().filter(|_| facts.cache.is_none()) else {
            return State::Looking(self);
        };
        if vm.addresses.is_empty() {
            return State::Looking(self);
        }
        let by_system = vm.os.map(|os| match os {
            Os::Windows => Service::RDP,
            Os::Linux => Service::SSH,
        });
        facts.service = facts.service.or(by_system);
        if facts.service.is_some() {
            return Tunnel::enter(None, facts, turn);
        }
        if facts.vm.fresh().is_some() {
            return Asking::question(Question::WhichService, facts, turn);
        }
        State::Looking(self)
    }
}

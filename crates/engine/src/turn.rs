//! One step's turn: the time, the settings, and what is issued in it.

use crate::effect::{Effect, Issued, Notice};
use crate::id::{ConnectionId, EffectId};
use crate::settings::Settings;
use crate::shell::Shell;
use crate::sign_in::Desk;
use crate::time::{Clock, Due, Moment};

/// What every decision of a step is made with.
pub(crate) struct Turn<'a> {
    pub(crate) clock: Clock,
    pub(crate) settings: &'a Settings,
    pub(crate) outbox: &'a mut Outbox,
    /// Who is signed in, and what has become of the sign-ins.
    pub(crate) desk: &'a Desk,
    /// Who hosts all this.
    pub(crate) shell: &'a Shell,
    /// On whose behalf; `None` for the ledger.
    pub(crate) connection: Option<ConnectionId>,
}

impl Turn<'_> {
    /// Has something done.
    pub(crate) fn issue(&mut self, effect: Effect) -> EffectId {
        self.outbox.issue(self.connection, effect)
    }

    /// Tells the person, unless a window of this shell shows it already.
    pub(crate) fn tell(&mut self, notice: Notice) {
        if !self.shell.is_quiet() {
            self.issue(Effect::Notify(notice));
        }
    }

    /// Calls an effect off.
    pub(crate) fn call_off(&mut self, effect: EffectId) {
        self.issue(Effect::CallOff { effect });
    }

    /// The engine's own clock.
    pub(crate) fn at(&self) -> Moment {
        self.clock.at
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, due: Due) -> bool {
        self.clock.is_due(due)
    }
}

/// What a step issues, numbered.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    last: u64,
    issued: Vec<Issued>,
}

impl Outbox {
    pub(crate) fn issue(&mut self, connection: Option<ConnectionId>, effect: Effect) -> EffectId {
        self.last += 1;
        let id = EffectId(self.last);
        self.issued.push(Issued {
            id,
            connection,
            effect,
        });
        id
    }

    /// What this step has issued up to now.
    pub(crate) fn so_far(&self) -> &[Issued] {
        &self.issued
    }

    pub(crate) fn take(&mut self) -> Vec<Issued> {
        std::mem::take(&mut self.issued)
    }
}

//! When the loop comes back by itself: at the engine's deadline, and when the machine has slept.

use std::time::Duration;

use gangway_engine::input::{Input, Observation};

use super::Drive;
use crate::platform;

/// The system's alarm, or, where it has none for us, a look at the clocks now and then.
#[derive(Debug)]
pub(super) struct Alarm(Option<platform::Alarm>);

impl Alarm {
    /// An alarm that is not set.
    pub(super) fn new() -> Self {
        let alarm = platform::Alarm::new();
        Self(alarm.inspect_err(unheard).ok())
    }

    /// Waits until so much time has passed, sleep included, or the clocks want a look.
    pub(super) async fn wait(&mut self, left: Option<Duration>) {
        if let Some(alarm) = &mut self.0 {
            match alarm.wait(left).await {
                Ok(()) => return,
                Err(error) => unheard(&error),
            }
            self.0 = None;
        }
        platform::doze(left).await;
    }
}

impl Drive {
    /// How long the engine has nothing to do of its own accord.
    pub(super) fn left(&self) -> Option<Duration> {
        let deadline = self.engine.next_deadline()?;
        let left = deadline.duration_since(self.world.clock.now());
        // What is overdue is due now.
        Some(Duration::try_from(left).unwrap_or_default())
    }

    /// The alarm rang: something is due, or the clocks want a look.
    pub(super) fn tick(&mut self) {
        let due = self.engine.next_deadline();
        if due.is_some_and(|due| due <= self.world.clock.now()) {
            self.step(Input::Tick);
            return;
        }
        self.look_at_clocks();
        if !self.slept {
            // A clock that was set may change what is shown.
            self.publish();
        } else if let Some(network) = &mut self.network {
            // It comes back with the machine: one look at it serves both.
            network.stir();
        } else {
            self.step(Input::Observed(Observation::Resumed));
        }
    }

    /// What the engine is to be told next. That the machine slept comes before everything
    /// else, and says more than that the network changed.
    pub(super) fn after_sleep(&mut self, input: Input) -> Input {
        self.look_at_clocks();
        let slept = std::mem::take(&mut self.slept);
        let resumed = Input::Observed(Observation::Resumed);
        let network = Input::Observed(Observation::NetworkChanged);
        if slept && input == network {
            return resumed;
        }
        if slept && input != resumed {
            self.hand(resumed);
        }
        input
    }

    fn look_at_clocks(&mut self) {
        let strange = self.world.clock.look();
        if strange.set {
            tracing::info!("the system's clock was set");
        }
        self.slept |= strange.slept;
    }
}

fn unheard(error: &std::io::Error) {
    tracing::warn!(%error, "no alarm of the system's; the clocks are looked at instead");
}

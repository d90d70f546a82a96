//! The loop: one task that owns the engine, hands it everything that happens and its effects out.

mod alarm;
mod stays;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use gangway_engine::Engine;
use gangway_engine::account::KnownAccounts;
use gangway_engine::effect::Issued;
use gangway_engine::id::{ConnectionId, EffectId};
use gangway_engine::input::{Input, Observation, Recorded, Reply};
use gangway_engine::intent::Intent;
use gangway_engine::settings::Settings;
use gangway_engine::snapshot::Snapshot;
use gangway_vpn::Changes;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout_at};

use self::alarm::Alarm;
use self::stays::Told;
use crate::effects::Effects;
use crate::error::chain;
use crate::platform::Bell;
use crate::world::World;

/// How long the end waits for the answer to a request that was sent.
const LAST_ANSWER: Duration = Duration::from_secs(3);

/// What a shell hands to the loop.
pub(crate) enum Message {
    /// A wish, and where to say which connection it began.
    Wish(Intent, oneshot::Sender<Option<ConnectionId>>),
    /// Something that only the shell can tell.
    Observed(Observation),
    /// This machine's files were changed by the shell itself; told once the snapshot shows it.
    Changed(oneshot::Sender<()>),
    /// The end.
    Close(oneshot::Sender<()>),
}

/// The engine and everything around it.
pub(crate) struct Drive {
    engine: Engine,
    /// What the engine was told last.
    settings: Settings,
    world: Arc<World>,
    effects: Effects,
    snapshots: watch::Sender<Arc<Snapshot>>,
    network: Option<Changes>,
    alarm: Alarm,
    /// The machine woke up, and the engine hears of it with what the network does now.
    slept: bool,
    bell: Option<Bell>,
    accounts: watch::Receiver<Option<Arc<KnownAccounts>>>,
    /// What a shell that stays was told last; `None` for one that does not.
    stays: Option<Told>,
}

impl Drive {
    /// An engine with the settings in force and the accesses of the store.
    pub(crate) fn new(
        world: Arc<World>,
        effects: Effects,
        snapshots: watch::Sender<Arc<Snapshot>>,
    ) -> Self {
        let bell = Bell::hang(&world.home.bells()).map_err(|error| {
            tracing::warn!(error = %chain(&error), "changes of other processes are not heard");
        });
        let bell = bell.ok().inspect(|bell| {
            // Set once: a second loop on one world does not exist.
            let _set = world.bell.set(bell.path().to_owned());
        });
        let settings = world.engine_settings();
        let accounts = world.known.subscribe();
        let mut drive = Self {
            engine: Engine::new(settings.clone()),
            settings,
            world,
            effects,
            snapshots,
            network: None,
            alarm: Alarm::new(),
            slept: false,
            bell,
            accounts,
            stays: None,
        };
        drive.read_accesses();
        drive.look_at_accounts();
        drive.read_accounts();
        drive.effects.sweep();
        if drive.world.stays {
            drive.settle_in();
        }
        drive
    }

    /// Runs until the shell closes it or is gone.
    pub(crate) async fn run(
        mut self,
        mut inbox: mpsc::UnboundedReceiver<Message>,
        mut replies: mpsc::UnboundedReceiver<(EffectId, Reply)>,
    ) {
        let told = loop {
            // The one timer of the runtime: the engine's next deadline.
            let left = self.left();
            tokio::select! {
                biased;
                message = inbox.recv() => match message {
                    Some(Message::Wish(intent, reply)) => {
                        let connection = self.wish(intent);
                        // A shell that does not wait for the answer does not want it.
                        let _unheard = reply.send(connection);
                    }
                    Some(Message::Observed(observation)) => self.observed(observation),
                    Some(Message::Changed(told)) => {
                        self.files_changed();
                        // As above.
                        let _unheard = told.send(());
                    }
                    Some(Message::Close(told)) => break Some(told),
                    None => break None,
                },
                // Before the replies: a sign-in is told to be done after its account.
                Ok(()) = self.accounts.changed() => self.read_accounts(),
                Some((to, reply)) = replies.recv() => self.replied(to, reply),
                () = self.alarm.wait(left) => self.tick(),
                changed = change(&mut self.network) => self.network_changed(changed),
                () = ring(&mut self.bell) => self.rung(),
                () = self.world.touched.notified(), if self.stays.is_some() => self.look_again(),
                () = self.effects.tidy() => {}
            }
        };
        // Requests that were sent are heard to their end, so that their answer is written.
        let limit = Instant::now() + LAST_ANSWER;
        if timeout_at(limit, self.effects.end()).await.is_err() {
            tracing::warn!("left without the answer to a request; the next start reads it");
        }
        while let Ok((to, reply)) = replies.try_recv() {
            self.step(Input::Reply { to, reply });
        }
        drop(self);
        if let Some(told) = told {
            let _unheard = told.send(());
        }
    }

    /// Once the claim is ours, what others got before it is in the store: the engine hears of
    /// that first, or two processes would ask one after the other for the same.
    fn replied(&mut self, to: EffectId, reply: Reply) {
        if matches!(reply, Reply::Recorded(Recorded::Ours(_))) {
            self.read_accesses();
        }
        if let Reply::Initiated(outcome) = &reply {
            self.effects.answered(to, outcome);
        }
        // What was read of a VM stands in the store by now, and lists show it.
        let read = matches!(reply, Reply::Vm(Ok(_)) | Reply::Policies(Ok(_)));
        self.step(Input::Reply { to, reply });
        if read {
            self.look_again();
        }
    }

    fn wish(&mut self, intent: Intent) -> Option<ConnectionId> {
        self.watch_network();
        let begins = matches!(
            intent,
            Intent::Connect(_) | Intent::Extend { .. } | Intent::FollowLink { go: true, .. }
        );
        let first = self.step(Input::Intent(intent));
        first.filter(|_| begins)
    }

    fn watch_network(&mut self) {
        if self.network.is_none() {
            self.network = Changes::listen()
                .inspect_err(|error| tracing::warn!(error = %chain(error), "network not watched"))
                .ok();
        }
    }

    /// Hands an input to the engine and begins what it says; the connection of the first
    /// effect.
    fn step(&mut self, input: Input) -> Option<ConnectionId> {
        let input = self.after_sleep(input);
        let first = self.hand(input);
        self.publish();
        first
    }

    fn hand(&mut self, input: Input) -> Option<ConnectionId> {
        let issued = self.engine.step(self.world.clock.now(), input);
        let first = issued.first().and_then(|issued: &Issued| issued.connection);
        for issued in issued {
            self.effects.begin(issued);
        }
        first
    }

    fn publish(&mut self) {
        let at = self.world.clock.now();
        let now = self.engine.snapshot(at);
        let effects = &mut self.effects;
        self.snapshots.send_if_modified(|before| {
            let changed = **before != now;
            if changed {
                log(before, &now);
                effects.learn_from(&now, at);
                effects.tell_refusals(before, &now);
                *before = Arc::new(now);
            }
            changed
        });
    }

    fn network_changed(&mut self, changed: Result<(), gangway_vpn::Error>) {
        match changed {
            Ok(()) => {
                self.step(Input::Observed(Observation::NetworkChanged));
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "network no longer watched");
                self.network = None;
            }
        }
    }

    /// Another process has changed something: accesses, or the settings.
    fn rung(&mut self) {
        self.files_changed();
        self.read_accesses();
        let world = Arc::clone(&self.world);
        self.effects.aside(async move {
            world.look_at_accounts().await;
        });
    }

    fn observed(&mut self, observation: Observation) {
        // A hand that changed the settings' file rings no bell: whoever looks sees it.
        if observation == Observation::Watched(true) {
            self.files_changed();
        }
        self.step(Input::Observed(observation));
    }

    /// Settings are read again, and what a shell that stays lists.
    fn files_changed(&mut self) {
        let mistakes = self.world.read_settings_again();
        // Profiles and the past speak here too, so the file alone does not tell.
        let settings = self.world.engine_settings();
        if settings != self.settings {
            self.settings = settings.clone();
            // Shown together with the mistakes: defaults of a file that cannot be read are
            // nobody's wish.
            self.hand(Input::Observed(Observation::Settings(Box::new(settings))));
        }
        self.tell_mistakes(mistakes);
        self.look_again();
        self.publish();
    }

    /// Looks who is signed in. Where there is no token file nobody has to be waited for;
    /// else the keyring is asked beside other work.
    fn look_at_accounts(&mut self) {
        let world = Arc::clone(&self.world);
        if self.world.tokens.may_hold_any() {
            self.effects.aside(async move {
                world.known_accounts().await;
            });
        } else {
            let looked = world.known_accounts().now_or_never();
            debug_assert!(looked.is_some(), "an empty look waits for nothing");
        }
    }

    fn read_accounts(&mut self) {
        let known = self.accounts.borrow_and_update().clone();
        if let Some(known) = known {
            let known = Box::new(KnownAccounts::clone(&known));
            self.step(Input::Observed(Observation::KnownAccounts(known)));
        }
    }

    fn read_accesses(&mut self) {
        // Those that are shown as open: another process may have found that they are over.
        let shown = self.snapshots.borrow().accesses.clone();
        let shown: Vec<_> = shown.iter().map(|view| view.access.request).collect();
        match self.world.store.open_accesses_and(&shown) {
            Ok(accesses) => {
                self.step(Input::Observed(Observation::Accesses(accesses)));
            }
            Err(error) => tracing::warn!(error = %chain(&error), "accesses not read"),
        }
    }
}

/// What became of each connection: where it is now, and what is in its way.
fn log(before: &Snapshot, now: &Snapshot) {
    for view in &now.connections {
        let id = view.id;
        let known = before.connections.iter().find(|known| known.id == id);
        if known.is_none_or(|known| known.state != view.state) {
            tracing::info!(%id, vm = %view.vm, state = ?view.state, "connection");
        }
        for (was, is) in [
            (
                known.and_then(|known| known.problem.as_ref()),
                &view.problem,
            ),
            (known.and_then(|known| known.note.as_ref()), &view.note),
        ] {
            if let Some(problem) = is.as_ref().filter(|problem| was != Some(problem)) {
                let correlation = problem.details.correlation.as_deref();
                tracing::info!(%id, code = problem.code(), correlation, "problem");
            }
        }
    }
}

async fn change(network: &mut Option<Changes>) -> Result<(), gangway_vpn::Error> {
    match network {
        Some(changes) => changes.next().await,
        None => std::future::pending().await,
    }
}

async fn ring(bell: &mut Option<Bell>) {
    match bell {
        Some(hung) => {
            if let Err(error) = hung.rung().await {
                tracing::warn!(%error, "changes of other processes are no longer heard");
                *bell = None;
            }
        }
        None => std::future::pending().await,
    }
}

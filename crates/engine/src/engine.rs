//! The engine: takes what happened, decides, and says what to do.

use jiff::Timestamp;

use crate::alerts::{Seen, alerts};
use crate::connection::{Connection, Event, Purpose};
use crate::effect::{Effect, Issued};
use crate::id::{ConnectionId, EffectId};
use crate::input::{Input, Reply};
use crate::intent::{Answer, Intent};
use crate::ledger::{AskId, Asked, Ledger};
use crate::settings::{Settings, ShellSettings};
use crate::shell::Shell;
use crate::sign_in::Desk;
use crate::snapshot::{Snapshot, TunnelStanding};
use crate::time::Clock;
use crate::tunnel::standing;
use crate::turn::{Outbox, Turn};

mod begin;
mod dials;
mod links;
mod observe;
mod sign_ins;
mod telling;

pub(crate) use telling::Stood;

/// The state machine of one process: its connections, and all accesses of this machine.
///
/// It is told the time and never asks for it. Times may jump either way.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    clock: Option<Clock>,
    connections: Vec<Connection>,
    last_connection: u64,
    ledger: Ledger,
    desk: Desk,
    shell: Shell,
    outbox: Outbox,
}

impl Engine {
    /// An engine that knows nothing yet but the settings in force.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            clock: None,
            connections: Vec::new(),
            last_connection: 0,
            ledger: Ledger::default(),
            desk: Desk::default(),
            shell: Shell::default(),
            outbox: Outbox::default(),
        }
    }

    /// Takes what happened at `now` and answers with everything that is to be done, in
    /// order. The connection of an [`Intent::Connect`], [`Intent::Extend`] or a link that is
    /// followed is the one that the first effect is issued for.
    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Issued> {
        let clock = self.clock.get_or_insert_with(|| Clock::starting(now));
        if now < clock.now {
            self.ledger.rewind(now);
        }
        clock.tell(now);
        match input {
            Input::Intent(intent) => self.wish(intent),
            Input::Reply { to, reply } => self.reply(to, reply),
            Input::Observed(observation) => self.observe(observation),
            Input::Tick => {}
        }
        self.look();
        self.tell_news();
        self.outbox.take()
    }

    /// When to come back with [`Input::Tick`], unless something happens before. `None`
    /// while nothing is waited for.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let clock = self.clock?;
        let mut outbox = Outbox::default();
        let turn = Turn {
            clock,
            settings: &self.settings,
            outbox: &mut outbox,
            desk: &self.desk,
            shell: &self.shell,
            connection: None,
        };
        let of_connections = self
            .connections
            .iter()
            .flat_map(|connection| connection.due(&self.ledger, &turn));
        self.ledger
            .due(clock, &self.settings.warn_before)
            .into_iter()
            .chain(of_connections)
            .chain(self.desk.due())
            .chain(self.shell.dialler.due())
            .map(|due| clock.time_of(due))
            // What was due at this step was looked at in it and waits for something else.
            .filter(|at| *at > clock.now)
            .min()
    }

    /// The truth at `now`, for whoever shows it.
    #[must_use]
    pub fn snapshot(&self, now: Timestamp) -> Snapshot {
        let mut clock = self.clock.unwrap_or_else(|| Clock::starting(now));
        clock.tell(now);
        let mut outbox = Outbox::default();
        let turn = Turn {
            clock,
            settings: &self.settings,
            outbox: &mut outbox,
            desk: &self.desk,
            shell: &self.shell,
            connection: None,
        };
        let connections: Vec<_> = self
            .connections
            .iter()
            .map(|connection| connection.view(&self.ledger, &turn))
            .collect();
        let tunnel = self.tunnel_standing();
        let shown = Snapshot {
            connections,
            accesses: self.ledger.views(tunnel.address(), clock),
            accounts: self.desk.view(clock),
            tunnel,
            dial: self.shell.dialler.view().cloned(),
            pinned: self.shell.pinned.clone(),
            alerts: Vec::new(),
            link: self.shell.link.as_ref().map(|link| link.view.clone()),
            settings: self.shell_settings(),
            problems: self.shell.met.clone(),
        };
        let seen = Seen {
            connections: &self.shell.seen,
            sign_ins: &self.desk.unseen_failures(),
            ending: &self.ledger.ending(clock, &self.settings.warn_before),
        };
        let alerts = alerts(&shown, &seen);
        Snapshot { alerts, ..shown }
    }

    fn tunnel_standing(&self) -> TunnelStanding {
        let local = self.ledger.local().filter(|_| self.shell.stays);
        standing(local, &self.shell.pools, self.settings.full_tunnel)
    }

    /// What is in force, whoever filled the views' part in.
    fn shell_settings(&self) -> ShellSettings {
        ShellSettings {
            duration: self.settings.duration,
            reason_required: self.settings.reason_required,
            ..self.settings.shell.clone()
        }
    }

    fn wish(&mut self, intent: Intent) {
        match intent {
            Intent::Connect(wish) => self.begin(wish, Purpose::Connect),
            Intent::Cancel { connection } => self.cancel(connection),
            Intent::Answer {
                connection,
                answer: Answer::Dial { entry },
            } => self.dial(entry, false, Some(connection)),
            Intent::Dial { entry } => self.dial(entry, false, None),
            Intent::HangUp { entry } => self.dial(entry, true, None),
            Intent::StopDial => self.shell.dialler.stop(&mut self.outbox),
            Intent::Answer { connection, answer } => {
                self.with(connection, |connection, ledger, turn| {
                    connection.on(Event::Answered(answer), ledger, turn);
                });
            }
            Intent::Extend { request, duration } => {
                if let Some(wish) = self.extension(request, duration) {
                    self.begin(wish, Purpose::Extend(request));
                }
            }
            Intent::Dismiss { request } => {
                if let Some((mut turn, ledger)) = turn_of(self) {
                    ledger.dismiss(request, &mut turn);
                }
            }
            Intent::Clear { connection } => {
                self.connections
                    .retain(|known| known.id != connection || !known.is_over());
                self.shell.seen.retain(|seen| *seen != connection);
            }
            Intent::Seen { connection } => self.seen(connection),
            Intent::FollowLink {
                link,
                go: true,
                service,
                duration,
            } => self.follow_link(link, service, duration),
            Intent::FollowLink {
                link, go: false, ..
            } => self.leave_link(link),
            Intent::SignIn(wish) => self.sign_in(wish),
            Intent::CancelSignIn { sign_in } => self.cancel_sign_in(sign_in),
            Intent::ClearSignIn { sign_in } => self.desk.clear(sign_in),
            Intent::SignOut {
                account,
                end_session,
            } => self.sign_out(account, end_session),
            Intent::SwitchTenant {
                account,
                tenant,
                on,
            } => self.note(Effect::SwitchTenant {
                account,
                tenant,
                on,
            }),
            Intent::UseAccount { account, tenant } => {
                self.note(Effect::UseAccount { account, tenant });
            }
            Intent::HideSubscription {
                subscription,
                hidden,
            } => self.note(Effect::HideSubscription {
                subscription,
                hidden,
            }),
        }
    }

    fn reply(&mut self, to: EffectId, reply: Reply) {
        let Some((mut turn, ledger)) = turn(
            self.clock,
            &self.settings,
            &mut self.outbox,
            &self.desk,
            &self.shell,
            &mut self.ledger,
            None,
        ) else {
            return;
        };
        match reply {
            Reply::Recorded(came) => {
                let owner = ledger.asker_of(to);
                turn.connection = owner;
                let told = ledger.recorded(to, came, &mut turn);
                self.tell(told.into_iter().collect());
            }
            Reply::Initiated(came) => {
                let owner = ledger.asker_of(to);
                turn.connection = owner;
                let told = ledger.initiated(to, came, &mut turn);
                self.tell(told.into_iter().collect());
            }
            Reply::Policies(read) => {
                let asker = self.connections.iter().find(|c| c.reads_policies(to));
                let vm = asker
                    .map(|connection| connection.vm().clone())
                    .or_else(|| ledger.is_reading(to));
                let Some(vm) = vm else {
                    return;
                };
                ledger.read_is_over(to);
                ledger.learn_policies(&vm, &read, &mut turn);
                for connection in &mut self.connections {
                    turn.connection = Some(connection.id);
                    let _ = connection.reply(to, Reply::Policies(Ok(Vec::new())), &mut turn);
                    if *connection.vm() == vm {
                        connection.learn_policies(&read, &mut turn);
                    }
                }
            }
            Reply::Found(read) => self.learn_found(to, read),
            told @ (Reply::SignIn(_) | Reply::SignedOut(_)) => self.desk_reply(to, told),
            Reply::Vpns(profiles) => self.shell.dialler.learn_profiles(to, profiles),
            Reply::Dialled(told) => self.learn_dialled(to, told),
            Reply::Network(local) if ledger.is_observing(to) => {
                ledger.has_observed(to);
                ledger.learn_network(&local);
            }
            other @ (Reply::Cached(_)
            | Reply::Vm(_)
            | Reply::Network(_)
            | Reply::Probed(_)
            | Reply::VmStarted(_)
            | Reply::Explained(_)
            | Reply::Launching(_)
            | Reply::Launched(_)
            | Reply::ClientEnded { .. }) => {
                if let Reply::Network(local) = &other {
                    ledger.learn_network(local);
                }
                for connection in &mut self.connections {
                    turn.connection = Some(connection.id);
                    if let Some(event) = connection.reply(to, other.clone(), &mut turn) {
                        connection.on(event, ledger, &mut turn);
                        break;
                    }
                }
            }
        }
    }

    /// Everybody looks again: what one learnt may be what another waits for.
    fn look(&mut self) {
        let Some((mut turn, ledger)) = turn(
            self.clock,
            &self.settings,
            &mut self.outbox,
            &self.desk,
            &self.shell,
            &mut self.ledger,
            None,
        ) else {
            return;
        };
        let told = ledger.look(&mut turn);
        self.tell(told);
        for index in 0..self.connections.len() {
            let id = self.connections[index].id;
            self.with(id, |connection, ledger, turn| {
                connection.on(Event::Look, ledger, turn);
            });
        }
        // What the connections did may be the ledger's business at once.
        if let Some((mut turn, ledger)) = turn_of(self) {
            let told = ledger.look(&mut turn);
            self.tell(told);
        }
        self.look_at_sign_ins();
        self.look_at_dial();
    }

    fn tell(&mut self, told: Vec<(Option<ConnectionId>, AskId, Asked)>) {
        for (connection, ask, asked) in told {
            if let Some(connection) = connection {
                self.with(connection, |connection, ledger, turn| {
                    connection.on(Event::Asked(ask, asked.clone()), ledger, turn);
                });
            }
        }
    }

    fn with(
        &mut self,
        id: ConnectionId,
        work: impl FnOnce(&mut Connection, &mut Ledger, &mut Turn<'_>),
    ) {
        let connection = self.connections.iter_mut().find(|known| known.id == id);
        let parts = turn(
            self.clock,
            &self.settings,
            &mut self.outbox,
            &self.desk,
            &self.shell,
            &mut self.ledger,
            Some(id),
        );
        if let (Some(connection), Some((mut turn, ledger))) = (connection, parts) {
            work(connection, ledger, &mut turn);
        }
    }
}

fn turn<'a>(
    clock: Option<Clock>,
    settings: &'a Settings,
    outbox: &'a mut Outbox,
    desk: &'a Desk,
    shell: &'a Shell,
    ledger: &'a mut Ledger,
    connection: Option<ConnectionId>,
) -> Option<(Turn<'a>, &'a mut Ledger)> {
    let turn = Turn {
        clock: clock?,
        settings,
        outbox,
        desk,
        shell,
        connection,
    };
    Some((turn, ledger))
}

fn turn_of(engine: &mut Engine) -> Option<(Turn<'_>, &mut Ledger)> {
    turn(
        engine.clock,
        &engine.settings,
        &mut engine.outbox,
        &engine.desk,
        &engine.shell,
        &mut engine.ledger,
        None,
    )
}

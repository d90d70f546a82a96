//! Carries out what the engine issued: each effect by itself, its replies sent back.

mod accounts;
mod ask;
mod dial;
mod launch;
mod proof;
mod read;
mod refusals;
mod sign_in;

pub(crate) use dial::vpns;
pub use launch::LaunchPreview;
pub(crate) use launch::{Answer, is_full, rdp_settings};
pub(crate) use read::{network, policies_afresh, vm_afresh};

use std::collections::HashMap;
use std::sync::Arc;

use gangway_engine::dial::Dialled;
use gangway_engine::effect::{Effect, Issued, Notice, ProbePlan};
use gangway_engine::host::Reachability;
use gangway_engine::id::{ConnectionId, EffectId};
use gangway_engine::input::Reply;
use gangway_engine::request::Standing;
use gangway_engine::vm::Protocol;
use tokio::sync::{broadcast, mpsc};
use tokio::task::{AbortHandle, JoinError, JoinSet};

use self::proof::Sent;
use self::sign_in::Return;
use crate::error::{Error, chain};
use crate::probe;
use crate::records;
use crate::world::World;
use crate::writer::Writer;

/// The sending half for replies.
#[derive(Clone)]
pub(crate) struct Replies(mpsc::UnboundedSender<(EffectId, Reply)>);

impl Replies {
    /// Both halves.
    pub(crate) fn channel() -> (Self, mpsc::UnboundedReceiver<(EffectId, Reply)>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    fn send(&self, to: EffectId, reply: Reply) {
        if self.0.send((to, reply)).is_err() {
            tracing::debug!(%to, "a reply came after the end");
        }
    }
}

/// The effects that are under way.
pub(crate) struct Effects {
    world: Arc<World>,
    writer: Writer,
    replies: Replies,
    notices: broadcast::Sender<Notice>,
    tasks: JoinSet<()>,
    /// Requests that were sent: breaking one off would leave nobody who knows its answer.
    asked: JoinSet<()>,
    /// What can be called off without harm.
    callable: HashMap<EffectId, AbortHandle>,
    /// Sign-ins, which can be called off until their answer is exchanged.
    signing_in: HashMap<EffectId, Arc<Return>>,
    /// The probe of each connection.
    probes: HashMap<ConnectionId, EffectId>,
    /// By which names VMs may be called.
    names: launch::Names,
    /// The clients that run.
    clients: Arc<launch::Clients>,
    /// The requests whose proof is waited for.
    sent: HashMap<ConnectionId, Sent>,
    /// Whose turn it is at the VPNs.
    turns: dial::Turns,
}

impl Effects {
    pub(crate) fn new(
        world: Arc<World>,
        writer: Writer,
        replies: Replies,
        notices: broadcast::Sender<Notice>,
    ) -> Self {
        Self {
            world,
            writer,
            replies,
            notices,
            tasks: JoinSet::new(),
            asked: JoinSet::new(),
            callable: HashMap::new(),
            signing_in: HashMap::new(),
            probes: HashMap::new(),
            names: launch::Names::default(),
            clients: Arc::default(),
            sent: HashMap::new(),
            turns: dial::Turns::default(),
        }
    }

    /// Begins what was issued. Never waits.
    pub(crate) fn begin(&mut self, issued: Issued) {
        let Issued {
            id,
            connection,
            effect,
        } = issued;
        tracing::debug!(%id, effect = name_of(&effect), "begun");
        match effect {
            Effect::ReadCache { vm } => {
                let cached = self.world.cached(&vm).unwrap_or_else(|error| {
                    tracing::warn!(error = %chain(&error), "cache not read");
                    Default::default()
                });
                if let Some(connection) = connection {
                    let name = cached.vm.as_ref().and_then(|vm| vm.computer_name.clone());
                    self.names.learn(connection, vm, name);
                }
                self.replies.send(id, Reply::Cached(Box::new(cached)));
            }
            Effect::FetchVm { vm } => self.run(id, read::vm(self.world.clone(), vm)),
            Effect::FetchPolicies { vm } => self.run(id, read::policies(self.world.clone(), vm)),
            Effect::ObserveNetwork { targets } => {
                self.replies
                    .send(id, Reply::Network(read::network(&targets)));
            }
            Effect::Probe(plan) => self.probe(id, connection, plan),
            Effect::Record { draft, vm_name, at } => {
                ask::record(&self.writer, self.replies.clone(), id, draft, vm_name, at);
            }
            Effect::Initiate {
                request,
                draft,
                time,
            } => {
                self.await_proof(id, connection, request);
                let replies = self.replies.clone();
                let asking = ask::initiate(self.world.clone(), draft, time);
                self.asked
                    .spawn(async move { replies.send(id, asking.await) });
            }
            Effect::Settle { request, standing } => {
                if let Standing::Over { reason, .. } = &standing {
                    tracing::info!(%request, ?reason, "access ended");
                }
                self.writer.note("what became of a request", move |world| {
                    records::settle(world, request, &standing)
                });
            }
            Effect::StartVm { vm } => {
                let work = ask::start(self.world.clone(), self.replies.clone(), id, vm);
                self.tasks.spawn(work);
            }
            Effect::ExplainSilence {
                vm, source, target, ..
            } => self.run(id, read::rules(self.world.clone(), vm, source, target)),
            Effect::Launch(plan) => {
                let stage = launch::Stage {
                    world: self.world.clone(),
                    writer: self.writer.clone(),
                    replies: self.replies.clone(),
                    clients: Arc::clone(&self.clients),
                };
                let launching = launch::run(stage, id, plan, self.names.take(connection));
                self.callable.insert(id, self.tasks.spawn(launching));
            }
            Effect::RememberTunnel(tunnel) => {
                self.writer.note("a confirmed tunnel", move |world| {
                    world.store.remember_tunnel(&tunnel)
                })
            }
            Effect::RememberNotNow { request } => {
                self.writer.note("a \"not now\"", move |world| {
                    world.store.remember_not_now(request)
                });
            }
            Effect::RememberHost {
                vm,
                port,
                fingerprint,
            } => self.writer.note("a host", move |world| {
                let now = world.clock.now();
                world.store.remember_host(&vm, port, &fingerprint, now)
            }),
            Effect::Notify(notice) => {
                // Nobody may be listening; that is their choice.
                let _listeners = self.notices.send(notice);
            }
            Effect::FindVm { name } => self.run(id, read::find(self.world.clone(), name)),
            Effect::SignIn(plan) => {
                let way_back = Arc::new(Return::default());
                self.signing_in.insert(id, Arc::clone(&way_back));
                let (world, replies) = (self.world.clone(), self.replies.clone());
                let work = sign_in::run(world, replies, id, plan, way_back);
                self.callable.insert(id, self.asked.spawn(work));
            }
            Effect::SignOut {
                account,
                end_session,
            } => {
                let (world, replies) = (self.world.clone(), self.replies.clone());
                // Never broken off: half a sign-out would be none.
                self.asked.spawn(async move {
                    let done = accounts::sign_out(world, account, end_session).await;
                    replies.send(id, done);
                });
            }
            Effect::SwitchTenant {
                account,
                tenant,
                on,
            } => self.choose(|world| world.store.switch_tenant(&account, &tenant, on)),
            Effect::UseAccount { account, tenant } => {
                self.choose(|world| world.store.use_account(&account, &tenant));
            }
            Effect::HideSubscription {
                subscription,
                hidden,
            } => self.choose(|world| world.store.hide_subscription(&subscription, hidden)),
            Effect::ListVpns => self.run(id, dial::list(self.world.clone())),
            Effect::Dial { entry } => {
                let replies = self.replies.clone();
                let begins = move || replies.send(id, Reply::Dialled(Ok(Dialled::Begins)));
                self.run(id, dial::connect(self.turns.next(), entry, begins));
            }
            Effect::HangUp { entry } => {
                let replies = self.replies.clone();
                let ending = dial::disconnect(self.turns.next(), entry);
                // Never broken off: this program's own end is a reason to hang up. Where that
                // takes longer than the end waits, what ends the VPN goes on by itself.
                self.asked
                    .spawn(async move { replies.send(id, ending.await) });
            }
            Effect::CallOff { effect } => self.call_off(effect),
        }
    }

    /// Does something beside that nobody waits for.
    pub(crate) fn aside(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(work);
    }

    fn choose(&mut self, choice: impl FnOnce(&World) -> Result<(), Error>) {
        let after = accounts::choose(&self.world, choice);
        self.aside(after);
    }

    /// Removes what clients of dead processes have left behind.
    pub(crate) fn sweep(&mut self) {
        let folder = self.world.home.launch_files();
        if !folder.is_dir() {
            return;
        }
        self.tasks
            .spawn_blocking(move || match gangway_launch::sweep(&folder) {
                Ok(0) => {}
                Ok(files) => tracing::info!(files, "files of dead clients removed"),
                Err(error) => tracing::warn!(error = %chain(&error), "not swept"),
            });
    }

    /// Waits until one of the tasks has ended; for ever when there is none.
    pub(crate) async fn tidy(&mut self) {
        tokio::select! {
            Some(ended) = self.tasks.join_next() => told(ended),
            Some(ended) = self.asked.join_next() => told(ended),
            else => std::future::pending().await,
        }
        self.callable.retain(|_, task| !task.is_finished());
        self.signing_in
            .retain(|id, _| self.callable.contains_key(id));
    }

    /// Calls off everything that can be and waits for the answers to what was asked.
    pub(crate) async fn end(&mut self) {
        let all: Vec<EffectId> = self.callable.keys().copied().collect();
        for effect in all {
            self.call_off(effect);
        }
        while let Some(ended) = self.asked.join_next().await {
            told(ended);
        }
    }

    /// Begins something that can be called off at any time.
    fn run(&mut self, id: EffectId, work: impl Future<Output = Reply> + Send + 'static) {
        let replies = self.replies.clone();
        let task = self
            .tasks
            .spawn(async move { replies.send(id, work.await) });
        self.callable.insert(id, task);
    }

    fn probe(&mut self, id: EffectId, connection: Option<ConnectionId>, plan: ProbePlan) {
        if let Some(connection) = connection
            && let Some(before) = self.probes.insert(connection, id)
        {
            self.call_off(before);
        }
        if let Some(connection) = connection
            && plan.service.protocol == Protocol::Rdp
        {
            self.names.begin(&self.world, connection, plan.target);
        }
        let replies = self.replies.clone();
        let task = self.tasks.spawn(async move {
            probe::run(&plan, |now| {
                if let Reachability::Greeted(host) = &now {
                    let fingerprint = host.fingerprint.as_deref();
                    tracing::info!(fingerprint, "the host greeted");
                }
                replies.send(id, Reply::Probed(now));
            })
            .await;
        });
        self.callable.insert(id, task);
    }

    fn call_off(&mut self, effect: EffectId) {
        let way_back = self.signing_in.remove(&effect);
        if way_back.is_some_and(|way_back| !way_back.take()) {
            return;
        }
        if let Some(task) = self.callable.remove(&effect) {
            task.abort();
        }
        self.probes.retain(|_, probe| *probe != effect);
    }
}

fn told(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "an effect failed");
    }
}

fn name_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::ReadCache { .. } => "read-cache",
        Effect::FetchVm { .. } => "fetch-vm",
        Effect::FetchPolicies { .. } => "fetch-policies",
        Effect::ObserveNetwork { .. } => "observe-network",
        Effect::Probe(_) => "probe",
        Effect::Record { .. } => "record",
        Effect::Initiate { .. } => "initiate",
        Effect::Settle { .. } => "settle",
        Effect::StartVm { .. } => "start-vm",
        Effect::ExplainSilence { .. } => "explain-silence",
        Effect::Launch(_) => "launch",
        Effect::RememberNotNow { .. } => "remember-not-now",
        Effect::RememberTunnel(_) => "remember-tunnel",
        Effect::RememberHost { .. } => "remember-host",
        Effect::FindVm { .. } => "find-vm",
        Effect::SignIn(_) => "sign-in",
        Effect::SignOut { .. } => "sign-out",
        Effect::SwitchTenant { .. } => "switch-tenant",
        Effect::UseAccount { .. } => "use-account",
        Effect::HideSubscription { .. } => "hide-subscription",
        Effect::ListVpns => "list-vpns",
        Effect::Dial { .. } => "dial",
        Effect::HangUp { .. } => "hang-up",
        Effect::Notify(_) => "notify",
        Effect::CallOff { .. } => "call-off",
    }
}

//! The handle that a shell holds: wishes in, snapshots and notices out, and reads past the engine.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gangway_azure::SignIn;
use gangway_engine::account::Kept;
use gangway_engine::account::Way;
use gangway_engine::effect::Notice;
use gangway_engine::id::{ConnectionId, VmId};
use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::problem::Problem;
use gangway_engine::query::{Page, Query};
use gangway_engine::snapshot::Snapshot;
use gangway_engine::vm::{Protocol, Service};
use gangway_launch::Place;
use gangway_vpn::profile::{self, Profile};
use tokio::sync::{OnceCell, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::drive::{Drive, Message};
use crate::effects::{Effects, Replies};
use crate::error::Error;
use crate::home::Home;
use crate::inventory;
use crate::keyring::{KeyHolder, Keyring, SystemKeyring};
use crate::leftovers;
use crate::log;
use crate::query::{self, Progress};
use crate::settings::{self, LogLevel, MachinePolicy, Settings};
use crate::store::{Store, StoredProfile};
use crate::tokens::TokenFile;
use crate::world::World;
use crate::writer::Writer;

/// How many notices wait for a shell that is slow to take them.
const NOTICES: usize = 32;

/// How a runtime is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The person's folders.
    pub home: Home,
    /// The program's name, for its log file.
    pub program: &'static str,
    /// The cloud by name or definition file; `None` takes the one from the settings.
    pub cloud: Option<String>,
    /// Whether `ssh` takes over this terminal or opens one of its own.
    pub place: Place,
    /// What serves every tenant; `None` looks at the environment, then at the accounts that
    /// are signed in, then at Azure CLI.
    pub sign_in: Option<SignIn>,
    /// The machine policy; `None` reads this machine's.
    pub policy: Option<MachinePolicy>,
    /// The clock.
    pub clock: Clock,
    /// How much is logged; `None` takes what the settings say.
    pub log_level: Option<LogLevel>,
    /// What keeps small secrets; `None` is the system's keyring.
    pub keys: Option<Arc<dyn KeyHolder>>,
}

impl Options {
    /// As the command line wants it: in this home, in this terminal.
    #[must_use]
    pub fn new(home: Home) -> Self {
        Self {
            home,
            program: "gangway",
            cloud: None,
            place: Place::Here,
            sign_in: None,
            policy: None,
            clock: Clock::default(),
            log_level: None,
            keys: None,
        }
    }
}

/// A running runtime. The engine starts with the first wish or look at a snapshot; reads
/// alone need none.
pub struct Runtime {
    pub(crate) world: Arc<World>,
    notices: broadcast::Sender<Notice>,
    running: OnceLock<Running>,
}

struct Running {
    inbox: mpsc::UnboundedSender<Message>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    writes: Mutex<Option<JoinHandle<()>>>,
}

impl Runtime {
    /// Reads the settings and opens the store. The problems are for the person: a mistake
    /// in a settings file, a store that was damaged or cannot be written. Asks nothing of
    /// Azure.
    ///
    /// # Errors
    /// [`Error::StoreNewer`] when the store is a newer version's; [`Error::Store`] when
    /// another process holds it for too long; [`Error::StoreNotWritable`] when others can
    /// write to the home.
    pub fn open(options: Options) -> Result<(Self, Vec<Problem>), Error> {
        options.home.refuse_shared()?;
        let (settings, mut problems) = match &options.policy {
            Some(policy) => settings::read_with(&options.home, policy),
            None => settings::read(&options.home),
        };
        log::begin(
            &options.home.logs(),
            options.program,
            options.log_level.unwrap_or(settings.log_level),
            options.clock.clone(),
        );
        // Where the folder cannot be made, opening the store says so.
        if let Err(error) = options.home.make_state() {
            tracing::debug!(%error, "no state folder");
        }
        let opened = Store::open(&options.home.store_file())?;
        problems.extend(opened.problems);
        let (progress, _) = watch::channel(None);
        let keys = options.keys.unwrap_or_else(|| Arc::new(SystemKeyring));
        let keyring = Keyring::new(keys, &options.home);
        let of_environment = || {
            let allowed = settings.sign_in.allows(Way::Environment);
            SignIn::environment().filter(|_| allowed)
        };
        let world = World {
            tokens: TokenFile::new(&options.home, keyring.clone()),
            keyring,
            serves_all: options.sign_in.or_else(of_environment),
            routes: Mutex::default(),
            known: watch::channel(None).0,
            looking: tokio::sync::Mutex::default(),
            home: options.home,
            store: Arc::new(opened.store),
            clock: options.clock,
            settings: Mutex::new(Arc::new(settings)),
            policy: options.policy,
            cloud: options.cloud,
            place: options.place,
            progress,
            owner: OnceLock::new(),
            bell: OnceLock::new(),
            azure: OnceCell::new(),
            home_tenant: OnceCell::new(),
        };
        let runtime = Self {
            world: Arc::new(world),
            notices: broadcast::channel(NOTICES).0,
            running: OnceLock::new(),
        };
        Ok((runtime, problems))
    }

    /// Hands a wish to the engine. The connection it began, for `Connect` and `Extend`.
    /// What settings say of the VM (its service, its duration) fills what the wish leaves open.
    ///
    /// Must be called within a tokio runtime, as everything from here on.
    pub async fn dispatch(&self, intent: Intent) -> Option<ConnectionId> {
        let intent = match intent {
            Intent::Connect(wish) => {
                let world = Arc::clone(&self.world);
                let vm = wish.vm.clone();
                if !wish.dry_run {
                    tokio::spawn(async move { world.warm_up(&vm).await });
                }
                self.know_something().await;
                Intent::Connect(self.complete(wish))
            }
            // These are about accounts: who is signed in is known first.
            other @ (Intent::SignIn(_)
            | Intent::SignOut { .. }
            | Intent::SwitchTenant { .. }
            | Intent::UseAccount { .. }) => {
                self.running();
                self.world.known_accounts().await;
                other
            }
            other => other,
        };
        let (reply, told) = oneshot::channel();
        let sent = self.running().inbox.send(Message::Wish(intent, reply));
        sent.ok()?;
        told.await.ok().flatten()
    }

    /// Reads a list, from the store or from Azure.
    ///
    /// # Errors
    /// The problem, when there is nothing to show at all. What only makes the answer
    /// smaller or older stands in the page.
    pub async fn query(&self, query: Query) -> Result<Page, Problem> {
        query::answer(&self.world, query).await
    }

    /// How far a long fetch is; `None` while there is none.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Option<Progress>> {
        self.world.progress.subscribe()
    }

    /// The truth at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.running().snapshots.borrow().clone()
    }

    /// The truth, whenever it changes.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.running().snapshots.clone()
    }

    /// What a person should hear of, from now on.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Where a sign-in would be kept. Nothing asks the keyring at a start where nobody is
    /// signed in; this does, and the snapshot tells it from then on.
    pub async fn ask_keyring(&self) -> Kept {
        self.world.tokens.ask_keyring().await;
        self.world.look_at_accounts().await.kept
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.world.settings()
    }

    /// The one clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.world.clock
    }

    /// The service that a protocol stands for on a VM: the port that settings give it, else
    /// the usual one. `None` for [`Protocol::Port`] without a setting.
    #[must_use]
    pub fn service(&self, vm: &VmId, protocol: Protocol) -> Option<Service> {
        self.world.settings().service(vm, protocol)
    }

    /// Reads VPN profiles and keeps what they say: gateway, tunnel types, routes, pools.
    ///
    /// # Errors
    /// `profile-unreadable`, or `store-not-writable`.
    pub fn import_profiles(&self, path: &Path) -> Result<Vec<Profile>, Problem> {
        let profiles = profile::read(path).map_err(|error| error.to_problem())?;
        for profile in &profiles {
            let stored = StoredProfile {
                name: profile.name.clone(),
                gateway: profile.gateway.clone(),
                kinds: profile
                    .kinds
                    .iter()
                    .map(|kind| kind.name().to_owned())
                    .collect(),
                routes: profile.routes.clone(),
                pools: profile.pools.clone(),
                full_tunnel: profile.full_tunnel,
            };
            let now = self.world.clock.now();
            let kept = self.world.store.keep_profile(&stored, now);
            kept.map_err(|error| error.problem())?;
        }
        self.world.ring();
        Ok(profiles)
    }

    /// Marks a VM as a favourite, or takes the mark away.
    ///
    /// # Errors
    /// `store-not-writable`.
    pub fn mark_favourite(&self, vm: &VmId, marked: bool) -> Result<(), Problem> {
        let marked = self.world.store.mark_favourite(vm, marked);
        self.world.ring();
        marked.map_err(|error| error.problem())
    }

    /// Ends: what can be called off is, the answer to a request that was sent is waited
    /// for (three seconds at most), so is a refresh token that is being replaced, and
    /// everything that was to be written is written. What was read with an account that
    /// lived in this process's memory only is forgotten with it.
    pub async fn close(self) {
        self.end().await;
        leftovers::forget_what_was_in_memory(&self.world);
    }

    async fn end(&self) {
        let Some(running) = self.running.get() else {
            return self.world.settle().await;
        };
        let (reply, told) = oneshot::channel();
        if running.inbox.send(Message::Close(reply)).is_ok() {
            // An error means that the loop is gone already, which is what was wanted.
            let _ended = told.await;
        }
        self.world.settle().await;
        let writes = running
            .writes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writes) = writes
            && let Err(error) = writes.await
        {
            tracing::error!(%error, "writing ended badly");
        }
    }

    /// Without any inventory nothing is known of gateways, and no tunnel could be told
    /// from another network: so the first wish of all waits for a look at Azure.
    async fn know_something(&self) {
        let age = self.world.store.inventory_age(self.world.clock.now());
        if !matches!(age, Ok(None)) {
            return;
        }
        for problem in inventory::refresh(&self.world).await {
            tracing::info!(
                code = problem.code(),
                "met while looking for the first time"
            );
        }
    }

    fn complete(&self, mut wish: ConnectWish) -> ConnectWish {
        let settings = self.world.settings();
        if wish.service.is_none() {
            let now = self.world.clock.now();
            let known = self.world.store.vm(&wish.vm, now).ok().flatten();
            let os = known.and_then(|(vm, _)| vm.os);
            wish.service = settings.service_of_vm(&wish.vm, os);
        }
        if wish.duration.is_none() {
            wish.duration = settings.of_vm(&wish.vm).and_then(|vm| vm.duration());
        }
        wish
    }

    fn running(&self) -> &Running {
        self.running.get_or_init(|| {
            let (snapshots, shown) = watch::channel(Arc::default());
            let (replies, replied) = Replies::channel();
            let (inbox, received) = mpsc::unbounded_channel();
            let (writer, writes) = Writer::new(Arc::clone(&self.world));
            let effects = Effects::new(
                Arc::clone(&self.world),
                writer,
                replies,
                self.notices.clone(),
            );
            let drive = Drive::new(Arc::clone(&self.world), effects, snapshots);
            tokio::spawn(drive.run(received, replied));
            Running {
                inbox,
                snapshots: shown,
                writes: Mutex::new(Some(tokio::spawn(writes))),
            }
        })
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("home", &self.world.home)
            .finish_non_exhaustive()
    }
}

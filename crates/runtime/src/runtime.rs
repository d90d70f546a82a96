//! The handle that a shell holds: wishes in, snapshots and notices out, and reads past the engine.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gangway_azure::SignIn;
use gangway_engine::account::{Kept, Way};
use gangway_engine::effect::Notice;
use gangway_engine::id::{ConnectionId, LinkId, VmId};
use gangway_engine::input::Observation;
use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::problem::Problem;
use gangway_engine::query::{Page, Query};
use gangway_engine::snapshot::{Shown, Snapshot};
use gangway_engine::vm::{Protocol, Service};
use tokio::runtime::Handle;
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::drive::{Drive, Message};
use crate::effects::{Effects, Replies};
use crate::error::Error;
use crate::inventory;
use crate::keyring::{Keyring, SystemKeyring};
use crate::leftovers;
use crate::log;
use crate::options::Options;
use crate::query::{self, Progress};
use crate::settings::{self, Settings};
use crate::store::Store;
use crate::tokens::TokenFile;
use crate::world::{Met, World};
use crate::writer::Writer;

/// How many notices wait for a shell that is slow to take them.
const NOTICES: usize = 32;

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
        let (settings, mistakes) = match &options.policy {
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
        let met = Met {
            settings: mistakes,
            store: opened.problems,
        };
        let problems = met.settings.iter().chain(&met.store).cloned().collect();
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
            azure: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            home_tenant: tokio::sync::Mutex::default(),
            stays: options.stays,
            downloads: options.downloads,
            met,
            touched: Notify::new(),
        };
        let runtime = Self {
            world: Arc::new(world),
            notices: broadcast::channel(NOTICES).0,
            running: OnceLock::new(),
        };
        if runtime.world.stays && Handle::try_current().is_ok() {
            runtime.running();
        }
        Ok((runtime, problems))
    }

    /// Hands a wish to the engine. The connection it began, for `Connect`, `Extend`
    /// and a link that is followed.
    /// What settings say of the VM (its service, its duration) fills what the wish leaves open.
    ///
    /// Must be called within a tokio runtime, as everything from here on.
    pub async fn dispatch(&self, intent: Intent) -> Option<ConnectionId> {
        let intent = match intent {
            Intent::Connect(wish) => {
                if !wish.dry_run {
                    self.warm_up(&wish.vm);
                }
                self.know_something().await;
                Intent::Connect(self.complete(wish))
            }
            Intent::FollowLink { link, go: true, .. } => self.complete_link(link).await,
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
        if self.world.stays {
            self.running();
            if matches!(query, Query::Settings) {
                // Whoever looks at them may have changed the file by hand.
                self.read_files_again().await;
            }
        }
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

    /// The truth, and the time at which it is looked at, by Azure's clock where that is known.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let snapshot = Snapshot::clone(&self.snapshot());
        Shown {
            now: self.world.clock.now(),
            snapshot,
        }
    }

    /// Whether a person looks at a window of this shell: what that shows needs no notice.
    pub fn watched(&self, watched: bool) {
        self.observe(Observation::Watched(watched));
    }

    /// Somebody opened a link of ours. Whatever it says, all that comes of it is a question
    /// in the snapshot.
    pub fn open_link(&self, link: impl Into<String>) {
        self.observe(Observation::Link(link.into()));
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

    /// Ends: what can be called off is, the answer to a request that was sent is waited
    /// for (three seconds at most), so is a refresh token that is being replaced, and
    /// everything that was to be written is written. What was read with an account that
    /// lived in this process's memory only is forgotten with it.
    pub async fn close(&self) {
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

    fn warm_up(&self, vm: &VmId) {
        let (world, vm) = (Arc::clone(&self.world), vm.clone());
        tokio::spawn(async move { world.warm_up(&vm).await });
    }

    /// A link that is followed is a wish like any other: what settings say of its VM counts.
    /// It names a protocol, never a port.
    async fn complete_link(&self, link: LinkId) -> Intent {
        let waits = self.snapshot().link.clone().filter(|it| it.id == link);
        let found = waits.and_then(|it| Some((it.found?.vm.id, it.service)));
        let (mut service, mut duration) = (None, None);
        if let Some((vm, said)) = found {
            self.warm_up(&vm);
            self.know_something().await;
            let said = said.and_then(|it| self.service(&vm, it.protocol));
            let wish = self.complete(ConnectWish::click(vm, said));
            (service, duration) = (wish.service, wish.duration);
        }
        Intent::FollowLink {
            link,
            go: true,
            service,
            duration,
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

    /// The snapshot as it is, where the engine runs.
    pub(crate) fn snapshot_now(&self) -> Option<Arc<Snapshot>> {
        let running = self.running.get()?;
        Some(running.snapshots.borrow().clone())
    }

    /// Waits until the engine knows of files that were changed here, where it runs.
    pub(crate) async fn files_changed(&self) {
        self.world.ring();
        self.read_files_again().await;
    }

    async fn read_files_again(&self) {
        let Some(running) = self.running.get() else {
            self.world.read_settings_again();
            return;
        };
        let (reply, told) = oneshot::channel();
        if running.inbox.send(Message::Changed(reply)).is_ok() {
            // An error means that the loop has ended, and with it whoever would look.
            let _ended = told.await;
        }
    }

    fn observe(&self, observation: Observation) {
        if self
            .running()
            .inbox
            .send(Message::Observed(observation))
            .is_err()
        {
            tracing::debug!("the shell told something after the end");
        }
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

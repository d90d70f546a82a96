//! What every test stands on: a simulator, a home, and a runtime that is waited for by events.

use std::sync::Arc;
use std::time::Duration;

use azure_sim::{Options as SimOptions, Sim};
use gangway_engine::id::{ConnectionId, TenantId, VmId};
use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::snapshot::{ConnectionView, Snapshot, StateName};
use gangway_engine::vm::{Protocol, Service};
use gangway_runtime::settings::MachinePolicy;
use gangway_runtime::{Home, Options, Runtime, SignIn};
use tempfile::TempDir;
use tokio::time::timeout;

/// Nothing here takes this long.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) home: TempDir,
}

impl Stage {
    pub(crate) async fn demo() -> Self {
        Self::with(azure_sim::estate::demo()).await
    }

    pub(crate) async fn with(estate: azure_sim::estate::Estate) -> Self {
        let home = TempDir::new().unwrap();
        let mut options = SimOptions::new(estate);
        options.cloud_file = Some(home.path().join("cloud.json"));
        Self {
            sim: Sim::start(options).await.unwrap(),
            home,
        }
    }

    pub(crate) fn options(&self) -> Options {
        let cloud = self.home.path().join("cloud.json");
        Options {
            cloud: Some(cloud.display().to_string()),
            sign_in: Some(SignIn::ClientSecret {
                tenant: TenantId::new(self.sim.tenant()),
                client_id: self.sim.client_id(),
                secret: gangway_azure::Secret::new(self.sim.client_secret()),
            }),
            policy: Some(MachinePolicy::none()),
            ..Options::new(Home::at(self.home.path()))
        }
    }

    /// A runtime as another process would open it.
    pub(crate) fn open(&self) -> Runtime {
        let (runtime, problems) = Runtime::open(self.options()).unwrap();
        assert_eq!(problems, []);
        runtime
    }

    pub(crate) fn vm(&self, name: &str) -> VmId {
        VmId::new(self.sim.vm(name).unwrap().id).unwrap()
    }

    pub(crate) fn wish(&self, name: &str) -> ConnectWish {
        let vm = self.sim.vm(name).unwrap();
        ConnectWish {
            vm: self.vm(name),
            service: Some(Service {
                protocol: match vm.kind.as_deref() {
                    Some("rdp") => Protocol::Rdp,
                    _ => Protocol::Ssh,
                },
                port: vm.port.unwrap(),
            }),
            duration: None,
            reason: None,
            launch: false,
            command: Vec::new(),
            dry_run: false,
            insist: false,
            attended: false,
        }
    }
}

pub(crate) async fn begin(runtime: &Runtime, wish: ConnectWish) -> ConnectionId {
    runtime
        .dispatch(Intent::Connect(wish))
        .await
        .expect("a connection begins")
}

/// Waits until the snapshot is as wanted.
pub(crate) async fn until(
    runtime: &Runtime,
    what: &str,
    wanted: impl FnMut(&Arc<Snapshot>) -> bool,
) -> Arc<Snapshot> {
    let mut changes = runtime.changes();
    let waited = timeout(LIMIT, changes.wait_for(wanted)).await;
    match waited {
        Ok(found) => Arc::clone(&found.unwrap()),
        Err(_late) => panic!("never {what}: {:#?}", runtime.snapshot()),
    }
}

/// Waits until a connection is in a state.
pub(crate) async fn until_state(
    runtime: &Runtime,
    id: ConnectionId,
    state: StateName,
) -> ConnectionView {
    let is = |snapshot: &Arc<Snapshot>| view(snapshot, id).is_some_and(|view| view.state == state);
    let snapshot = until(runtime, &format!("{state:?}"), is).await;
    view(&snapshot, id).unwrap()
}

pub(crate) fn view(snapshot: &Snapshot, id: ConnectionId) -> Option<ConnectionView> {
    let found = snapshot.connections.iter().find(|view| view.id == id);
    found.cloned()
}

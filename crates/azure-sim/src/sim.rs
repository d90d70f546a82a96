//! Starts and stops the simulator, and the handle that tests hold.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::asked::Asked;
use crate::clock::Clock;
use crate::control;
use crate::entra::{Certificate, Counts};
use crate::error::Error;
use crate::estate::Person;
use crate::fault::Fault;
use crate::ground::{Ground, Hook, Loopback, place};
use crate::http::{front, listen::Peer, listen::PlainListener, listen::TlsListener, tls};
use crate::options::{Options, VmGround};
use crate::stage::Stage;
use crate::switches::Switches;
use crate::world;

/// A VM as a test wants to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VmInfo {
    /// Resource name.
    pub name: String,
    /// Resource id.
    pub id: String,
    /// Subscription id.
    pub subscription: String,
    /// Tenant id.
    pub tenant: String,
    /// First private IPv4 address, if any.
    pub address: Option<String>,
    /// First port it serves, if any.
    pub port: Option<u16>,
    /// `ssh`, `rdp`, `mute`, `off`, as in the estate.
    pub kind: Option<String>,
    /// `Windows`, `Linux`, or unknown.
    pub os: Option<String>,
    /// OS host name.
    pub computer_name: String,
}

/// A running simulator. Dropping it stops everything that it started.
pub struct Sim {
    pub(crate) stage: Arc<Stage>,
    address: SocketAddr,
    control: SocketAddr,
    ca_pem: String,
    tasks: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Sim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sim")
            .field("base", &self.stage.base)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

impl Sim {
    /// Builds the world, opens the ports, and answers from then on. All doors are as the rules say when this returns.
    ///
    /// # Errors
    ///
    /// [`Error`] when the estate contradicts itself or a port or file cannot be had.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let mut estate = options.estate;
        let placed = match &options.vms {
            VmGround::Loopback => Some(place(&mut estate)?),
            VmGround::Hook(_) | VmGround::Nothing => None,
        };
        let clock = Clock::new(options.clock);
        let mut world = world::build(&estate, clock.now())?;
        let certificate = options.client_certificate.as_deref().map(Certificate::read);
        world.client_certificate = certificate.transpose()?;
        let ground = match (options.vms, placed) {
            (VmGround::Hook(program), _) => Ground::Hook(Hook::new(program)),
            (_, Some((claim, sockets))) => Ground::Loopback(Loopback::new(&world, claim, sockets)?),
            (_, None) => Ground::Nothing,
        };
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(Error::io(format!("listening on {}", options.listen)))?;
        let local = listener
            .local_addr()
            .map_err(Error::io("reading the own address"))?;
        let identity = tls::identity(local)?;
        let base = match &options.called {
            Some(host) => format!("https://{host}"),
            None => format!("https://{local}"),
        };
        let (pages_listener, pages) = pages_listener(options.pages).await?;
        let addresses = (base, format!("http://{pages}"));
        let stage = Stage::new(world, clock, addresses, ground, options.cloud_file);
        let stage = Arc::new(stage);
        stage.settle().await;

        let stop = watch::Sender::new(false);
        let mut tasks = Vec::new();
        let (tls, accepting) = TlsListener::start(listener, TlsAcceptor::from(identity.server))
            .map_err(Error::io("starting TLS"))?;
        tasks.push(accepting);
        let app = front::router(Arc::clone(&stage)).into_make_service_with_connect_info::<Peer>();
        let serve = axum::serve(tls, app).with_graceful_shutdown(stopped(&stop));
        tasks.push(tokio::spawn(async move {
            let _ = serve.await;
        }));
        let app = front::router(Arc::clone(&stage)).into_make_service_with_connect_info::<Peer>();
        let serve =
            axum::serve(PlainListener(pages_listener), app).with_graceful_shutdown(stopped(&stop));
        tasks.push(tokio::spawn(async move {
            let _ = serve.await;
        }));
        let control_listener = TcpListener::bind(options.control)
            .await
            .map_err(Error::io(format!("listening on {}", options.control)))?;
        let control = control_listener
            .local_addr()
            .map_err(Error::io("reading the own address"))?;
        let serve = axum::serve(control_listener, control::router(Arc::clone(&stage)))
            .with_graceful_shutdown(stopped(&stop));
        tasks.push(tokio::spawn(async move {
            let _ = serve.await;
        }));
        let driven = Arc::clone(&stage);
        tasks.push(tokio::spawn(async move { driven.drive().await }));
        let sim = Self {
            stage,
            address: local,
            control,
            ca_pem: identity.ca_pem,
            tasks,
            stop,
        };
        if let Some(path) = sim.stage.cloud_file.clone() {
            sim.write_cloud(&path)?;
        }
        Ok(sim)
    }

    /// `https://127.0.0.1:PORT`: authority and resource manager in one.
    pub fn base(&self) -> &str {
        &self.stage.base
    }

    /// `http://127.0.0.1:PORT` of the sign-in pages: the cloud definition's `browser_authority`. No token is given here.
    pub fn pages(&self) -> &str {
        &self.stage.pages
    }

    /// Where Entra and ARM listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT` of the control endpoint.
    pub fn control(&self) -> String {
        format!("http://{}", self.control)
    }

    /// The CA that clients have to trust, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The cloud definition as JSON.
    pub fn cloud(&self) -> Value {
        json!({
            "name": "azure-sim",
            "authority": self.base(),
            "browser_authority": self.pages(),
            "resource_manager": self.base(),
            "audience": "https://management.azure.com/",
            "extra_ca": self.ca_pem,
        })
    }

    /// Writes the cloud definition.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the file cannot be written.
    pub fn write_cloud(&self, path: &Path) -> Result<(), Error> {
        let text = format!("{:#}\n", self.cloud());
        std::fs::write(path, text).map_err(Error::io(format!("writing {}", path.display())))
    }

    /// Where [`Options::cloud_file`] put the cloud definition.
    pub fn cloud_file(&self) -> Option<&Path> {
        self.stage.cloud_file.as_deref()
    }

    /// The application id that may sign in.
    pub fn client_id(&self) -> String {
        self.stage.world().client_id.clone()
    }

    /// Its secret. It opens nothing but this simulator.
    pub fn client_secret(&self) -> String {
        self.stage.world().client_secret.clone()
    }

    /// The id of the public registration that people sign in to.
    pub fn public_client_id(&self) -> String {
        self.stage.world().app.id.clone()
    }

    /// Everybody who may sign in.
    pub fn people(&self) -> Vec<Person> {
        self.stage.world().people.clone()
    }

    /// The person of that name.
    pub fn person(&self, upn: &str) -> Option<Person> {
        let world = self.stage.world();
        world.person(upn).map(|index| world.people[index].clone())
    }

    /// What happened at the sign-in endpoints so far.
    pub fn sign_ins(&self) -> Counts {
        control::state::counts(&self.stage.world())
    }

    /// Every secret that is out there: access tokens, refresh tokens, authorization codes, device codes, the client
    /// secret. For tests that look for them where none may be.
    pub fn secrets(&self) -> Vec<String> {
        let world = self.stage.world();
        let ledger = &world.sign_ins;
        let codes = ledger.codes.keys().chain(ledger.devices.keys());
        let tokens = world.tokens.keys().chain(ledger.refresh.keys());
        let all = codes.chain(tokens).chain([&world.client_secret]);
        all.cloned().collect()
    }

    /// The first tenant's id.
    pub fn tenant(&self) -> String {
        self.stage
            .world()
            .tenants
            .first()
            .map(|t| t.id.clone())
            .unwrap_or_default()
    }

    /// Every VM, in the estate's order.
    pub fn vms(&self) -> Vec<VmInfo> {
        control::state::vms(&self.stage.world())
    }

    /// The first VM of that name.
    pub fn vm(&self, name: &str) -> Option<VmInfo> {
        self.vms().into_iter().find(|vm| vm.name == name)
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.stage.world().faults.push(fault);
    }

    /// The faults in force, with what is left of them.
    pub fn faults(&self) -> Vec<Fault> {
        self.stage.world().faults.clone()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.stage.world().faults.clear();
    }

    /// Changes switches.
    pub fn set(&self, change: impl FnOnce(&mut Switches)) {
        {
            let mut world = self.stage.world();
            change(&mut world.switches);
            world.dirty = (0..world.vms.len()).collect();
        }
        self.stage.wake.notify_one();
    }

    /// What was asked so far, in order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.stage.world().asked.clone()
    }

    /// What was asked on one route.
    pub fn asked_on(&self, route: &str) -> Vec<Asked> {
        self.asked()
            .into_iter()
            .filter(|a| a.route == route)
            .collect()
    }

    /// Forgets what was asked.
    pub fn forget_asked(&self) {
        self.stage.world().asked.clear();
    }

    /// Waits until at least `count` calls on a route have been answered. Wrap it in a time limit.
    pub async fn heard(&self, route: &str, count: usize) {
        let mut heard = self.stage.heard.subscribe();
        loop {
            let answered = self
                .asked_on(route)
                .iter()
                .filter(|a| a.status != 0)
                .count();
            if answered >= count || heard.changed().await.is_err() {
                return;
            }
        }
    }

    /// The simulator's time.
    pub fn now(&self) -> Timestamp {
        self.stage.clock.now()
    }

    /// Moves the clock; when this returns, everything due has happened and all doors have followed.
    pub async fn advance(&self, by: SignedDuration) {
        self.stage.clock.advance(by);
        self.stage.settle().await;
    }

    /// Lets everything that is due happen, doors included.
    pub async fn settle(&self) {
        self.stage.settle().await;
    }

    /// Does one of the control endpoint's deeds, see [`control::Deed`].
    ///
    /// # Errors
    ///
    /// [`Error`] when the deed names something that is not there.
    pub async fn trigger(&self, deed: control::Deed) -> Result<Value, Error> {
        control::deeds::perform(&self.stage, deed).await
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Pages without TLS stay on this machine.
async fn pages_listener(at: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    if !at.ip().is_loopback() {
        return Err(Error::Invalid {
            what: "address for pages",
            value: at.to_string(),
        });
    }
    let listener = TcpListener::bind(at)
        .await
        .map_err(Error::io(format!("listening on {at}")))?;
    let local = listener
        .local_addr()
        .map_err(Error::io("reading the own address"))?;
    Ok((listener, local))
}

fn stopped(stop: &watch::Sender<bool>) -> impl Future<Output = ()> + Send + 'static {
    let mut seen = stop.subscribe();
    async move {
        let _ = seen.wait_for(|stop| *stop).await;
    }
}

//! The stage of every test: a simulator, a client on it, and a sleeper that only writes down.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_sim::{Fault, Options, Sim, VmGround, Wrong};
use gangway_azure::{Azure, Cloud, Secret, ServerDate, SignIn, Sleeper};
use gangway_engine::id::{PolicyId, TenantId, VmId};
use gangway_engine::policy::Source;
use gangway_engine::request::Draft;
use jiff::SignedDuration;
use serde_json::json;

/// Our tunnel address.
pub(crate) const US: Ipv4Addr = Ipv4Addr::new(172, 16, 200, 5);

pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) azure: Azure,
    pub(crate) tenant: TenantId,
    pub(crate) slept: Arc<Mutex<Vec<Duration>>>,
    pub(crate) dates: Arc<Mutex<Vec<ServerDate>>>,
}

pub(crate) async fn demo() -> Stage {
    on(azure_sim::estate::demo()).await
}

pub(crate) async fn on(estate: azure_sim::Estate) -> Stage {
    let options = Options {
        vms: VmGround::Nothing,
        ..Options::new(estate)
    };
    let sim = Sim::start(options).await.unwrap();
    let slept: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let dates: Arc<Mutex<Vec<ServerDate>>> = Arc::default();
    let (notes, seen) = (slept.clone(), dates.clone());
    let sleeper: Sleeper = Arc::new(move |duration| {
        notes.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    });
    let observer = Arc::new(move |date| seen.lock().unwrap().push(date));
    let azure = Azure::with_sleeper(cloud(&sim), secret(&sim), observer, sleeper).unwrap();
    let tenant = TenantId::new(sim.tenant());
    Stage {
        sim,
        azure,
        tenant,
        slept,
        dates,
    }
}

pub(crate) fn cloud(sim: &Sim) -> Cloud {
    Cloud::parse(&sim.cloud().to_string(), "cloud.json").unwrap()
}

pub(crate) fn secret(sim: &Sim) -> SignIn {
    SignIn::ClientSecret {
        tenant: TenantId::new(sim.tenant()),
        client_id: sim.client_id(),
        secret: Secret::new(sim.client_secret()),
    }
}

impl Stage {
    pub(crate) fn vm(&self, name: &str) -> VmId {
        VmId::new(self.sim.vm(name).unwrap().id).unwrap()
    }

    /// A request for an hour, from `172.16.200.5`, of a VM's default policy.
    pub(crate) fn draft(&self, name: &str, location: &str) -> Draft {
        draft_of(&self.sim, name, location)
    }

    pub(crate) fn asked(&self, route: &str) -> usize {
        self.sim.asked_on(route).len()
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

/// A request for an hour, from [`US`], of a VM's default policy.
pub(crate) fn draft_of(sim: &Sim, name: &str, location: &str) -> Draft {
    let vm = VmId::new(sim.vm(name).unwrap().id).unwrap();
    let policy = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/default",
        vm.subscription(),
        vm.resource_group().unwrap(),
    );
    Draft {
        vm,
        policy: PolicyId::new(policy).unwrap(),
        port: 22,
        source: Source::address(US),
        tunnel_address: US,
        duration: SignedDuration::from_hours(1),
        reason: Some("ticket 4711".to_owned()),
        consent: None,
    }
}

/// A subnet with a route table. The simulator has none of its own.
pub(crate) fn routed_subnet() -> Fault {
    let table = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/routeTables/rt";
    let body =
        json!({"id": "/subscriptions/s/subnet", "properties": {"routeTable": {"id": table}}});
    Fault::on("subnet.get", Wrong::Json { status: 200, body })
}

/// The route table of [`routed_subnet`]: it sends clients' packets to an appliance.
pub(crate) fn route_table() -> Fault {
    let route = json!({"properties": {"addressPrefix": "172.16.0.0/12", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.9.4"}});
    let body = json!({"properties": {"routes": [route]}});
    Fault::on("unknown", Wrong::Json { status: 200, body }).path_contains("routeTables")
}

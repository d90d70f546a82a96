//! The client behind the proxy: tokens, a read, a refresh, and every way in which it fails.

use std::sync::Arc;

use azure_sim::{Options, Sim, VmGround};
use gangway_azure::{Authorities, Azure, Cloud, Error, Network, Proxy, Secret, SignIn};
use gangway_engine::id::{TenantId, VmId};

use crate::inspector::{Inspector, cloud};

async fn sim() -> Sim {
    let options = Options {
        vms: VmGround::Nothing,
        ..Options::new(azure_sim::estate::demo())
    };
    Sim::start(options).await.unwrap()
}

fn client(sim: &Sim, network: Network) -> Azure {
    let cloud = Cloud::parse(&cloud().to_string(), "cloud.json").unwrap();
    let sign_in = SignIn::ClientSecret {
        tenant: TenantId::new(sim.tenant()),
        client_id: sim.client_id(),
        secret: Secret::new(sim.client_secret()),
    };
    Azure::through(cloud, sign_in, network, Arc::new(|_| {})).unwrap()
}

async fn read(sim: &Sim, azure: &Azure) -> Result<String, Error> {
    let vm = VmId::new(sim.vm("vm-web-01").unwrap().id).unwrap();
    let read = azure.vm(&TenantId::new(sim.tenant()), &vm, &[]).await?;
    Ok(read.name)
}

fn known(inspector: &Inspector) -> Authorities {
    Authorities::read(&inspector.root()).unwrap()
}

fn proxy(inspector: &Inspector) -> Proxy {
    Proxy::new(&inspector.name()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_its_root_known_all_goes_through() {
    let sim = sim().await;
    let Some(inspector) = Inspector::before(&sim, None) else {
        return;
    };
    let network = Network {
        proxy: Some(proxy(&inspector)),
        extra_ca: known(&inspector),
    };
    let azure = client(&sim, network);
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
    assert_eq!(sim.asked_on("token").len(), 1);
    // The token ends; the next read fetches another and is made again.
    sim.advance(jiff::SignedDuration::from_hours(3)).await;
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
    assert_eq!(sim.asked_on("token").len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_root_the_issuer_is_named_and_nothing_sent() {
    let sim = sim().await;
    let Some(inspector) = Inspector::before(&sim, None) else {
        return;
    };
    let network = Network {
        proxy: Some(proxy(&inspector)),
        ..Network::default()
    };
    let error = read(&sim, &client(&sim, network)).await.unwrap_err();
    assert!(
        matches!(&error, Error::UnknownIssuer { host, issuer } if host == "login.gangway.test" && issuer == "mitmproxy"),
        "{error:?}"
    );
    assert_eq!(error.problem().code(), "issuer-unknown");
    assert!(sim.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_wants_a_sign_in_and_gets_it() {
    let sim = sim().await;
    let Some(inspector) = Inspector::before(&sim, Some("worker:p%41ss word")) else {
        return;
    };
    let with = |proxy: Proxy| Network {
        proxy: Some(proxy),
        extra_ca: known(&inspector),
    };
    let right = proxy(&inspector).signed_in("worker", Secret::new("p%41ss word"));
    let azure = client(&sim, with(right));
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
    sim.forget_asked();
    let wrong = proxy(&inspector).signed_in("worker", Secret::new("hunter2"));
    for refused in [proxy(&inspector), wrong] {
        let azure = client(&sim, with(refused));
        let error = read(&sim, &azure).await.unwrap_err();
        let name = inspector.name();
        assert!(
            matches!(&error, Error::ProxySignIn { proxy } if *proxy == name),
            "{error:?}"
        );
        let shown = format!("{error} {error:?} {:?} {azure:?}", error.problem());
        assert_eq!(error.problem().code(), "proxy-sign-in");
        assert!(
            !shown.contains("worker") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
    assert!(sim.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_not_there_is_named() {
    let sim = sim().await;
    let Some(inspector) = Inspector::before(&sim, None) else {
        return;
    };
    let name = inspector.name();
    let network = Network {
        proxy: Some(proxy(&inspector)),
        extra_ca: known(&inspector),
    };
    drop(inspector);
    let error = read(&sim, &client(&sim, network)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { why, .. } if why.contains(&name)),
        "{error:?}"
    );
}

/// The simulator's own address needs no proxy, whatever the settings say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stands_before_this_machine_itself() {
    let sim = sim().await;
    let network = Network {
        proxy: Some(Proxy::new("127.0.0.1:1").unwrap()),
        ..Network::default()
    };
    let cloud = Cloud::parse(&sim.cloud().to_string(), "cloud.json").unwrap();
    let sign_in = SignIn::ClientSecret {
        tenant: TenantId::new(sim.tenant()),
        client_id: sim.client_id(),
        secret: Secret::new(sim.client_secret()),
    };
    let azure = Azure::through(cloud, sign_in, network, Arc::new(|_| {})).unwrap();
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
}

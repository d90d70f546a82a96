//! The client behind the proxy: tokens, a read, a refresh, and every way in which it fails.

use std::sync::{Arc, OnceLock};

use azure_sim::{Options, Sim, Visitor, VmGround};
use gangway_azure::{
    Accounts, App, Ask, Authorities, Azure, Chooser, Chosen, Cloud, Error, MemoryVault, Network,
    Proxy, Secret, SignIn, Sleeper, Vault,
};
use gangway_engine::account::AccountId;
use gangway_engine::id::{TenantId, VmId};
use serde_json::Value;

use crate::inspector::{HOST, Inspector, cloud, sim};

fn client(sim: &Sim, network: Network) -> Azure {
    reached(&cloud(sim), secret(sim), network)
}

fn reached(cloud: &Value, sign_in: SignIn, network: Network) -> Azure {
    let cloud = Cloud::parse(&cloud.to_string(), "cloud.json").unwrap();
    let sleeper: Sleeper = Arc::new(|_| Box::pin(std::future::ready(())));
    Azure::over(cloud, sign_in, network, Arc::new(|_| {}), sleeper).unwrap()
}

fn secret(sim: &Sim) -> SignIn {
    SignIn::ClientSecret {
        tenant: TenantId::new(sim.tenant()),
        client_id: sim.client_id(),
        secret: Secret::new(sim.client_secret()),
    }
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
        matches!(&error, Error::UnknownIssuer { host, issuer } if host == HOST && issuer == "mitmproxy"),
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
    let options = Options {
        vms: VmGround::Nothing,
        ..Options::new(azure_sim::estate::demo())
    };
    let sim = Sim::start(options).await.unwrap();
    let network = Network {
        proxy: Some(Proxy::new("127.0.0.1:1").unwrap()),
        ..Network::default()
    };
    let azure = reached(&sim.cloud(), secret(&sim), network);
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
}

/// Who is used: the one that signed in, once somebody has.
#[derive(Debug, Default)]
struct Only(OnceLock<AccountId>);

impl Chooser for Only {
    fn of_tenant(&self, _: &TenantId) -> Result<Chosen, Error> {
        Ok(Chosen::Account(self.0.get().expect("somebody").clone()))
    }

    fn first(&self) -> Result<Chosen, Error> {
        self.of_tenant(&TenantId::new("any"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_signs_in_behind_it_and_stays_so() {
    let sim = sim().await;
    let Some(inspector) = Inspector::before(&sim, Some("worker:p%41ss word")) else {
        return;
    };
    let (vault, only) = (MemoryVault::default(), Arc::new(Only::default()));
    let accounts = SignIn::Accounts(Accounts {
        vault: Arc::new(vault.clone()),
        chooser: only.clone(),
    });
    let network = Network {
        proxy: Some(proxy(&inspector).signed_in("worker", Secret::new("p%41ss word"))),
        extra_ca: known(&inspector),
    };
    let azure = reached(&cloud(&sim), accounts, network);
    let account = sign_in(&sim, &azure).await;
    only.0.set(account.clone()).unwrap();
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
    let before = refresh_token(&vault, &account).await;
    // The access token ends, whatever it was good for.
    sim.advance(jiff::SignedDuration::from_hours(30)).await;
    sim.forget_asked();
    assert_eq!(read(&sim, &azure).await.unwrap(), "vm-web-01");
    let asked = sim.asked_on("token");
    assert_eq!(asked.len(), 1);
    assert!(asked[0].body.contains("grant_type=refresh_token"));
    assert!(
        refresh_token(&vault, &account).await != before,
        "rotated and kept"
    );
    // Lists come in pages, whose links bear the name that only the proxy knows.
    sim.set(|switches| switches.page_size = Some(1));
    assert!(
        azure
            .tenants(&TenantId::new(sim.tenant()))
            .await
            .unwrap()
            .len()
            > 1
    );
}

/// The browser opens its page on this machine; the code is redeemed through the proxy.
async fn sign_in(sim: &Sim, azure: &Azure) -> AccountId {
    let app = App {
        client_id: sim.public_client_id(),
    };
    let ask = Ask {
        tenant: Some(sim.tenant()),
        ..Ask::default()
    };
    let sign_in = azure.begin_browser(&app, &ask).await.unwrap();
    let page = sign_in.page().to_owned();
    let mut browser = Visitor::trusting(sim.ca_pem())
        .unwrap()
        .signing_in_as("admin@contoso.example");
    let (signed_in, visit) = tokio::join!(sign_in.wait(), browser.visit(&page));
    visit.unwrap();
    signed_in.unwrap().account
}

async fn refresh_token(vault: &MemoryVault, account: &AccountId) -> Secret {
    let mut open = vault.open().await.unwrap();
    open.read(account).unwrap().unwrap().refresh_token
}

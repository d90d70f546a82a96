//! The stage of sign-ins: a simulator with people, a client that signs them in, and a sleeper that turns the simulator's clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_sim::{Options, Sim, Visitor, VmGround};
use gangway_azure::{
    Accounts, App, Ask, Azure, BrowserSignIn, Chooser, Chosen, Error, MemoryVault, OpenVault,
    SignIn, SignedIn, Sleeper, Stored, Vault,
};
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use jiff::SignedDuration;

use crate::stage::cloud;

pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const WORKER: &str = "worker@contoso.example";

/// Who is used: the same one in every tenant.
#[derive(Debug, Default)]
pub(crate) struct Choice(Mutex<Option<AccountId>>);

pub(crate) struct People {
    pub(crate) sim: Arc<Sim>,
    pub(crate) azure: Azure,
    pub(crate) vault: MemoryVault,
    pub(crate) choice: Arc<Choice>,
    pub(crate) app: App,
    /// Where everybody is at home.
    pub(crate) home: TenantId,
    /// Where the admin is a guest.
    pub(crate) guest: TenantId,
    pub(crate) slept: Arc<Mutex<Vec<Duration>>>,
}

impl Choice {
    pub(crate) fn set(&self, account: &AccountId) {
        *self.0.lock().unwrap() = Some(account.clone());
    }

    fn chosen(&self) -> Result<Chosen, Error> {
        match &*self.0.lock().unwrap() {
            Some(account) => Ok(Chosen::Account(account.clone())),
            None => Err(Error::NotSignedIn {
                observed: "nobody".to_owned(),
            }),
        }
    }
}

impl Chooser for Choice {
    fn of_tenant(&self, _: &TenantId) -> Result<Chosen, Error> {
        self.chosen()
    }

    fn first(&self) -> Result<Chosen, Error> {
        self.chosen()
    }
}

pub(crate) async fn people() -> People {
    let options = Options {
        vms: VmGround::Nothing,
        ..Options::new(azure_sim::estate::demo())
    };
    let sim = Arc::new(Sim::start(options).await.unwrap());
    let vault = MemoryVault::default();
    let choice = Arc::new(Choice::default());
    let slept: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let azure = process(&sim, &vault, &choice, &slept);
    let admin = sim.person(ADMIN).unwrap();
    People {
        azure,
        vault,
        choice,
        slept,
        app: App {
            client_id: sim.public_client_id(),
        },
        home: TenantId::new(&admin.home),
        guest: TenantId::new(&admin.guest_of[0]),
        sim,
    }
}

/// One more process of the same machine: the vault is theirs together, the memory is not.
pub(crate) fn process(
    sim: &Arc<Sim>,
    vault: &MemoryVault,
    choice: &Arc<Choice>,
    slept: &Arc<Mutex<Vec<Duration>>>,
) -> Azure {
    let (clock, slept) = (sim.clone(), slept.clone());
    let sleeper: Sleeper = Arc::new(move |duration| {
        let (clock, slept) = (clock.clone(), slept.clone());
        Box::pin(async move {
            slept.lock().unwrap().push(duration);
            clock
                .advance(SignedDuration::try_from(duration).unwrap())
                .await;
        })
    });
    let accounts = SignIn::Accounts(Accounts {
        vault: Arc::new(vault.clone()),
        chooser: choice.clone(),
    });
    Azure::with_sleeper(cloud(sim), accounts, Arc::new(|_| {}), sleeper).unwrap()
}

impl People {
    pub(crate) fn another_process(&self) -> Azure {
        process(&self.sim, &self.vault, &self.choice, &self.slept)
    }

    pub(crate) fn browser(&self, who: &str) -> Visitor {
        Visitor::trusting(self.sim.ca_pem())
            .unwrap()
            .signing_in_as(who)
    }

    /// A sign-in in the browser that has begun, of whoever comes.
    pub(crate) async fn page_open(&self) -> BrowserSignIn {
        let whoever = Ask::default();
        let begun = self.azure.begin_browser(&self.app, &whoever);
        begun.await.unwrap()
    }

    pub(crate) fn at(&self, tenant: &TenantId) -> Ask {
        Ask {
            tenant: Some(tenant.to_string()),
            ..Ask::default()
        }
    }

    /// Signs somebody in with a browser, from the page to the end.
    pub(crate) async fn sign_in(&self, ask: &Ask, mut browser: Visitor) -> Result<SignedIn, Error> {
        let sign_in = self.azure.begin_browser(&self.app, ask).await?;
        let page = sign_in.page().to_owned();
        let (signed_in, visit) = tokio::join!(sign_in.wait(), browser.visit(&page));
        visit.unwrap();
        if let Ok(signed_in) = &signed_in {
            self.choice.set(&signed_in.account);
        }
        signed_in
    }

    /// The admin, signed in at home.
    pub(crate) async fn admin(&self) -> SignedIn {
        self.sign_in(&Ask::default(), self.browser(ADMIN))
            .await
            .unwrap()
    }

    pub(crate) async fn kept(&self, account: &AccountId) -> Option<Stored> {
        let mut open: Box<dyn OpenVault> = self.vault.open().await.unwrap();
        open.read(account).unwrap()
    }

    pub(crate) fn asked(&self, route: &str) -> usize {
        self.sim.asked_on(route).len()
    }
}

//! What these tests stand on: a home with an app registration, and people who visit pages.

use std::sync::Arc;

use azure_sim::{Sim, Visitor};
use gangway_engine::account::{Account, AccountsView, Way};
use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Page, Query, VmPage};
use gangway_engine::sign_in::{SignInStage, SignInView, SignInWish};
use gangway_engine::snapshot::Snapshot;
use gangway_runtime::{KeyHolder, MemoryKeyring, Options, Runtime};

use crate::stage::{Stage, until};

pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const WORKER: &str = "worker@contoso.example";
pub(crate) const PARTNER: &str = "partner@fabrikam.example";

/// A stage on which people sign in.
pub(crate) struct People {
    pub(crate) stage: Stage,
    pub(crate) keys: Arc<dyn KeyHolder>,
}

impl People {
    pub(crate) async fn demo() -> Self {
        Self::with(azure_sim::estate::demo()).await
    }

    pub(crate) async fn with(estate: azure_sim::estate::Estate) -> Self {
        let stage = Stage::with(estate).await;
        let keys = Arc::new(MemoryKeyring::default());
        let people = Self { stage, keys };
        people.set("");
        people
    }

    pub(crate) fn sim(&self) -> &Sim {
        &self.stage.sim
    }

    /// Writes the settings: the app registration, a browser that opens nothing, and these.
    pub(crate) fn set(&self, more: &str) {
        let me = std::env::current_exe().unwrap().display().to_string();
        self.write(&[&me, "--list"], more);
    }

    /// Writes the settings with this browser.
    pub(crate) fn set_browser(&self, browser: &[&str]) {
        self.write(browser, "");
    }

    fn write(&self, browser: &[&str], more: &str) {
        let app = self.sim().public_client_id();
        let ways = if more.contains("sign_in_ways") {
            ""
        } else {
            "sign_in_ways = [\"browser\", \"device-code\"]\n"
        };
        // A JSON list of plain texts is a TOML list of the same.
        let browser = serde_json::to_string(browser).unwrap();
        let text = format!("client_id = \"{app}\"\nbrowser = {browser}\n{ways}{more}\n");
        std::fs::write(self.stage.home.path().join("settings.toml"), text).unwrap();
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            sign_in: None,
            keys: Some(Arc::clone(&self.keys)),
            ..self.stage.options()
        }
    }

    /// A runtime as another process would open it.
    pub(crate) fn open(&self) -> Runtime {
        let (runtime, problems) = Runtime::open(self.options()).unwrap();
        assert_eq!(problems, []);
        runtime
    }

    /// Signs somebody in by the browser.
    pub(crate) async fn sign_in(&self, runtime: &Runtime, upn: &str) -> Account {
        self.sign_in_at(runtime, upn, None).await
    }

    pub(crate) async fn sign_in_at(
        &self,
        runtime: &Runtime,
        upn: &str,
        tenant: Option<&str>,
    ) -> Account {
        let wish = SignInWish {
            way: Some(Way::Browser),
            tenant: tenant.map(str::to_owned),
            account: None,
        };
        runtime.dispatch(Intent::SignIn(wish)).await;
        let page = page(runtime).await;
        let mut visitor = Visitor::new().unwrap().signing_in_as(upn).approving();
        let visit = visitor.visit(&page).await.unwrap();
        assert!(visit.arrived(), "{}", visit.said);
        done(runtime, upn).await
    }
}

/// The page of the sign-in that waits for somebody.
pub(crate) async fn page(runtime: &Runtime) -> String {
    let snapshot = until(runtime, "a page", |snapshot| {
        waiting_page(snapshot).is_some() || last(snapshot).is_some_and(|one| one.problem.is_some())
    })
    .await;
    waiting_page(&snapshot).unwrap_or_else(|| panic!("{:#?}", snapshot.accounts))
}

pub(crate) fn waiting_page(snapshot: &Snapshot) -> Option<String> {
    let stages = snapshot.accounts.sign_ins.iter().map(|one| &one.stage);
    stages
        .filter_map(|stage| match stage {
            SignInStage::Browser { page, .. } => Some(page.clone()),
            _ => None,
        })
        .next()
}

pub(crate) fn last(snapshot: &Snapshot) -> Option<&SignInView> {
    snapshot.accounts.sign_ins.last()
}

/// Waits until the last sign-in is done and its account is shown.
pub(crate) async fn done(runtime: &Runtime, upn: &str) -> Account {
    let snapshot = until(runtime, "signed in", |snapshot| {
        last(snapshot).is_some_and(|one| one.stage.is_over())
    })
    .await;
    let one = last(&snapshot).unwrap();
    let SignInStage::Done { account } = &one.stage else {
        panic!("{one:#?}");
    };
    let found = of(&snapshot.accounts, upn);
    assert_eq!(found.id, *account);
    found
}

pub(crate) fn of(view: &AccountsView, upn: &str) -> Account {
    let found = view.accounts.iter().find(|one| one.username == upn);
    found.cloned().unwrap_or_else(|| panic!("{view:#?}"))
}

/// Waits until somebody is signed in.
pub(crate) async fn accounts(runtime: &Runtime, count: usize) -> AccountsView {
    let has = |snapshot: &Arc<Snapshot>| {
        let view = &snapshot.accounts;
        !view.ways.is_empty() && view.accounts.len() == count
    };
    let what = format!("{count} accounts");
    until(runtime, &what, has).await.accounts.clone()
}

pub(crate) async fn vms(runtime: &Runtime, freshness: Freshness) -> VmPage {
    let query = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 100,
        freshness,
        filter: gangway_engine::query::VmFilter::default(),
    };
    match runtime.query(query).await.unwrap() {
        Page::Vms(page) => page,
        other => panic!("{other:?}"),
    }
}

//! What a view is given holds no token: every snapshot, page and problem of a day with accounts.

use azure_sim::Visitor;
use gangway_engine::account::Way;
use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Page, Query};
use gangway_engine::sign_in::{SignInStage, SignInWish};
use gangway_engine::snapshot::StateName;
use gangway_engine::wish::StoreWish;
use gangway_runtime::{Options, Runtime};
use serde::Serialize;

use crate::people::{ADMIN, People, WORKER, done, last, page};
use crate::stage::{begin, until, until_state};

/// Letters that stand in every token and code, whatever else does.
const MARK: &str = "CanaryThatSingsInEverySecret";

/// Everything that a view was given, as it was given.
#[derive(Default)]
struct Given(Vec<String>);

impl Given {
    fn take(&mut self, what: &impl Serialize) {
        self.0.push(serde_json::to_string(what).unwrap());
    }

    async fn pages(&mut self, runtime: &Runtime, people: &People) {
        let vms = |freshness| Query::Vms {
            text: String::new(),
            offset: 0,
            limit: 100,
            freshness,
            filter: gangway_engine::query::VmFilter::default(),
        };
        let vm = people.stage.vm("vm-web-01");
        let freshness = Freshness::Fresh;
        for query in [
            vms(Freshness::Fresh),
            vms(Freshness::Cached),
            Query::Find {
                name: "nothing-such".to_owned(),
            },
            Query::History {
                text: String::new(),
                limit: 100,
            },
            Query::Vm {
                vm: vm.clone(),
                freshness,
            },
            Query::Rights {
                subscription: vm.subscription(),
            },
            Query::Tunnel { vm: Some(vm) },
            Query::Subscriptions,
            Query::Settings,
            Query::Profiles,
            Query::About,
        ] {
            let answer: Result<Page, _> = runtime.query(query).await;
            self.take(&answer);
        }
    }
}

#[tokio::test]
async fn nothing_that_a_view_is_given_holds_a_token() {
    let people = People::demo().await;
    people
        .sim()
        .set(|switches| switches.canary = Some(MARK.to_owned()));
    let downloads = people.stage.home.path().join("downloads");
    let (runtime, _) = Runtime::open(Options {
        stays: true,
        downloads: Some(downloads),
        ..people.options()
    })
    .unwrap();
    let mut given = Given::default();
    let mut changes = runtime.changes();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let shown = tokio::spawn(async move {
        let mut shown = Vec::new();
        loop {
            tokio::select! {
                Ok(()) = changes.changed() => {
                    let snapshot = changes.borrow_and_update().clone();
                    shown.push(serde_json::to_string(&*snapshot).unwrap());
                }
                _ = &mut stopped => break shown,
            }
        }
    });

    given.pages(&runtime, &people).await;
    let wish = |way| SignInWish {
        way: Some(way),
        tenant: None,
        account: None,
    };
    runtime.dispatch(Intent::SignIn(wish(Way::Browser))).await;
    let page = page(&runtime).await;
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    let visit = visitor.visit(&page).await.unwrap();
    // The mark does stand in what Entra gives out, so looking for it means something.
    assert!(visit.redirect.unwrap().contains(MARK));
    let account = done(&runtime, ADMIN).await;
    runtime
        .dispatch(Intent::SignIn(wish(Way::DeviceCode)))
        .await;
    let code = until(&runtime, "a code", |snapshot| {
        last(snapshot).is_some_and(|one| matches!(one.stage, SignInStage::Code { .. }))
    })
    .await;
    given.take(&*code);
    let sign_in = last(&code).unwrap().id;
    runtime.dispatch(Intent::CancelSignIn { sign_in }).await;
    people.sign_in(&runtime, WORKER).await;
    given.pages(&runtime, &people).await;
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    given.pages(&runtime, &people).await;
    given.take(&runtime.shown());
    let report = runtime.fulfil(StoreWish::ExportReport).await.unwrap();
    given.take(&report);
    let text = std::fs::read_to_string(report.saved.unwrap()).unwrap();
    for person in [ADMIN, WORKER, "contoso.example"] {
        assert!(!text.contains(person), "{person} is in\n{text}");
    }
    given.0.push(text);
    let out = Intent::SignOut {
        account: account.id,
        end_session: true,
    };
    runtime.dispatch(out).await;
    given.pages(&runtime, &people).await;
    given.take(&runtime.shown());
    let _gone = stop.send(());
    given.0.extend(shown.await.unwrap());
    runtime.close().await;

    assert!(given.0.len() > 50, "{}", given.0.len());
    let accounts = given.0.iter().filter(|text| text.contains(ADMIN)).count();
    assert!(accounts > 5, "the account was shown: {accounts}");
    for text in &given.0 {
        assert!(!text.contains(MARK), "{text}");
    }
}

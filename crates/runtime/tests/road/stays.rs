//! A shell that stays: what it shows without being asked, and what other processes do.

use std::time::{Duration, Instant};

use gangway_engine::id::LinkId;
use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Offer, Page, Query};
use gangway_engine::settings::Theme;
use gangway_engine::snapshot::{StateName, TunnelStanding};
use gangway_engine::wish::StoreWish;
use gangway_runtime::{Options, Runtime};

use crate::stage::{Stage, begin, until, until_state};

/// Product: each process sees the others' changes within this time.
const SEEN: Duration = Duration::from_secs(1);

/// As the tray opens it.
fn tray(stage: &Stage) -> Runtime {
    let (runtime, problems) = Runtime::open(Options {
        program: "gangway-tray",
        stays: true,
        ..stage.options()
    })
    .unwrap();
    assert_eq!(problems, []);
    runtime
}

fn fresh() -> Query {
    Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 1,
        freshness: Freshness::Fresh,
        filter: gangway_engine::query::VmFilter::default(),
    }
}

#[tokio::test]
async fn what_a_command_line_does_is_seen_within_a_second() {
    let stage = Stage::demo().await;
    let tray = tray(&stage);
    assert_eq!(tray.snapshot().tunnel, TunnelStanding::Unknown);
    let cli = stage.open();
    cli.query(fresh()).await.unwrap();
    let began = Instant::now();
    let up = until(&tray, "a tunnel", |snapshot| {
        matches!(snapshot.tunnel, TunnelStanding::Up { .. })
    })
    .await;
    assert!(up.pinned.is_empty());

    let vm = stage.vm("vm-web-01");
    let wish = StoreWish::MarkFavourite { vm, marked: true };
    cli.fulfil(wish).await.unwrap();
    let seen = until(&tray, "a favourite", |snapshot| !snapshot.pinned.is_empty()).await;
    assert_eq!(seen.pinned[0].vm.name, "vm-web-01");
    assert_eq!(seen.pinned[0].offer, Offer::Connect);

    let home = gangway_runtime::Home::at(stage.home.path());
    gangway_runtime::settings::set(&home, &cli.settings(), "theme", "dark").unwrap();
    until(&tray, "dark", |snapshot| {
        snapshot.settings.theme == Theme::Dark
    })
    .await;

    let id = begin(&cli, stage.wish("vm-web-02")).await;
    until(&cli, "running", |snapshot| !snapshot.accesses.is_empty()).await;
    let asked = Instant::now();
    until(&tray, "an access", |snapshot| !snapshot.accesses.is_empty()).await;
    assert!(asked.elapsed() < SEEN, "{:?}", asked.elapsed());
    until_state(&cli, id, StateName::Open).await;
    assert!(began.elapsed() < 10 * SEEN, "{:?}", began.elapsed());
    cli.close().await;
    tray.close().await;
}

#[tokio::test]
async fn its_own_wishes_are_shown_once_they_are_done() {
    let stage = Stage::demo().await;
    let tray = tray(&stage);
    tray.query(fresh()).await.unwrap();
    for name in ["vm-web-02", "vm-web-01"] {
        let vm = stage.vm(name);
        let wish = StoreWish::MarkFavourite { vm, marked: true };
        tray.fulfil(wish).await.unwrap();
    }
    let shown = tray.shown();
    let names: Vec<_> = shown
        .snapshot
        .pinned
        .iter()
        .map(|it| it.vm.name.as_str())
        .collect();
    assert_eq!(names, ["vm-web-01", "vm-web-02"]);
    assert!(
        shown.snapshot.settings.cloud.is_some(),
        "a cloud of its own is marked"
    );
    assert!(shown.now <= tray.clock().now());
    tray.close().await;
}

#[tokio::test]
async fn a_mistake_in_the_settings_is_shown_and_goes_with_it() {
    let stage = Stage::demo().await;
    let tray = tray(&stage);
    let file = stage.home.path().join("settings.toml");
    std::fs::write(&file, "duraton = 1").unwrap();
    let refused = stage.options();
    let cli = Runtime::open(refused).unwrap().0;
    // Any change of anybody's makes the others look.
    cli.fulfil(StoreWish::ForgetProfile {
        name: String::new(),
    })
    .await
    .unwrap();
    let seen = until(&tray, "a mistake", |snapshot| !snapshot.problems.is_empty()).await;
    assert_eq!(seen.problems[0].code(), "settings-invalid");
    std::fs::write(&file, "").unwrap();
    cli.fulfil(StoreWish::ForgetProfile {
        name: String::new(),
    })
    .await
    .unwrap();
    until(&tray, "none", |snapshot| snapshot.problems.is_empty()).await;
    cli.close().await;
    tray.close().await;
}

#[tokio::test]
async fn a_link_is_a_question_and_nothing_else() {
    let stage = Stage::demo().await;
    let tray = tray(&stage);
    tray.query(fresh()).await.unwrap();
    tray.open_link("gangway://connect?vm=VM-WEB-01&protocol=ssh");
    let asked = until(&tray, "a question", |snapshot| {
        snapshot
            .link
            .as_ref()
            .is_some_and(|link| link.found.is_some())
    })
    .await;
    assert_eq!(asked.connections, []);
    let link = asked.link.as_ref().unwrap();
    assert_eq!(link.found.as_ref().unwrap().vm.id, stage.vm("vm-web-01"));
    tray.dispatch(follow(link.id, false)).await;
    let after = until(&tray, "no question", |snapshot| snapshot.link.is_none()).await;
    assert_eq!(after.connections, []);
    let asked_before = stage.sim.asked().len();
    tray.open_link("gangway://connect?vm=nothing-such");
    let asked = until(&tray, "a problem", |snapshot| {
        snapshot
            .link
            .as_ref()
            .is_some_and(|link| link.problem.is_some())
    })
    .await;
    assert_eq!(
        asked
            .link
            .as_ref()
            .unwrap()
            .problem
            .as_ref()
            .unwrap()
            .code(),
        "vm-not-found"
    );
    assert!(stage.sim.asked_on("jit.initiate").is_empty());
    assert_eq!(stage.sim.asked().len(), asked_before);
    tray.close().await;
}

fn follow(link: LinkId, go: bool) -> Intent {
    Intent::FollowLink {
        link,
        go,
        service: None,
        duration: None,
    }
}

#[tokio::test]
async fn a_link_that_is_followed_heeds_what_is_set_for_its_vm() {
    let stage = Stage::demo().await;
    let port = stage.wish("vm-web-01").service.unwrap().port;
    let settings = format!("[vm.\"vm-web-01\"]\nssh_port = {port}\nduration = \"25m\"\n");
    std::fs::write(stage.home.path().join("settings.toml"), settings).unwrap();
    let tray = tray(&stage);
    tray.query(fresh()).await.unwrap();
    tray.open_link("gangway://connect?vm=vm-web-01&protocol=ssh");
    let asked = until(&tray, "a question", |snapshot| {
        snapshot.link.as_ref().is_some_and(|it| it.found.is_some())
    })
    .await;
    let link = asked.link.as_ref().unwrap().id;
    let began = tray.dispatch(follow(link, true)).await;
    let id = began.expect("a link that is followed begins a connection");
    let running = until(&tray, "running", |snapshot| !snapshot.accesses.is_empty()).await;
    let draft = &running.accesses[0].access.draft;
    assert_eq!((draft.port, draft.duration.as_mins()), (port, 25));
    assert_eq!(running.connections[0].id, id);
    assert_eq!(tray.dispatch(follow(link, true)).await, None);
    tray.close().await;
}

#[tokio::test]
async fn what_usually_takes_how_long_is_learnt_from_the_third_time_on() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    runtime.query(fresh()).await.unwrap();
    for name in ["vm-web-01", "vm-web-02", "vm-web-03"] {
        let id = begin(&runtime, stage.wish(name)).await;
        let view = until_state(&runtime, id, StateName::Open).await;
        assert_eq!(view.usual, None);
        assert!(view.request.is_some());
    }
    // What was written last is read by a process that comes later.
    runtime.close().await;
    let later = stage.open();
    let mut wish = stage.wish("vm-web-01");
    wish.insist = true;
    let id = begin(&later, wish).await;
    let view = until_state(&later, id, StateName::Open).await;
    let usual = view.usual.expect("three times were seen");
    assert_eq!(usual.of, 3);
    assert!(
        usual.low <= usual.high && usual.high.as_secs() < 30,
        "{usual:?}"
    );
    later.close().await;
}

#[tokio::test]
async fn the_page_of_one_vm_tells_its_policy_its_accesses_and_its_past() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let vm = stage.vm("vm-web-01");
    let details = async |freshness| {
        let query = Query::Vm {
            vm: stage.vm("vm-web-01"),
            freshness,
        };
        match runtime.query(query).await {
            Ok(Page::Vm(details)) => *details,
            other => panic!("{other:?}"),
        }
    };
    // Known to nobody yet: Azure is asked.
    let first = details(Freshness::Cached).await;
    assert_eq!(first.problems, []);
    assert!(first.age.is_some() && !first.ports.is_empty(), "{first:#?}");
    assert_eq!((first.running.len(), first.history.len()), (0, 0));
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    let then = details(Freshness::Fresh).await;
    assert_eq!((then.running.len(), then.history.len()), (1, 1));
    assert!(then.running[0].ours);
    assert_eq!(then.running[0].source, "127.0.0.1");
    assert_eq!(then.options.len(), 27);
    let set = StoreWish::SetForVm {
        vm,
        key: "user".to_owned(),
        value: Some("deploy".to_owned()),
    };
    runtime.fulfil(set).await.unwrap();
    let options = details(Freshness::Cached).await.options;
    assert!(
        options
            .iter()
            .any(|one| one.key == "user" && one.value == "deploy")
    );
    let unknown = stage.vm("vm-web-01").to_string() + "-gone";
    let query = Query::Vm {
        vm: gangway_engine::id::VmId::new(unknown).unwrap(),
        freshness: Freshness::Cached,
    };
    assert_eq!(runtime.query(query).await.unwrap_err().code(), "vm-gone");
    let Ok(Page::About(about)) = runtime.query(Query::About).await else {
        panic!("nothing about it")
    };
    assert_eq!(about.hosts.len(), 2);
    assert!(about.hosts.iter().all(|host| host.starts_with("127.0.0.1")));
    runtime.close().await;
}

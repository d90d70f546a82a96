//! Where a sign-in is kept, who sees it, and what is left of it after a sign-out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gangway_engine::account::{Kept, Way};
use gangway_engine::intent::Intent;
use gangway_engine::query::Freshness;
use gangway_engine::snapshot::StateName;
use gangway_runtime::{Error, KeyHolder, MemoryKeyring};

use crate::people::{ADMIN, People, WORKER, accounts, of, vms};
use crate::stage::{begin, until, until_state};

#[derive(Debug)]
pub(crate) struct NoKeyring;

fn none<T>() -> Result<T, Error> {
    Err(Error::Keyring {
        why: "there is none".to_owned(),
    })
}

impl KeyHolder for NoKeyring {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        none()
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), Error> {
        none()
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        none()
    }
}

#[tokio::test]
async fn another_process_sees_it_within_a_second() {
    let people = People::demo().await;
    let (one, other) = (people.open(), people.open());
    accounts(&other, 0).await;
    people.sign_in(&one, ADMIN).await;
    let began = Instant::now();
    accounts(&other, 1).await;
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    // And works with it, and hears of its end.
    assert!(vms(&other, Freshness::Warm).await.matching >= 30);
    let account = of(&one.snapshot().accounts, ADMIN).id;
    let out = Intent::SignOut {
        account,
        end_session: false,
    };
    one.dispatch(out).await;
    accounts(&one, 0).await;
    accounts(&other, 0).await;
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_sign_out_leaves_nothing_of_the_account() {
    let people = People::demo().await;
    let runtime = people.open();
    let account = people.sign_in(&runtime, ADMIN).await.id;
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    let file = people.stage.home.path().join("tokens.bin");
    assert!(file.exists());
    let out = Intent::SignOut {
        account,
        end_session: false,
    };
    runtime.dispatch(out).await;
    accounts(&runtime, 0).await;
    assert!(!file.exists());
    let query = gangway_engine::query::Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 9,
        freshness: Freshness::Cached,
        filter: gangway_engine::query::VmFilter::default(),
    };
    let problem = runtime.query(query).await.unwrap_err();
    assert!(
        ["not-signed-in", "way-forbidden"].contains(&problem.code()),
        "{problem:?}"
    );
    runtime.close().await;
}

/// A keyring that gives nothing back.
#[derive(Debug, Default)]
struct Clinging(MemoryKeyring);

impl KeyHolder for Clinging {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.0.get(name)
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        self.0.set(name, secret)
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        none()
    }
}

#[tokio::test]
async fn a_sign_out_that_meets_something_makes_every_other_step_and_says_so() {
    let mut people = People::demo().await;
    people.keys = Arc::new(Clinging::default());
    let runtime = people.open();
    let account = people.sign_in(&runtime, ADMIN).await.id;
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    let out = Intent::SignOut {
        account: account.clone(),
        end_session: false,
    };
    runtime.dispatch(out).await;
    let snapshot = until(&runtime, "over", |snapshot| {
        snapshot.accounts.signing_out.is_empty()
    })
    .await;
    let problem = snapshot.accounts.sign_out_problem.as_ref().unwrap();
    assert_eq!(problem.code(), "keyring-missing");
    assert_eq!(snapshot.accounts.accounts, []);
    let query = gangway_engine::query::Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 9,
        freshness: Freshness::Cached,
        filter: gangway_engine::query::VmFilter::default(),
    };
    assert!(runtime.query(query).await.is_err(), "the inventory is gone");
    runtime.close().await;
}

#[tokio::test]
async fn without_a_keyring_it_lives_in_memory_and_that_is_said() {
    let mut people = People::demo().await;
    people.keys = Arc::new(NoKeyring);
    let runtime = people.open();
    let account = people.sign_in(&runtime, ADMIN).await;
    assert_eq!(account.kept, Kept::Memory);
    let snapshot = until(&runtime, "said", |snapshot| {
        let mut problems = snapshot.accounts.problems.iter();
        problems.any(|problem| problem.code() == "keyring-missing")
    })
    .await;
    assert_eq!(snapshot.accounts.kept, Kept::Memory);
    vms(&runtime, Freshness::Fresh).await;
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;
    assert!(!people.stage.home.path().join("tokens.bin").exists());
    let runtime = people.open();
    accounts(&runtime, 0).await;
    runtime.close().await;
}

#[tokio::test]
async fn a_file_of_another_machine_is_told_and_put_aside_at_the_next_sign_in() {
    let mut people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    runtime.close().await;
    people.keys = Arc::new(MemoryKeyring::default());
    let runtime = people.open();
    let view = accounts(&runtime, 0).await;
    assert_eq!(view.problems[0].code(), "tokens-unreadable");
    // The keyring may only be locked: nothing is moved before somebody signs in.
    let kept = people.stage.home.path().join("tokens.bin.unreadable-1");
    assert!(!kept.exists());
    people.sign_in(&runtime, ADMIN).await;
    assert!(kept.exists());
    let view = accounts(&runtime, 1).await;
    assert_eq!((view.problems.len(), view.kept), (0, Kept::Keyring));
    runtime.close().await;
}

#[tokio::test]
async fn no_token_lies_in_the_open() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    vms(&runtime, Freshness::Fresh).await;
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;
    let secrets = people.sim().secrets();
    assert!(secrets.len() >= 3, "{}", secrets.len());
    let mut looked = 0;
    look(people.stage.home.path(), &mut |file, bytes| {
        looked += 1;
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{} holds a secret", file.display());
        }
    });
    assert!(looked >= 4, "{looked}");
}

fn look(folder: &Path, at: &mut dyn FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            look(&path, at);
        } else if let Ok(bytes) = std::fs::read(&path) {
            at(&path, &bytes);
        }
    }
}

#[tokio::test]
async fn where_wanted_the_browser_s_own_session_is_ended_too() {
    if std::env::consts::OS == "windows" {
        gangway_skips::skip("needs a shell and a named pipe");
        return;
    }
    let people = People::demo().await;
    let runtime = people.open();
    let account = people.sign_in(&runtime, ADMIN).await.id;
    let pipe = people.stage.home.path().join("page");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    // The page is the program's last argument and nothing else.
    let script = format!("echo \"$#$0\" > {}", pipe.display());
    people.set_browser(&["/bin/sh", "-c", &script]);
    runtime.close().await;
    let runtime = people.open();
    let out = Intent::SignOut {
        account,
        end_session: true,
    };
    runtime.dispatch(out).await;
    let told = tokio::task::spawn_blocking(move || std::fs::read_to_string(pipe));
    let told = tokio::time::timeout(crate::stage::LIMIT, told).await;
    let told = told.unwrap().unwrap().unwrap();
    let page = told.trim().strip_prefix('0').unwrap();
    assert!(page.starts_with(people.sim().pages()), "{page}");
    assert!(page.contains("/oauth2/v2.0/logout?"), "{page}");
    assert!(page.contains("admin%40contoso.example"), "{page}");
    accounts(&runtime, 0).await;
    runtime.close().await;
}

/// A keyring that counts how often it is asked.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl KeyHolder for Counting {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(None)
    }

    fn set(&self, name: &str, _: &[u8]) -> Result<(), Error> {
        self.get(name).map(drop)
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        self.get(name).map(drop)
    }
}

#[tokio::test]
async fn where_no_account_is_needed_no_keyring_is_asked() {
    let mut people = People::demo().await;
    let keyring = Arc::new(Counting::default());
    people.keys = Arc::clone(&keyring) as Arc<dyn KeyHolder>;
    let options = gangway_runtime::Options {
        sign_in: people.stage.options().sign_in,
        ..people.options()
    };
    let (runtime, _) = gangway_runtime::Runtime::open(options).unwrap();
    let view = accounts(&runtime, 0).await;
    assert_eq!(view.otherwise, Some(Way::Environment));
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;
    assert_eq!(keyring.0.load(Ordering::SeqCst), 0);
    assert!(!people.stage.home.path().join("tokens.lock").exists());
}

#[tokio::test]
async fn a_store_that_is_lost_loses_no_account() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    people.sign_in(&runtime, WORKER).await;
    runtime.close().await;
    for end in ["", "-wal", "-shm"] {
        let file = people.stage.home.path().join(format!("gangway.db{end}"));
        // A store that was closed has no companions.
        let _gone = std::fs::remove_file(file);
    }
    let runtime = people.open();
    let view = accounts(&runtime, 2).await;
    let used = |upn| of(&view, upn).tenants[0].used;
    assert!(!used(ADMIN) && used(WORKER), "{view:#?}");
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    runtime.close().await;
}

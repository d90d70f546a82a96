//! Several processes with one account: each refresh token is used once.

use std::time::{Duration, Instant};

use gangway_engine::query::Freshness;

use crate::people::{ADMIN, People, accounts, vms};

#[tokio::test]
async fn processes_that_refresh_at_once_never_use_a_token_twice() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    runtime.close().await;
    // Tokens so short that each look needs a new one.
    people.sim().set(|switches| {
        switches.token_seconds = 1;
        switches.cae_seconds = 1;
    });
    let runtimes: Vec<_> = (0..6).map(|_| people.open()).collect();
    for _ in 0..3 {
        let looks = runtimes
            .iter()
            .map(|runtime| async move { vms(runtime, Freshness::Fresh).await.matching });
        let seen = futures_util::future::join_all(looks).await;
        assert!(seen.iter().all(|seen| *seen >= 30), "{seen:?}");
    }
    let counts = people.sim().sign_ins();
    assert!(counts.refreshes >= 6, "{counts:?}");
    assert_eq!(
        (counts.rotated_reused, counts.refused),
        (0, 0),
        "{counts:?}"
    );
    for runtime in runtimes {
        runtime.close().await;
    }
    let runtime = people.open();
    accounts(&runtime, 1).await;
    vms(&runtime, Freshness::Fresh).await;
    assert_eq!(people.sim().sign_ins().rotated_reused, 0);
    runtime.close().await;
}

#[tokio::test]
async fn a_silent_start_has_its_first_token_soon() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    vms(&runtime, Freshness::Fresh).await;
    runtime.close().await;
    let runtime = people.open();
    let began = Instant::now();
    let before = people.sim().asked_on("token").len();
    vms(&runtime, Freshness::Fresh).await;
    let took = began.elapsed();
    let refreshes = people.sim().asked_on("token").len() - before;
    assert!(refreshes <= 1, "{refreshes} refreshes");
    // Some hundred milliseconds; a machine under load takes a few times that.
    assert!(took < Duration::from_secs(5), "{took:?}");
    runtime.close().await;
}

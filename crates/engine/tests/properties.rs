//! What must hold whatever happens: random people, a random Azure, random faults.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a world that breaks a promise fails its test"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks at what it is about"
)]
#![allow(
    unreachable_pub,
    reason = "the files of one test binary see each other"
)]

mod fake;

use std::collections::BTreeSet;

use fake::World;
use fake::moves::{Move, any_move};
use gangway_engine::input::Input;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn play(moves: &[Move], world: &mut World) -> Result<(), TestCaseError> {
    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        for one in moves {
            world.make(one);
        }
        // Left alone, everything comes to rest: nothing is due for ever at one moment.
        for _ in 0..200 {
            world.make(&Move::Tick);
        }
    }));
    played.map_err(|cause| {
        let cause = cause
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default();
        let story: Vec<String> = world
            .log
            .iter()
            .skip(world.log.len().saturating_sub(40))
            .map(|(now, input, issued)| {
                format!(
                    "{now} {input:?}
    => {issued:?}"
                )
            })
            .collect();
        TestCaseError::fail(format!("{cause}\n{}", story.join("\n")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every promise of `fake::promises`, over any sequence of moves.
    #[test]
    fn promises_hold(moves in prop::collection::vec(any_move(), 1..150)) {
        play(&moves, &mut World::new(false))?;
    }

    /// The same with the address change answered by the setting "renew", machine policy
    /// that allows whole prefixes, and requests that are made even when the port is open.
    #[test]
    fn promises_hold_for_eager_settings(moves in prop::collection::vec(any_move(), 1..150)) {
        play(&moves, &mut World::new(true))?;
    }

    /// A clock that jumps by a day, either way, breaks none of them.
    #[test]
    fn promises_hold_whatever_the_clock_says(
        moves in prop::collection::vec(any_move(), 1..150),
        eager in any::<bool>(),
    ) {
        let mut world = World::new(eager);
        world.wild = true;
        play(&moves, &mut world)?;
    }
}

/// A promise about what is never reached would be worth nothing.
#[test]
fn random_worlds_reach_every_effect_and_every_state() {
    let mut runner = TestRunner::deterministic();
    let moves = prop::collection::vec(any_move(), 100..150);
    let mut reached = BTreeSet::new();
    for round in 0..400 {
        let mut world = World::new(round % 2 == 0);
        let moves = moves.new_tree(&mut runner).unwrap().current();
        play(&moves, &mut world).unwrap();
        for (_, input, issued) in &world.log {
            reached.extend(issued.iter().map(|one| first_word(&one.effect)));
            if let Input::Reply { reply, .. } = input {
                reached.insert(first_word(reply));
            }
        }
        reached.extend(world.states.iter().map(first_word));
    }
    let wanted = "FindVm Found SignIn SignOut SignedOut SigningIn SwitchTenant UseAccount HideSubscription ReadCache FetchVm FetchPolicies ObserveNetwork Probe Record Initiate Settle \
                  StartVm ExplainSilence Launch RememberHost Notify CallOff ClientEnded \
                  Looking Tunnel Knocking Starting Requesting Proving Launching Open Asking Ended";
    let missing: Vec<&str> = wanted
        .split_whitespace()
        .filter(|word| !reached.contains(*word))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

fn first_word<T: std::fmt::Debug>(value: &T) -> String {
    let text = format!("{value:?}");
    let end = text.find(|c: char| !c.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}

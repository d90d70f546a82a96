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

use fake::World;
use fake::moves::{Move, any_move};
use proptest::prelude::*;

fn play(moves: &[Move], mut world: World) -> Result<(), TestCaseError> {
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
        play(&moves, World::new(false))?;
    }

    /// The same with the address change answered by the setting "renew", machine policy
    /// that allows whole prefixes, and requests that are made even when the port is open.
    #[test]
    fn promises_hold_for_eager_settings(moves in prop::collection::vec(any_move(), 1..150)) {
        play(&moves, World::new(true))?;
    }
}

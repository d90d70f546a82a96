//! When to try, as data: probe schedules and the intervals of reads.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::time::{millis, mins, secs};

/// A stretch of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// How long it lasts; `None` is without end.
    pub lasts: Option<SignedDuration>,
    /// From one try to the next.
    pub every: SignedDuration,
    /// How long one try may be silent before its socket is closed. Below one second
    /// the system does not retransmit, so a new SYN is the only one under way.
    pub patience: SignedDuration,
}

/// How long the port may be silent after the click before access is requested.
pub const SILENCE_BEFORE_REQUEST: SignedDuration = millis(150);

/// An access that runs for at least this long is used as it is.
pub const WORTH_REUSING: SignedDuration = mins(10);

/// Two processes that ask for the same at the same moment do so within this time.
pub const TAKEN_AT_MOST: SignedDuration = secs(10);

/// Until the request is `Initiated`: two tries a second.
#[must_use]
pub fn before_initiated() -> Vec<Phase> {
    vec![Phase {
        lasts: None,
        every: millis(500),
        patience: millis(900),
    }]
}

/// From `Initiated` on: eight a second for half a minute, two a second up to two
/// minutes, then one every two seconds.
#[must_use]
pub fn after_initiated() -> Vec<Phase> {
    vec![
        Phase {
            lasts: Some(secs(30)),
            every: millis(125),
            patience: millis(900),
        },
        Phase {
            lasts: Some(secs(90)),
            every: millis(500),
            patience: millis(900),
        },
        Phase {
            lasts: None,
            every: secs(2),
            patience: millis(900),
        },
    ]
}

/// A refusal (RST) counts as "not yet" until this long after `Initiated`.
pub const REFUSAL_IS_NOT_YET: SignedDuration = secs(10);

/// Between two reads of the policy while a request is not `Initiated`.
pub const READ_BACK: SignedDuration = secs(2);

/// Between two reads of the policy while an access runs.
pub const WATCH_ACCESS: SignedDuration = mins(5);

/// After an access's end the policy is read once more.
pub const AFTER_THE_END: SignedDuration = secs(5);

/// So long after an access's start, or for a third of it where that is less, nobody is warned of its end.
pub const WARNS_FROM: SignedDuration = mins(1);

/// A cached inventory or policy younger than this is warm.
pub const WARM: SignedDuration = mins(15);

/// Between two looks at a VM that is being started.
pub const START_WATCH: SignedDuration = secs(5);

/// A port that completes TCP before anything was asked for gets this long to greet;
/// then access is requested, as a proxy in the path may answer for a closed port.
pub const GREETING_BEFORE_REQUEST: SignedDuration = secs(2);

/// A proved access gets this long from the first completed TCP connect to its greeting.
pub const GREETING_PATIENCE: SignedDuration = secs(10);

/// A fresh read confirms a VM's address for this long.
pub const CONFIRMATION_HOLDS: SignedDuration = mins(5);

/// After an unclear answer the policy is read for this long before a person is asked.
pub const CLARIFY_FOR: SignedDuration = secs(10);

/// A request without an answer that no policy shows after this long was never accepted.
pub const UNANSWERED_FOR: SignedDuration = mins(2);

/// Between two reads of the policy for a request without an answer.
pub const READ_UNANSWERED: SignedDuration = secs(10);

/// How far the clock of the record may be ahead of Azure's when a request is recognised.
pub const SKEW: SignedDuration = mins(2);

/// A browser or broker that has not come back after this long never will.
pub const SIGN_IN_BY_BROWSER: SignedDuration = mins(5);

/// Somebody has to copy a line to a terminal, and sign in there.
pub const SIGN_IN_BY_CLI: SignedDuration = mins(10);

/// No device code is waited for longer than this, whatever its answer says: Entra's live
/// for a quarter of an hour.
pub const LONGEST_CODE: SignedDuration = mins(60);

/// From the person's last click to the tokens, and to their being kept: one call takes a
/// minute at most, and each of two waits for the token file's lock half of one; the keyring
/// takes its seconds, too.
pub const SIGN_IN_REDEEMS: SignedDuration = mins(3);

/// A request that was refused with a challenge at the very time at which another one's
/// sign-in answered the same challenge is sent again without a sign-in of its own.
pub const ANSWERED_LATELY: SignedDuration = mins(1);

/// The wait after the `n`th failed read in a row: 2 s, doubling up to a minute.
#[must_use]
pub fn after_failures(n: u32) -> SignedDuration {
    let seconds = 1_i64 << n.clamp(1, 6);
    secs(seconds.min(60))
}

//! A notice as a value: its words, its buttons, and which earlier one it replaces.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::effect::Notice;
use crate::id::RequestId;
use crate::snapshot::Snapshot;
use crate::time::{SignedDuration, after, mins};
use crate::wish::Wish;

mod words;

/// No title is longer, in characters.
pub const LONGEST_TITLE: usize = 80;

/// No body is longer, in characters.
pub const LONGEST_BODY: usize = 300;

/// How much longer than its access a button works: clocks differ, and whoever presses at the
/// last moment has pressed.
const LEEWAY: SignedDuration = mins(2);

/// How long a way back to a VM stands in a notice whose access is over.
const WAY_BACK: SignedDuration = mins(60);

/// A notice in the words of the catalogue and in this zone's time. `shown` is the truth
/// right after the step that issued it: it says which VM it is about, and what can be done.
/// `now` is when it is read: a time on another day is said with that day.
///
/// Texts are plain: a shell whose desktop reads markup in them escapes it.
#[must_use]
pub fn draw(notice: &Notice, shown: &Snapshot, now: Timestamp, zone: &TimeZone) -> NoticeView {
    words::view(notice, shown, now, zone)
}

/// What is said where somebody pressed a button that does nothing any more.
#[must_use]
pub fn over() -> NoticeView {
    words::over()
}

/// How long the buttons of a notice work without the process that showed it. `None` where what
/// they ask for is this process's own: a connection or a sign-in, which no later process has.
#[must_use]
pub fn holds(notice: &Notice, now: Timestamp) -> Option<Holds> {
    match notice {
        Notice::EndsSoon {
            request,
            expires_at,
            ..
        } => Some(Holds {
            request: Some(*request),
            until: after(*expires_at, LEEWAY),
        }),
        Notice::Ended { .. } => Some(Holds {
            request: None,
            until: after(now, WAY_BACK),
        }),
        Notice::Ready { .. }
        | Notice::Asks { .. }
        | Notice::Trouble { .. }
        | Notice::SignIn { .. } => None,
    }
}

/// For how long, and for which access, a button works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holds {
    /// The access whose end ends it, where it is about one that runs.
    pub request: Option<RequestId>,
    /// When it works no more.
    pub until: Timestamp,
}

/// What a desktop shows of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Its place: a new notice takes the place of the one with the same. `vm:` and the id
    /// in lower case where the VM is known, so that there is one notice for each VM.
    pub slot: String,
    /// One line.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// The buttons, the most useful first.
    pub buttons: Vec<Button>,
    /// What a click on the notice itself asks for.
    pub click: Wish,
}

/// A button of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Its name on the bus and in links; stable.
    pub key: String,
    /// Its text.
    pub label: String,
    /// What it asks for.
    pub wish: Wish,
}

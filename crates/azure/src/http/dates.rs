//! Azure's clock: the `Date` of its answers, told to an observer and carried on.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

static PARSER: DateTimeParser = DateTimeParser::new();

/// The time an answer bore, and when that was here. Azure wrote it between the two instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerDate {
    /// The `Date` header, in whole seconds.
    pub date: Timestamp,
    /// When the request was sent.
    pub asked: Instant,
    /// When the answer's head had come.
    pub answered: Instant,
}

/// Is told the date of every answer.
pub type Observer = Arc<dyn Fn(ServerDate) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Dates {
    observer: Observer,
    last: Arc<Mutex<Option<ServerDate>>>,
}

impl fmt::Debug for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dates").finish_non_exhaustive()
    }
}

impl Dates {
    pub(crate) fn new(observer: Observer) -> Self {
        Self {
            observer,
            last: Arc::default(),
        }
    }

    /// Takes a `Date` header in.
    pub(crate) fn saw(&self, header: &str, asked: Instant, answered: Instant) {
        let Some(date) = read(header) else { return };
        let seen = ServerDate {
            date,
            asked,
            answered,
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        (self.observer)(seen);
    }

    /// Now by Azure's clock; `None` before its first answer.
    pub(crate) fn azure_now(&self) -> Option<Timestamp> {
        let seen = (*self.last.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = SignedDuration::try_from(seen.answered.elapsed()).ok()?;
        seen.date.checked_add(since).ok()
    }

    /// Now by Azure's clock, or by the machine's where Azure has not said.
    #[allow(
        clippy::disallowed_methods,
        reason = "only for an answer that bears no date at all, and only to tell until when to wait"
    )]
    pub(crate) fn now(&self) -> Timestamp {
        self.azure_now().unwrap_or_else(Timestamp::now)
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
/// (<https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats>).
pub(crate) fn read(header: &str) -> Option<Timestamp> {
    PARSER.parse_timestamp(header).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_and_carried_on() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = told.clone();
        let dates = Dates::new(Arc::new(move |date| sink.lock().unwrap().push(date)));
        assert_eq!(dates.azure_now(), None);
        let now = Instant::now();
        dates.saw("Sun, 06 Nov 1994 08:49:37 GMT", now, now);
        dates.saw("yesterday", now, now);
        assert_eq!(told.lock().unwrap().len(), 1);
        let azure = dates.azure_now().unwrap();
        let said: Timestamp = "1994-11-06T08:49:37Z".parse().unwrap();
        assert!(azure >= said && azure.duration_since(said).as_secs() < 60);
    }
}

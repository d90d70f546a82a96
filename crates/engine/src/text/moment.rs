//! Times and lengths of time as one would say them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The time of day, and the day before it where that is not today's.
pub(crate) fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone()).date();
    let form = if there.date() == today {
        "%H:%M"
    } else {
        "%a %H:%M"
    };
    there.strftime(form).to_string()
}

/// A parameter of a sentence: an instant is said as a time of day, anything else as it is.
pub(crate) fn local(value: &str, now: Timestamp, zone: &TimeZone) -> String {
    match value.parse::<Timestamp>() {
        Ok(at) => clock(at, now, zone),
        Err(_) => value.to_owned(),
    }
}

/// A length of time in hours and minutes.
pub(crate) fn minutes(span: SignedDuration) -> String {
    match (span.as_mins() / 60, span.as_mins() % 60) {
        (0, 0) => "less than 1 min".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::mins;

    fn vienna() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn the_day_is_said_where_it_is_another() {
        let now: Timestamp = "2026-03-02T21:50:00Z".parse().unwrap();
        let zone = vienna();
        assert_eq!(clock(now + mins(60), now, &zone), "23:50");
        assert_eq!(clock(now + mins(90), now, &zone), "Tue 00:20");
    }

    #[test]
    fn summer_time_counts() {
        let now: Timestamp = "2026-07-01T14:00:00Z".parse().unwrap();
        assert_eq!(local("2026-07-01T15:40:00Z", now, &vienna()), "17:40");
        assert_eq!(local("15:40", now, &vienna()), "15:40");
    }

    #[test]
    fn lengths_are_said_in_hours_and_minutes() {
        assert_eq!(minutes(crate::time::secs(20)), "less than 1 min");
        assert_eq!(minutes(mins(15)), "15 min");
        assert_eq!(minutes(mins(60)), "1 h");
        assert_eq!(minutes(mins(90)), "1 h 30 min");
    }
}

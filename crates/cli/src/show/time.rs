//! Times in the person's own zone, and lengths of time in words.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::say::say;

/// When: the time of day, with the date where it is another day than `now`.
pub(crate) fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    let here = now.to_zoned(zone.clone());
    if there.date() == here.date() {
        format!("{:02}:{:02}", there.hour(), there.minute())
    } else {
        format!("{} {:02}:{:02}", there.date(), there.hour(), there.minute())
    }
}

/// A length of time, in its two largest units: `1 h 05 min`, `14 min`, `40 s`.
pub(crate) fn left(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, 1..5) => format!("{minutes} min {:02} s", seconds % 60),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes:02} min"),
        (1, _, _) => format!("1 day {hours} h"),
        _ => format!("{days} days"),
    }
}

/// That this machine's clock is wrong, given by how many seconds; positive when it is slow.
pub(crate) fn wrong_clock(seconds: i64) -> String {
    let by = left(SignedDuration::from_secs(seconds).abs());
    let key = if seconds > 0 {
        "cli.clock-slow"
    } else {
        "cli.clock-fast"
    };
    say(key, &[("by", &by)])
}

/// How long a step took: tenths of a second up to a minute.
pub(super) fn took(span: SignedDuration) -> String {
    let millis = span.as_millis().max(0);
    if millis < 60_000 {
        format!("{}.{} s", millis / 1_000, millis / 100 % 10)
    } else {
        left(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_the_units_one_would_say() {
        let told = |seconds| left(SignedDuration::from_secs(seconds));
        assert_eq!(told(-5), "0 s");
        assert_eq!(told(40), "40 s");
        assert_eq!(told(125), "2 min 05 s");
        assert_eq!(told(14 * 60 + 59), "14 min");
        assert_eq!(told(3_600), "1 h");
        assert_eq!(told(3_900), "1 h 05 min");
        assert_eq!(told(90_000), "1 day 1 h");
        assert_eq!(told(3 * 86_400), "3 days");
        assert_eq!(took(SignedDuration::from_millis(1_249)), "1.2 s");
    }

    #[test]
    fn a_wrong_clock_is_called_slow_or_fast() {
        assert!(wrong_clock(300).contains("5 min slow"));
        assert!(wrong_clock(-7_200).contains("2 h fast"));
    }

    #[test]
    fn the_date_is_told_only_on_another_day() {
        let zone = TimeZone::UTC;
        let now: Timestamp = "2026-03-01T23:30:00Z".parse().unwrap();
        let soon: Timestamp = "2026-03-01T23:59:59Z".parse().unwrap();
        let later: Timestamp = "2026-03-02T00:05:00Z".parse().unwrap();
        assert_eq!(when(soon, now, &zone), "23:59");
        assert_eq!(when(later, now, &zone), "2026-03-02 00:05");
    }
}

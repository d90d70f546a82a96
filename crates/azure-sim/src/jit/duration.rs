//! ISO 8601 durations as policies and requests write them (`PT3H`, `PT30M`, `P1D`).

use jiff::{SignedDuration, Span, SpanRelativeTo};

pub(crate) fn parse(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours())
        .ok()
        .filter(SignedDuration::is_positive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_minutes_and_days() {
        assert_eq!(parse("PT3H").map(|d| d.as_secs()), Some(10_800));
        assert_eq!(parse("P1D").map(|d| d.as_secs()), Some(86_400));
        assert_eq!(parse("PT1H30M").map(|d| d.as_secs()), Some(5_400));
        assert_eq!(parse("-PT1H"), None);
        assert_eq!(parse("an hour"), None);
    }
}

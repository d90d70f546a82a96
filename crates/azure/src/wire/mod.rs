//! Azure's JSON, read leniently: unknown fields, open enums, missing parts, other case.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde_json::Value;

pub(crate) mod graph;
pub(crate) mod jit;
pub(crate) mod network;
pub(crate) mod permissions;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod vm;

/// The field `name`.
pub(crate) fn at<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name)
}

/// The text in the field `name`.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// The elements of the field `name`; none where it is no list.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The texts in the list `plural` and in the field `singular`: Azure uses either.
pub(crate) fn either<'a>(value: &'a Value, singular: &str, plural: &str) -> Vec<&'a str> {
    let many = list(value, plural).iter().filter_map(Value::as_str);
    many.chain(text(value, singular).filter(|one| !one.is_empty()))
        .collect()
}

/// Whether the field `name` is true.
pub(crate) fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// The `properties` of a resource; the resource itself where it has none.
pub(crate) fn properties(value: &Value) -> &Value {
    value
        .get("properties")
        .filter(|p| p.is_object())
        .unwrap_or(value)
}

/// The id in the field `name`: `{"name": {"id": …}}`.
pub(crate) fn id_in<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    text(value.get(name)?, "id")
}

/// A time as Azure writes it: seven fractional digits, and sometimes without a zone.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    })
}

/// A duration in ISO 8601, days of 24 hours (`PT3H`, `P1D`).
pub(crate) fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.trim().parse().ok()?;
    let found = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (!found.is_negative()).then_some(found)
}

/// A block or a plain address. Bits behind the prefix are dropped, as Azure does.
pub(crate) fn block(text: &str) -> Option<Ipv4Net> {
    let text = text.trim();
    match text.parse::<Ipv4Net>() {
        Ok(net) => Some(net.trunc()),
        Err(_) => text.parse::<Ipv4Addr>().ok().map(Ipv4Net::from),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Any JSON, with the names that the parsers look for among its keys.
    pub(crate) fn any_json(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            prop::sample::select(
                &[
                    "*",
                    "PT3H",
                    "10.0.0.4/24",
                    "2026-08-20T09:06:45.5691611Z",
                    "/subscriptions/a/b",
                    "TCP"
                ][..]
            )
            .prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 64, 6, move |inner| {
            let key = prop_oneof![3 => prop::sample::select(names).prop_map(str::to_owned), 1 => ".{0,6}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(key, inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn times_and_durations_of_every_shape_are_read() {
        assert_eq!(
            time("2026-08-20T09:06:45.5691611Z").unwrap().to_string(),
            "2026-08-20T09:06:45.5691611Z"
        );
        assert_eq!(
            time("2019-05-02T22:26:22").unwrap().to_string(),
            "2019-05-02T22:26:22Z"
        );
        assert_eq!(time("soon"), None);
        assert_eq!(duration("PT3H"), Some(SignedDuration::from_hours(3)));
        assert_eq!(duration("P1D"), Some(SignedDuration::from_hours(24)));
        assert_eq!(duration("-PT1H"), None);
        assert_eq!(duration("P1Y"), None);
    }

    #[test]
    fn singular_and_plural_are_both_read() {
        let value = json!({"prefix": "a", "prefixes": ["b", 3]});
        assert_eq!(either(&value, "prefix", "prefixes"), ["b", "a"]);
        assert_eq!(block("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(block("10.1.2.3").unwrap().to_string(), "10.1.2.3/32");
    }
}

//! Headers that every answer of ARM carries: date, ids, remaining quota (contract 1.2, 1.6).

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::answer::Answer;

/// `Date` as HTTP writes it, in the simulator's time.
pub(crate) fn date(now: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&now)
        .unwrap_or_else(|_| now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

pub(crate) fn complete(
    mut answer: Answer,
    route: &str,
    correlation: &str,
    now: Timestamp,
) -> Answer {
    let mut add = |name: &str, value: String| {
        if !answer
            .headers
            .iter()
            .any(|(n, _)| n.eq_ignore_ascii_case(name))
        {
            answer.headers.push((name.into(), value));
        }
    };
    add("date", date(now));
    add("cache-control", "no-cache".into());
    if crate::entra::is_entra(route) {
        return answer;
    }
    add("x-ms-request-id", uuid::Uuid::new_v4().to_string());
    add("x-ms-correlation-request-id", correlation.into());
    add(
        "x-ms-routing-request-id",
        format!("SIMULATED:{}:{correlation}", now.strftime("%Y%m%dT%H%M%SZ")),
    );
    match route {
        "tenants" | "subscriptions" => add("x-ms-ratelimit-remaining-tenant-reads", "11999".into()),
        "graph" => {
            add("x-ms-user-quota-remaining", "14".into());
            add("x-ms-user-quota-resets-after", "00:00:05".into());
        }
        "jit.initiate" | "vm.start" | "nic.effective-rules" => {
            add(
                "x-ms-ratelimit-remaining-subscription-writes",
                "1199".into(),
            );
        }
        _ if route.starts_with("jit.") => {
            add(
                "x-ms-ratelimit-remaining-subscription-resource-requests",
                "749".into(),
            );
        }
        _ => add(
            "x-ms-ratelimit-remaining-subscription-reads",
            "11999".into(),
        ),
    }
    answer
}

//! Does a request lie within its policy (contract 5.5, "not a subset of policy")?

use jiff::SignedDuration;

use super::duration;
use crate::net::prefix;
use crate::switches::SubsetRule;
use crate::world::PolicyPort;

pub(crate) fn within(
    port: &PolicyPort,
    sources: &[String],
    lasts: SignedDuration,
    rule: SubsetRule,
) -> bool {
    let short_enough = duration::parse(&port.max).is_some_and(|max| lasts <= max);
    short_enough
        && sources
            .iter()
            .all(|source| allowed(&port.sources, source, rule))
}

fn allowed(policy: &[String], source: &str, rule: SubsetRule) -> bool {
    if policy.is_empty() || policy.iter().any(|p| p == "*" || p == "0.0.0.0/0") {
        return source == "*" || prefix::parse(source).is_some();
    }
    policy.iter().any(|allowed| match rule {
        SubsetRule::Exact => {
            allowed == source
                || prefix::parse(allowed).is_some_and(|block| prefix::parse(source) == Some(block))
        }
        SubsetRule::Contains => match (prefix::parse(allowed), prefix::parse(source)) {
            (Some(block), Some(asked)) => block.contains(&asked),
            _ => false,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(sources: &[&str]) -> PolicyPort {
        PolicyPort {
            number: 22,
            protocol: "TCP".into(),
            sources: sources.iter().map(ToString::to_string).collect(),
            max: "PT3H".into(),
        }
    }

    fn ask(policy: &[&str], source: &str, hours: i64, rule: SubsetRule) -> bool {
        within(
            &port(policy),
            &[source.into()],
            SignedDuration::from_hours(hours),
            rule,
        )
    }

    #[test]
    fn a_block_contains_its_addresses_or_only_itself() {
        assert!(ask(
            &["10.21.254.0/24"],
            "10.21.254.85",
            1,
            SubsetRule::Contains
        ));
        assert!(!ask(
            &["10.21.254.0/24"],
            "10.21.254.85",
            1,
            SubsetRule::Exact
        ));
        assert!(ask(
            &["10.21.254.0/24"],
            "10.21.254.0/24",
            1,
            SubsetRule::Exact
        ));
        assert!(!ask(
            &["10.21.254.0/24"],
            "10.21.0.0/16",
            1,
            SubsetRule::Contains
        ));
    }

    #[test]
    fn the_longest_duration_may_be_reached_and_not_passed() {
        assert!(ask(&[], "10.0.0.1", 3, SubsetRule::Exact));
        assert!(!ask(&[], "10.0.0.1", 4, SubsetRule::Exact));
    }
}

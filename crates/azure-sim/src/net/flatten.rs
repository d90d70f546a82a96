//! Several NSGs in a row as one ordered list with the same decisions, with tags and stars written out as blocks.

use ipnet::IpNet;
use serde::Serialize;

use super::prefix::{self, Tags};
use super::rule::{SecurityRule, ordered};

/// One line of a list in which the first match decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FlatRule {
    pub(crate) priority: u32,
    pub(crate) access: &'static str,
    pub(crate) protocol: String,
    pub(crate) source: Vec<IpNet>,
    pub(crate) destination: Vec<IpNet>,
    pub(crate) ports: Vec<String>,
    pub(crate) name: String,
}

/// A packet must pass every NSG. With one, its own rules; with two, each pair of rules in the order of both:
/// the first pair that matches is made of the first match in each.
pub(crate) fn flatten(nsgs: &[&[SecurityRule]], tags: &Tags) -> Vec<FlatRule> {
    let mut lists = nsgs.iter().map(|rules| {
        ordered(rules)
            .iter()
            .map(|rule| write_out(rule, tags))
            .collect::<Vec<_>>()
    });
    let Some(first) = lists.next() else {
        return Vec::new();
    };
    lists.fold(first, |outer, inner| pair(&outer, &inner))
}

pub(crate) fn write_out(rule: &SecurityRule, tags: &Tags) -> FlatRule {
    let blocks = |prefixes: &[String]| {
        prefixes
            .iter()
            .flat_map(|p| prefix::expand(p, tags))
            .collect()
    };
    FlatRule {
        priority: rule.priority.into(),
        access: if rule.allow { "Allow" } else { "Deny" },
        protocol: rule.protocol.to_ascii_lowercase(),
        source: blocks(&rule.source),
        destination: blocks(&rule.destination),
        ports: rule
            .ports
            .iter()
            .map(|p| {
                if p == "*" {
                    "0-65535".into()
                } else {
                    p.clone()
                }
            })
            .collect(),
        name: rule.name.clone(),
    }
}

fn pair(outer: &[FlatRule], inner: &[FlatRule]) -> Vec<FlatRule> {
    let mut out = Vec::new();
    for a in outer {
        for b in inner {
            let protocol = match (a.protocol.as_str(), b.protocol.as_str()) {
                ("*", p) | (p, "*") => p,
                (p, q) if p == q => p,
                _ => continue,
            };
            let (source, destination) = (
                both(&a.source, &b.source),
                both(&a.destination, &b.destination),
            );
            let ports = common_ports(&a.ports, &b.ports);
            if source.is_empty() || destination.is_empty() || ports.is_empty() {
                continue;
            }
            let allow = a.access == "Allow" && b.access == "Allow";
            out.push(FlatRule {
                priority: u32::try_from(out.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(100),
                access: if allow { "Allow" } else { "Deny" },
                protocol: protocol.to_owned(),
                source,
                destination,
                ports,
                name: format!("{}+{}", a.name, b.name),
            });
        }
    }
    out
}

fn both(a: &[IpNet], b: &[IpNet]) -> Vec<IpNet> {
    a.iter()
        .flat_map(|x| b.iter().filter_map(|y| prefix::intersect(*x, *y)))
        .collect()
}

fn common_ports(a: &[String], b: &[String]) -> Vec<String> {
    let ranges = |texts: &[String]| {
        texts
            .iter()
            .filter_map(|t| prefix::ports(t))
            .collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    for (from, to) in ranges(a) {
        for (other_from, other_to) in ranges(b) {
            let (low, high) = (from.max(other_from), to.min(other_to));
            if low == high {
                out.push(low.to_string());
            } else if low < high {
                out.push(format!("{low}-{high}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, priority: u16, allow: bool, source: &str, port: &str) -> SecurityRule {
        SecurityRule {
            name: name.into(),
            priority,
            allow,
            protocol: "*".into(),
            source: vec![source.into()],
            destination: vec!["*".into()],
            ports: vec![port.into()],
            description: String::new(),
        }
    }

    #[test]
    fn two_groups_agree_only_where_both_allow() {
        let nic = [rule("a", 100, true, "10.0.0.0/8", "22")];
        let subnet = [rule("b", 100, true, "10.9.0.0/16", "20-30")];
        let flat = flatten(&[&nic, &subnet], &Tags::default());
        assert_eq!(flat[0].access, "Allow");
        assert_eq!(flat[0].source, ["10.9.0.0/16".parse().unwrap()]);
        assert_eq!(flat[0].ports, ["22"]);
        assert_eq!(flat.last().unwrap().access, "Deny");
        assert!(
            flat.iter()
                .skip(1)
                .all(|r| r.access == "Deny" || r.name.contains("LoadBalancer"))
        );
    }
}

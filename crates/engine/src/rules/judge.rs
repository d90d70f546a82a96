//! What the security rules say of one packet, decided as Azure decides it.
//!
//! Each list is walked by priority and the first rule that matches decides; access needs
//! Allow from all lists
//! (<https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works>).

use std::net::Ipv4Addr;

use super::{Explanation, Flow, Prefix, RuleList, SecurityRule};

/// What the rules say of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every list lets it in; these rules did.
    Allowed {
        /// The deciding rule of each list.
        by: Vec<String>,
    },
    /// A rule keeps it out.
    Denied {
        /// The rule's name.
        rule: String,
        /// The list it stands in, as shown.
        list: String,
        /// Its priority.
        priority: u16,
        /// Whether that is what a closed JIT port looks like: JIT's own deny rule or the
        /// default one decided, and no allow rule of JIT covers the packet.
        closed: bool,
    },
    /// A rule speaks of something that could not be read (a tag), or there are no rules.
    CannotTell,
}

/// Judges a packet by all lists.
#[must_use]
pub fn judge(explanation: &Explanation, flow: Flow) -> Verdict {
    let mut allowed = Vec::new();
    let mut unknown = explanation.lists.is_empty();
    for list in &explanation.lists {
        match decide(list, flow) {
            Decision::Rule(rule) if rule.allow => allowed.push(plain(&rule.name).to_owned()),
            Decision::Rule(rule) => return denied(explanation, list, rule, flow),
            Decision::Unknown => unknown = true,
        }
    }
    if unknown {
        Verdict::CannotTell
    } else {
        Verdict::Allowed { by: allowed }
    }
}

enum Decision<'a> {
    Rule(&'a SecurityRule),
    Unknown,
}

fn decide(list: &RuleList, flow: Flow) -> Decision<'_> {
    let mut rules: Vec<&SecurityRule> = list.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    for rule in rules {
        match matches(rule, flow) {
            Match::Yes => return Decision::Rule(rule),
            Match::No => {}
            Match::Perhaps => return Decision::Unknown,
        }
    }
    Decision::Unknown
}

fn denied(explanation: &Explanation, list: &RuleList, rule: &SecurityRule, flow: Flow) -> Verdict {
    let allowed_by_jit = explanation
        .lists
        .iter()
        .flat_map(|list| &list.rules)
        .any(|rule| rule.allow && is_jit(&rule.name) && matches(rule, flow) == Match::Yes);
    Verdict::Denied {
        rule: plain(&rule.name).to_owned(),
        list: list.name.clone(),
        priority: rule.priority,
        closed: !allowed_by_jit && (is_jit(&rule.name) || rule.priority > LAST_OF_OURS),
    }
}

/// Rules that people write end here; Azure's default rules begin at 65000.
const LAST_OF_OURS: u16 = 4096;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Yes,
    No,
    Perhaps,
}

fn matches(rule: &SecurityRule, flow: Flow) -> Match {
    let port = rule
        .ports
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&flow.port));
    if !rule.tcp || !port {
        return Match::No;
    }
    match (
        any_matches(&rule.sources, flow.source),
        any_matches(&rule.destinations, flow.target),
    ) {
        (Match::No, _) | (_, Match::No) => Match::No,
        (Match::Yes, Match::Yes) => Match::Yes,
        (Match::Perhaps, _) | (_, Match::Perhaps) => Match::Perhaps,
    }
}

fn any_matches(prefixes: &[Prefix], address: Ipv4Addr) -> Match {
    let mut found = Match::No;
    for prefix in prefixes {
        match prefix {
            Prefix::Any => return Match::Yes,
            Prefix::Block(block) if block.contains(&address) => return Match::Yes,
            Prefix::Block(_) => {}
            // These tags name addresses that a P2S client and a VM in a VNet never have.
            Prefix::Tag(tag)
                if ["Internet", "AzureLoadBalancer"]
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(tag))
                    && address.is_private() => {}
            Prefix::Tag(_) => found = Match::Perhaps,
        }
    }
    found
}

/// Whether a rule was written by JIT, by its name: a habit of the service, not a promise
/// (contract 6).
fn is_jit(name: &str) -> bool {
    let name = plain(name).to_ascii_lowercase();
    [
        "securitycenter-jitrule",
        "microsoftdefenderforcloud-jitrule",
    ]
    .iter()
    .any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(['-', '_']))
    })
}

/// Effective rules carry their kind before their name (`securityRules/x`).
fn plain(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow {
            source: Ipv4Addr::new(172, 16, 200, 5),
            target: Ipv4Addr::new(10, 1, 0, 4),
            port: 22,
        }
    }

    /// `allow|deny NAME PRIORITY SOURCE [PORT]`.
    fn rule(text: &str) -> SecurityRule {
        let words: Vec<&str> = text.split_whitespace().collect();
        let port = words.get(4).map_or(22, |port| port.parse().unwrap());
        SecurityRule {
            name: words[1].into(),
            priority: words[2].parse().unwrap(),
            allow: words[0] == "allow",
            tcp: true,
            sources: vec![match words[3] {
                "any" => Prefix::Any,
                block if block.contains('/') => Prefix::Block(block.parse().unwrap()),
                tag => Prefix::Tag(tag.into()),
            }],
            destinations: vec![Prefix::Any],
            ports: vec![(port, port)],
        }
    }

    fn verdict(lists: &[&[&str]]) -> String {
        let explanation = Explanation {
            lists: lists
                .iter()
                .enumerate()
                .map(|(index, rules)| RuleList {
                    nsg: None,
                    name: format!("nsg-{index}"),
                    rules: rules.iter().map(|text| rule(text)).collect(),
                })
                .collect(),
            ..Explanation::default()
        };
        match judge(&explanation, flow()) {
            Verdict::Allowed { by } => format!("allowed by {}", by.join(" and ")),
            Verdict::Denied {
                rule, list, closed, ..
            } => format!(
                "denied by {rule} of {list}{}",
                if closed { ", closed" } else { "" }
            ),
            Verdict::CannotTell => "cannot tell".into(),
        }
    }

    const JIT_ALLOW: &str =
        "allow securityRules/MicrosoftDefenderForCloud-JITRule-1-AB 100 172.16.200.5/32";
    const JIT_DENY: &str = "deny SecurityCenter-JITRule_-1_CD 4096 any";

    #[test]
    fn the_first_match_by_priority_decides() {
        assert_eq!(
            verdict(&[&[JIT_DENY, JIT_ALLOW]]),
            "allowed by MicrosoftDefenderForCloud-JITRule-1-AB"
        );
        assert_eq!(
            verdict(&[&[JIT_ALLOW, "deny no-ssh 90 any"]]),
            "denied by no-ssh of nsg-0"
        );
        assert_eq!(
            verdict(&[&[
                "deny no-rdp 90 any 3389",
                "deny others 95 10.0.0.0/8",
                JIT_ALLOW
            ]]),
            "allowed by MicrosoftDefenderForCloud-JITRule-1-AB"
        );
    }

    #[test]
    fn every_list_must_allow() {
        let open = "allow everything 200 any";
        assert_eq!(
            verdict(&[&[open], &[JIT_ALLOW]]),
            "allowed by everything and MicrosoftDefenderForCloud-JITRule-1-AB"
        );
        assert_eq!(
            verdict(&[&[JIT_ALLOW], &["deny subnet-rule 300 any"]]),
            "denied by subnet-rule of nsg-1"
        );
    }

    #[test]
    fn a_closed_jit_port_looks_closed() {
        let default = "deny defaultSecurityRules/DenyAllInBound 65500 any";
        assert_eq!(
            verdict(&[&[JIT_DENY]]),
            "denied by SecurityCenter-JITRule_-1_CD of nsg-0, closed"
        );
        assert_eq!(
            verdict(&[&[default]]),
            "denied by DenyAllInBound of nsg-0, closed"
        );
        // The allow rule is there; another group stands in the way by default.
        assert_eq!(
            verdict(&[&[JIT_ALLOW], &[default]]),
            "denied by DenyAllInBound of nsg-1"
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed() {
        assert_eq!(verdict(&[]), "cannot tell");
        assert_eq!(
            verdict(&[&["allow by-tag 90 VirtualNetwork", JIT_DENY]]),
            "cannot tell"
        );
        assert_eq!(
            verdict(&[&["deny web 90 Internet", JIT_ALLOW]]),
            "allowed by MicrosoftDefenderForCloud-JITRule-1-AB"
        );
        // A list that surely denies decides whatever the others hold.
        assert_eq!(
            verdict(&[&["allow by-tag 90 VirtualNetwork"], &["deny no-ssh 90 any"]]),
            "denied by no-ssh of nsg-1"
        );
    }
}

//! Security rules and their evaluation: inbound, lowest priority number first, first match decides.

use std::net::IpAddr;

use super::prefix::{self, Tags};

/// An inbound rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecurityRule {
    pub(crate) name: String,
    pub(crate) priority: u16,
    pub(crate) allow: bool,
    pub(crate) protocol: String,
    pub(crate) source: Vec<String>,
    pub(crate) destination: Vec<String>,
    pub(crate) ports: Vec<String>,
    pub(crate) description: String,
}

/// The first packet of a TCP connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) port: u16,
}

impl SecurityRule {
    pub(crate) fn matches(&self, packet: Packet, tags: &Tags) -> bool {
        let tcp = self.protocol == "*" || self.protocol.eq_ignore_ascii_case("tcp");
        let any = |prefixes: &[String], address| {
            prefixes.iter().any(|p| prefix::matches(p, address, tags))
        };
        let port = self
            .ports
            .iter()
            .filter_map(|text| prefix::ports(text))
            .any(|(from, to)| (from..=to).contains(&packet.port));
        tcp && port
            && any(&self.source, packet.source)
            && any(&self.destination, packet.destination)
    }
}

/// The rules in the order of evaluation, default rules last.
pub(crate) fn ordered(rules: &[SecurityRule]) -> Vec<SecurityRule> {
    let mut all: Vec<_> = rules.iter().cloned().chain(defaults()).collect();
    all.sort_by_key(|rule| rule.priority);
    all
}

/// Whether one NSG lets the packet through.
pub(crate) fn decide(rules: &[SecurityRule], packet: Packet, tags: &Tags) -> bool {
    ordered(rules)
        .iter()
        .find(|rule| rule.matches(packet, tags))
        .is_some_and(|rule| rule.allow)
}

/// The three inbound rules that every NSG ends with (contract 6).
pub(crate) fn defaults() -> [SecurityRule; 3] {
    let rule = |name: &str, priority, allow, source: &str, destination: &str, description: &str| {
        SecurityRule {
            name: name.into(),
            priority,
            allow,
            protocol: "*".into(),
            source: vec![source.into()],
            destination: vec![destination.into()],
            ports: vec!["*".into()],
            description: description.into(),
        }
    };
    let vnet = "VirtualNetwork";
    [
        rule(
            "AllowVnetInBound",
            65000,
            true,
            vnet,
            vnet,
            "Allow inbound traffic from all VMs in VNET",
        ),
        rule(
            "AllowAzureLoadBalancerInBound",
            65001,
            true,
            "AzureLoadBalancer",
            "*",
            "Allow inbound traffic from azure load balancer",
        ),
        rule(
            "DenyAllInBound",
            65500,
            false,
            "*",
            "*",
            "Deny all inbound traffic",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(priority: u16, allow: bool, source: &str) -> SecurityRule {
        SecurityRule {
            name: format!("r{priority}"),
            priority,
            allow,
            protocol: "Tcp".into(),
            source: vec![source.into()],
            destination: vec!["10.1.0.4".into()],
            ports: vec!["22".into()],
            description: String::new(),
        }
    }

    fn passes(rules: &[SecurityRule], source: &str) -> bool {
        let tags = Tags {
            virtual_network: vec!["10.1.0.0/16".parse().unwrap()],
        };
        let packet = Packet {
            source: source.parse().unwrap(),
            destination: "10.1.0.4".parse().unwrap(),
            port: 22,
        };
        decide(rules, packet, &tags)
    }

    #[test]
    fn the_lowest_number_decides() {
        let rules = [rule(4096, false, "*"), rule(100, true, "172.16.0.5")];
        assert!(passes(&rules, "172.16.0.5"));
        assert!(!passes(&rules, "172.16.0.6"));
    }

    #[test]
    fn defaults_let_the_network_in_and_nobody_else() {
        assert!(passes(&[], "10.1.9.9"));
        assert!(!passes(&[], "172.16.0.5"));
        assert!(passes(&[], "168.63.129.16"));
    }

    #[test]
    fn a_deny_above_the_defaults_closes_the_network_too() {
        assert!(!passes(&[rule(4096, false, "*")], "10.1.9.9"));
    }
}

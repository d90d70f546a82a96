//! A VM's security rules as azure-sim tells them, and as nftables takes them.

use std::fmt::Write;

use ipnet::IpNet;
use serde::Deserialize;

/// The whole list of one VM's address, in the order in which the first match decides.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    /// Resource name, which is also the namespace's.
    pub(crate) vm: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    access: String,
    protocol: String,
    source: Vec<IpNet>,
    destination: Vec<IpNet>,
    ports: Vec<String>,
    name: String,
}

const ALL_PORTS: &str = "0-65535";

/// Commands for `nft --file`: a chain that drops what no rule names.
pub(crate) fn script(change: &Change) -> String {
    let mut script = String::from(
        "add table inet nsg\n\
         add chain inet nsg input { type filter hook input priority filter; policy drop; }\n\
         flush chain inet nsg input\n\
         add rule inet nsg input iifname \"lo\" accept\n",
    );
    // An NSG decides on new flows only: what was let in lives on when its rule goes (contract 7.1).
    script.push_str("add rule inet nsg input ct state established,related accept\n");
    for rule in &change.rules {
        if let Some(line) = line(rule) {
            script.push_str(&line);
        }
    }
    script
}

/// One rule, or nothing when it can match no IPv4 packet.
fn line(rule: &Rule) -> Option<String> {
    let source = blocks(&rule.source)?;
    let destination = blocks(&rule.destination)?;
    let mut line = format!("add rule inet nsg input ip saddr {source} ip daddr {destination}");
    let ports = rule.ports.join(", ");
    // Writing into a String cannot fail.
    let _ = match rule.protocol.as_str() {
        "tcp" | "udp" => write!(line, " {} dport {{ {ports} }}", rule.protocol),
        "*" if ports == ALL_PORTS => Ok(()),
        "*" => write!(line, " meta l4proto {{ tcp, udp }} th dport {{ {ports} }}"),
        other => write!(line, " meta l4proto {other}"),
    };
    let verdict = if rule.access.eq_ignore_ascii_case("allow") {
        "accept"
    } else {
        "drop"
    };
    let name: String = rule
        .name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter))
        .collect();
    let _ = writeln!(line, " counter {verdict} comment \"{name}\"");
    Some(line)
}

fn blocks(blocks: &[IpNet]) -> Option<String> {
    let v4: Vec<_> = blocks
        .iter()
        .filter_map(|block| {
            if let IpNet::V4(block) = block {
                Some(*block)
            } else {
                None
            }
        })
        .collect();
    // Sets refuse blocks that overlap.
    let apart = ipnet::Ipv4Net::aggregate(&v4);
    let texts: Vec<String> = apart.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| format!("{{ {} }}", texts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_keeps_its_order_and_ends_in_drop() {
        let change: Change = serde_json::from_str(
            r#"{"vm": "vm-web-01", "vm_id": "/x", "address": "10.20.0.4", "rules": [
                {"priority": 100, "access": "Allow", "protocol": "tcp", "source": ["172.16.201.5/32"],
                 "destination": ["10.20.0.4/32"], "ports": ["22"], "name": "JIT\" drop"},
                {"priority": 4096, "access": "Deny", "protocol": "*", "source": ["0.0.0.0/0", "10.0.0.0/8", "::/0"],
                 "destination": ["10.20.0.4/32"], "ports": ["0-65535"], "name": "deny"}]}"#,
        )
        .unwrap();
        let script = script(&change);
        let lines: Vec<&str> = script.lines().skip(4).collect();
        assert_eq!(
            lines,
            [
                "add rule inet nsg input ct state established,related accept",
                "add rule inet nsg input ip saddr { 172.16.201.5/32 } ip daddr { 10.20.0.4/32 } tcp dport { 22 } \
                 counter accept comment \"JITdrop\"",
                "add rule inet nsg input ip saddr { 0.0.0.0/0 } ip daddr { 10.20.0.4/32 } counter drop comment \"deny\"",
            ]
        );
    }
}

//! Security rules on the wire, as written in a group and as merged by Azure
//! (<https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-effective-network-security-groups>).

use gangway_engine::id::NsgId;
use gangway_engine::rules::{Prefix, RuleList, SecurityRule};
use serde_json::Value;

use super::{block, either, id_in, list, properties, text};

/// The inbound rules of a group, defaults included.
pub(crate) fn group(value: &Value) -> Option<RuleList> {
    let nsg = NsgId::new(text(value, "id")?).ok()?;
    let fields = properties(value);
    let rules = list(fields, "securityRules")
        .iter()
        .chain(list(fields, "defaultSecurityRules"));
    Some(RuleList {
        name: text(value, "name").unwrap_or(nsg.name()).to_owned(),
        nsg: Some(nsg),
        rules: rules
            .filter_map(|value| rule(value, properties(value)))
            .collect(),
    })
}

/// One list for each group or network manager in force on an interface (contract 7.2).
pub(crate) fn effective(value: &Value) -> Vec<RuleList> {
    list(value, "value")
        .iter()
        .map(|element| {
            let manager = element
                .pointer("/association/networkManager/id")
                .and_then(Value::as_str);
            let nsg = id_in(element, "networkSecurityGroup").and_then(|id| NsgId::new(id).ok());
            let nsg = nsg.filter(|_| manager.is_none());
            let name = match (&nsg, manager) {
                (Some(nsg), _) => nsg.name().to_owned(),
                (None, Some(manager)) => manager.rsplit('/').next().unwrap_or_default().to_owned(),
                (None, None) => String::new(),
            };
            let rules = list(element, "effectiveSecurityRules");
            RuleList {
                nsg,
                name,
                rules: rules
                    .iter()
                    .filter_map(|value| rule(value, value))
                    .collect(),
            }
        })
        .collect()
}

fn rule(named: &Value, fields: &Value) -> Option<SecurityRule> {
    if !text(fields, "direction")?.eq_ignore_ascii_case("inbound") {
        return None;
    }
    let name = text(named, "name").unwrap_or_default();
    let protocol = text(fields, "protocol").unwrap_or("*");
    Some(SecurityRule {
        name: name.rsplit('/').next().unwrap_or(name).to_owned(),
        priority: u16::try_from(fields.get("priority")?.as_u64()?).ok()?,
        allow: text(fields, "access")?.eq_ignore_ascii_case("allow"),
        tcp: ["*", "tcp", "all"]
            .iter()
            .any(|p| protocol.eq_ignore_ascii_case(p)),
        sources: side(fields, "source", "expandedSourceAddressPrefix"),
        destinations: side(fields, "destination", "expandedDestinationAddressPrefix"),
        ports: either(fields, "destinationPortRange", "destinationPortRanges")
            .into_iter()
            .filter_map(ports)
            .collect(),
    })
}

/// The prefixes of one side. Where Azure expanded a tag, what it expanded to counts.
fn side(fields: &Value, side: &str, expanded: &str) -> Vec<Prefix> {
    let expansion: Vec<_> = list(fields, expanded)
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let written = either(
        fields,
        &format!("{side}AddressPrefix"),
        &format!("{side}AddressPrefixes"),
    );
    let groups = list(fields, &format!("{side}ApplicationSecurityGroups"));
    let groups = groups.iter().filter_map(|group| text(group, "id"));
    let texts = if expansion.is_empty() {
        written
    } else {
        expansion
    };
    let mut found: Vec<Prefix> = texts.into_iter().map(prefix).collect();
    found.extend(groups.map(|id| Prefix::Tag(id.rsplit('/').next().unwrap_or(id).to_owned())));
    found
}

fn prefix(text: &str) -> Prefix {
    match text.trim() {
        "*" | "0.0.0.0/0" => Prefix::Any,
        other => block(other).map_or_else(|| Prefix::Tag(other.to_owned()), Prefix::Block),
    }
}

fn ports(text: &str) -> Option<(u16, u16)> {
    let text = text.trim();
    if text == "*" {
        return Some((0, u16::MAX));
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to): (u16, u16) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::tests::any_json;

    #[test]
    fn singular_plural_and_default_rules_are_read() {
        let value = json!({"id": "/subscriptions/s/NSG", "properties": {
            "securityRules": [
                {"name": "MicrosoftDefenderForCloud-JITRule_-1_X", "properties": {"protocol": "*", "access": "Deny", "direction": "Inbound", "priority": 4096, "sourceAddressPrefix": "*", "destinationAddressPrefix": "10.0.0.4", "destinationPortRanges": ["22", "3389-3390"]}},
                {"name": "out", "properties": {"protocol": "Tcp", "access": "Allow", "direction": "Outbound", "priority": 100}},
                {"name": "asg", "properties": {"protocol": "Udp", "access": "Allow", "direction": "inbound", "priority": 101, "sourceAddressPrefixes": ["10.0.0.0/8", "VirtualNetwork"], "destinationApplicationSecurityGroups": [{"id": "/subscriptions/s/asg-web"}], "destinationPortRange": "*"}}],
            "defaultSecurityRules": [{"name": "DenyAllInBound", "properties": {"protocol": "*", "access": "Deny", "direction": "Inbound", "priority": 65500, "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}}]}});
        let read = group(&value).unwrap();
        assert_eq!(read.rules.len(), 3);
        assert_eq!(read.rules[0].ports, [(22, 22), (3389, 3390)]);
        assert_eq!(read.rules[0].sources, [Prefix::Any]);
        assert!(!read.rules[1].tcp);
        assert_eq!(
            read.rules[1].destinations,
            [Prefix::Tag("asg-web".to_owned())]
        );
        assert_eq!(
            read.rules[1].sources[1],
            Prefix::Tag("VirtualNetwork".to_owned())
        );
        assert_eq!(read.rules[2].priority, 65500);
    }

    #[test]
    fn effective_rules_carry_their_expansion_and_their_manager() {
        let value = json!({"value": [
            {"networkSecurityGroup": {"id": "/subscriptions/s/nsg1"}, "effectiveSecurityRules": [{"name": "defaultSecurityRules/AllowVnetInBound", "protocol": "All", "access": "Allow", "direction": "Inbound", "priority": 65000, "sourceAddressPrefix": "VirtualNetwork", "expandedSourceAddressPrefix": ["10.0.0.0/16", "172.16.200.0/24"], "destinationAddressPrefix": "0.0.0.0/0", "destinationPortRange": "0-65535"}]},
            {"association": {"networkManager": {"id": "/subscriptions/s/nm1"}}, "effectiveSecurityRules": []}]});
        let read = effective(&value);
        assert_eq!(read[0].rules[0].name, "AllowVnetInBound");
        assert_eq!(read[0].rules[0].sources.len(), 2);
        assert_eq!(read[0].rules[0].ports, [(0, 65535)]);
        assert_eq!((read[1].nsg.clone(), read[1].name.as_str()), (None, "nm1"));
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(value in any_json(&["id", "value", "properties", "securityRules", "effectiveSecurityRules", "direction", "priority", "access", "sourceAddressPrefix", "destinationPortRanges"])) {
            let _ = (group(&value), effective(&value));
        }
    }
}

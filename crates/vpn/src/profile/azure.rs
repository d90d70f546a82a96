//! `azurevpnconfig.xml`: the profile of the Azure VPN Client.
//!
//! Element names after Azure's own files; the letter case varies by client, so it is ignored
//! (<https://learn.microsoft.com/azure/vpn-gateway/azure-vpn-client-optional-configurations>).

use super::xml::{self, Leaf};
use super::{Profile, ProfileKind, text};
use crate::error::Fault;

const WANTED: &[&str] = &[
    "name",
    "fqdn",
    "dnsserver",
    "dnssuffix",
    "destination",
    "mask",
];

pub(super) fn parse(document: &str) -> Result<Profile, Fault> {
    let leaves = xml::leaves(document, WANTED)?;
    let mut profile = Profile::of(ProfileKind::AzureVpn);
    let mut destination = None;
    for leaf in &leaves {
        match leaf.name() {
            "name" if leaf.path.len() == 2 => profile.name = printable(leaf),
            "fqdn" if profile.gateway.is_none() => profile.gateway = text::host(&leaf.text),
            "dnsserver" => profile.dns.extend(text::addresses(&leaf.text)),
            "dnssuffix" => profile
                .suffixes
                .extend(text::host(leaf.text.trim().trim_start_matches('.'))),
            "destination" if leaf.is_below("includeroutes") => destination = Some(&leaf.text),
            "mask" if leaf.is_below("includeroutes") => profile.routes.extend(
                destination
                    .take()
                    .and_then(|destination| text::network_with_mask(destination, &leaf.text)),
            ),
            _ => {}
        }
    }
    Ok(profile)
}

fn printable(leaf: &Leaf) -> String {
    leaf.text
        .chars()
        .filter(|c| !c.is_control())
        .take(128)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_client_is_told() {
        let profile = parse(
            "<AzVpnProfile><any/><clientconfig><dnsservers><dnsserver>10.0.0.4</dnsserver></dnsservers>\
             <dnssuffixes><dnssuffix>.corp.contoso.com</dnssuffix></dnssuffixes>\
             <includeroutes><route><destination>10.20.0.0</destination><mask>16</mask></route></includeroutes>\
             <excluderoutes><route><destination>10.20.5.0</destination><mask>24</mask></route></excluderoutes>\
             </clientconfig><name>vnet-hub</name><serverlist><ServerEntry>\
             <fqdn>AzureGateway-1.vpn.azure.com</fqdn></ServerEntry></serverlist>\
             <servervalidation><serversecret>00ff</serversecret></servervalidation></AzVpnProfile>",
        )
        .unwrap();
        assert_eq!(profile.name, "vnet-hub");
        assert_eq!(
            profile.gateway.as_deref(),
            Some("azuregateway-1.vpn.azure.com")
        );
        assert_eq!(profile.dns, text::addresses("10.0.0.4"));
        assert_eq!(profile.suffixes, ["corp.contoso.com"]);
        assert_eq!(profile.routes, text::networks("10.20.0.0/16"));
        assert!(!format!("{profile:?}").contains("00ff"));
    }
}

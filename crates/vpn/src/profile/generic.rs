//! `VpnSettings.xml`: what a native IKEv2 or SSTP client is told
//! (<https://learn.microsoft.com/azure/vpn-gateway/point-to-site-vpn-client-certificate-windows-native>).

use super::{Profile, ProfileKind, text, xml};
use crate::error::Fault;

const WANTED: &[&str] = &[
    "vpnserver",
    "vpntype",
    "routes",
    "customdnsservers",
    "vpnclientaddresspool",
];

pub(super) fn parse(document: &str) -> Result<Profile, Fault> {
    let mut profile = Profile::of(ProfileKind::IkeV2);
    for leaf in xml::leaves(document, WANTED)? {
        match leaf.name() {
            "vpnserver" => profile.gateway = text::host(&leaf.text),
            "vpntype" => {
                let named = kinds(&leaf.text);
                if !named.is_empty() {
                    profile.kinds = named;
                }
            }
            "routes" => profile.routes.extend(text::networks(&leaf.text)),
            "customdnsservers" => profile.dns.extend(text::addresses(&leaf.text)),
            "vpnclientaddresspool" => profile.pools.extend(text::networks(&leaf.text)),
            _ => {}
        }
    }
    Ok(profile)
}

fn kinds(text: &str) -> Vec<ProfileKind> {
    let text = text.to_ascii_lowercase();
    [
        ("ikev2", ProfileKind::IkeV2),
        ("sstp", ProfileKind::Sstp),
        ("openvpn", ProfileKind::OpenVpn),
    ]
    .into_iter()
    .filter(|(word, _)| text.contains(word))
    .map(|(_, kind)| kind)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_server_routes_and_names() {
        let profile = parse(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><VpnProfile><VpnServer>azuregateway-1.vpn.azure.com</VpnServer>\
             <VpnType>IkeV2</VpnType><CaCert>AAAA</CaCert><CustomDnsServers>10.0.0.4, 10.0.0.5</CustomDnsServers>\
             <Routes>10.20.0.0/16,172.16.201.0/24</Routes><Auth>EAPTLS</Auth></VpnProfile>",
        )
        .unwrap();
        assert_eq!(
            profile.gateway.as_deref(),
            Some("azuregateway-1.vpn.azure.com")
        );
        assert_eq!(profile.kinds, [ProfileKind::IkeV2]);
        assert_eq!(profile.routes.len(), 2);
        assert_eq!(profile.dns.len(), 2);
        assert!(profile.pools.is_empty());
    }
}

//! An `.ovpn` file: lines of directives, with keys between tags that are passed over
//! (<https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/>).

use super::{Profile, ProfileKind, text};

pub(super) fn parse(document: &str) -> Profile {
    let mut profile = Profile::of(ProfileKind::OpenVpn);
    let mut inline: Option<String> = None;
    for line in document.lines().map(str::trim) {
        if let Some(end) = &inline {
            if line.eq_ignore_ascii_case(end) {
                inline = None;
            }
            continue;
        }
        if let Some(tag) = line
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        {
            inline = Some(format!("</{tag}>"));
            continue;
        }
        directive(line, &mut profile);
    }
    profile
}

fn directive(line: &str, profile: &mut Profile) {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    let arguments: Vec<&str> = words.collect();
    match (name.as_str(), arguments.as_slice()) {
        ("remote", [host, ..]) if profile.gateway.is_none() => profile.gateway = text::host(host),
        ("route", [address]) => profile
            .routes
            .extend(text::network_with_mask(address, "32")),
        ("route", [address, mask, ..]) => {
            profile
                .routes
                .extend(text::network_with_mask(address, mask));
        }
        ("redirect-gateway", _) => profile.full_tunnel = true,
        ("dhcp-option", [option, address]) if option.eq_ignore_ascii_case("dns") => {
            profile.dns.extend(text::addresses(address));
        }
        ("dhcp-option", [option, suffix])
            if ["domain", "domain-search", "adapter_domain_suffix"]
                .iter()
                .any(|name| option.eq_ignore_ascii_case(name)) =>
        {
            profile.suffixes.extend(text::host(suffix));
        }
        // A fixed address with the mask of the network it lies in (`topology subnet`).
        ("ifconfig", [address, mask]) if mask.starts_with("255.") => {
            profile.pools.extend(text::network_with_mask(address, mask));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_directives_and_passes_keys_over() {
        let profile = parse(
            "client\nremote azuregateway-1.vpn.azure.com 443\r\nremote second.example 443\n\
             route 10.20.0.0 255.255.0.0\nroute 10.30.0.4\ndhcp-option DNS 10.0.0.4\ndhcp-option DOMAIN corp.contoso.example\n# route 1.2.3.4\n\
             <key>\nremote evil.example\n-----BEGIN PRIVATE KEY-----\n</key>\n<tls-auth>\nroute 9.9.9.9\n</tls-auth>\n",
        );
        assert_eq!(
            profile.gateway.as_deref(),
            Some("azuregateway-1.vpn.azure.com")
        );
        assert_eq!(profile.routes, text::networks("10.20.0.0/16 10.30.0.4"));
        assert_eq!(profile.dns.len(), 1);
        assert_eq!(profile.suffixes, ["corp.contoso.example"]);
        assert!(!profile.full_tunnel);
        assert!(parse("redirect-gateway def1").full_tunnel);
    }
}

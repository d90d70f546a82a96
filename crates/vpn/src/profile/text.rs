//! Bytes to text, and the small values that profiles are made of.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

use crate::error::Fault;

/// Text from UTF-8 or UTF-16, with or without a byte order mark. Azure's Windows client
/// writes UTF-16.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Fault> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

/// Networks separated by commas, semicolons or spaces; what is none is left out.
pub(super) fn networks(list: &str) -> Vec<Ipv4Net> {
    words(list).filter_map(network).collect()
}

/// Addresses separated likewise.
pub(super) fn addresses(list: &str) -> Vec<IpAddr> {
    words(list).filter_map(|word| word.parse().ok()).collect()
}

/// `10.0.0.0` with `16`, `/16` or `255.255.0.0`.
pub(super) fn network_with_mask(address: &str, mask: &str) -> Option<Ipv4Net> {
    let address: Ipv4Addr = address.trim().parse().ok()?;
    let mask = mask.trim().trim_start_matches('/');
    let length = match mask.parse::<u8>() {
        Ok(length) => length,
        Err(_) => ipnet::ipv4_mask_to_prefix(mask.parse().ok()?).ok()?,
    };
    Some(Ipv4Net::new(address, length).ok()?.trunc())
}

/// A host name fit to be shown and compared: lower case, only what a name or address can
/// have, no port.
pub(crate) fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', ':']).next().unwrap_or_default();
    let fits = !text.is_empty()
        && text.len() <= 253
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    fits.then(|| text.to_ascii_lowercase())
}

/// Everything, at once or in two halves (OpenVPN's `def1`).
pub(super) fn covers_everything(routes: &[Ipv4Net]) -> bool {
    Ipv4Net::aggregate(&routes.to_vec())
        .iter()
        .any(|net| net.prefix_len() == 0)
}

fn network(word: &str) -> Option<Ipv4Net> {
    match word.split_once('/') {
        Some((address, mask)) => network_with_mask(address, mask),
        None => Some(Ipv4Net::from(word.parse::<Ipv4Addr>().ok()?)),
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ';', ' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
}

fn utf8(bytes: &[u8]) -> Result<String, Fault> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Fault::Encoding)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Fault::Encoding);
    }
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| Fault::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_come_in_three_shapes() {
        for mask in ["16", "/16", "255.255.0.0"] {
            let net = network_with_mask("10.20.5.0", mask).unwrap();
            assert_eq!(net.to_string(), "10.20.0.0/16", "{mask}");
        }
        assert_eq!(network_with_mask("10.20.5.0", "255.0.255.0"), None);
        assert_eq!(network_with_mask("10.20.5.0", "33"), None);
    }

    #[test]
    fn a_host_is_a_name_and_nothing_else() {
        let name = "azuregateway-1.vpn.azure.com";
        for text in [
            name,
            "AzureGateway-1.vpn.azure.com:443",
            "https://azuregateway-1.vpn.azure.com/x",
        ] {
            assert_eq!(host(text).as_deref(), Some(name));
        }
        for text in ["", "-oProxyCommand=x", "a b", "a\u{1b}[2J", "ä.example"] {
            assert_eq!(host(text), None, "{text:?}");
        }
    }

    #[test]
    fn two_halves_are_everything() {
        assert!(covers_everything(&networks("0.0.0.0/1, 128.0.0.0/1")));
        assert!(covers_everything(&networks("0.0.0.0/0")));
        assert!(!covers_everything(&networks("0.0.0.0/1,10.0.0.0/8")));
    }

    #[test]
    fn half_a_character_is_no_text() {
        assert_eq!(decode(&[0xFF, 0xFE, b'<']), Err(Fault::Encoding));
        assert_eq!(decode(&[0xC3, 0x28]), Err(Fault::Encoding));
        assert_eq!(decode(&[b'<', 0, 0, 0xD8]), Err(Fault::Encoding));
    }
}

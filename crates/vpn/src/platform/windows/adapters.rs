//! Windows: every adapter as `GetAdaptersAddresses` tells it.

use std::io;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use windows::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA, NO_ERROR};
use windows::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_DNS_SERVER, GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses,
    IP_ADAPTER_ADDRESSES_LH, IP_ADAPTER_UNICAST_ADDRESS_LH,
};
use windows::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows::Win32::Networking::WinSock::{AF_INET, SOCKADDR_IN};
use windows::core::PWSTR;

use crate::adapter::{Adapter, kind_of};

/// What its documentation recommends to begin with, so that one call does as a rule.
const FIRST: u32 = 16 * 1024;

/// How often it is asked: adapters may come between the question for the size and the next.
const TRIES: u32 = 4;

/// Every adapter that IPv4 runs on, up or not.
pub(crate) fn adapters() -> io::Result<Vec<Adapter>> {
    let flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    let mut size = FIRST;
    let mut answer = ERROR_BUFFER_OVERFLOW.0;
    for _ in 0..TRIES {
        // In words of eight bytes, for what is written begins with a 64-bit number.
        let mut buffer = vec![0_u64; (size as usize).div_ceil(8)];
        let first = buffer.as_mut_ptr().cast::<IP_ADAPTER_ADDRESSES_LH>();
        // SAFETY: the buffer is at least as long as `size` says and lives over the call.
        answer = unsafe {
            GetAdaptersAddresses(AF_INET.0.into(), flags, None, Some(first), &raw mut size)
        };
        if answer == NO_ERROR.0 {
            // SAFETY: the call succeeded, so the list lies in the buffer, which still lives.
            return Ok(unsafe { listed(first) });
        }
        if answer == ERROR_NO_DATA.0 {
            return Ok(Vec::new());
        }
        if answer != ERROR_BUFFER_OVERFLOW.0 {
            break;
        }
    }
    Err(io::Error::from_raw_os_error(answer.cast_signed()))
}

/// # Safety
/// `next` begins a list that `GetAdaptersAddresses` has written, or is null.
unsafe fn listed(mut next: *const IP_ADAPTER_ADDRESSES_LH) -> Vec<Adapter> {
    let mut adapters = Vec::new();
    // SAFETY: promised by the caller; each entry points to the next one or to nothing.
    while let Some(entry) = unsafe { next.as_ref() } {
        next = entry.Next;
        // SAFETY: both variants are the same eight bytes.
        let index = unsafe { entry.Anonymous1.Anonymous.IfIndex };
        // SAFETY: texts and addresses of an entry are what the call has written.
        let (name, description, suffix, guid, addresses) = unsafe {
            (
                text(entry.FriendlyName),
                text(entry.Description),
                text(entry.DnsSuffix),
                entry.AdapterName.to_string().ok(),
                unicast(entry.FirstUnicastAddress),
            )
        };
        adapters.push(Adapter {
            index: (index != 0).then_some(index),
            name: name.or_else(|| guid.clone()).unwrap_or_default(),
            kind: kind_of(entry.IfType),
            if_type: Some(entry.IfType),
            description,
            guid: guid.filter(|guid| !guid.is_empty()),
            // What has no such limit says the largest number there is.
            mtu: Some(entry.Mtu).filter(|mtu| *mtu != u32::MAX),
            dns_suffix: suffix,
            up: entry.OperStatus == IfOperStatusUp,
            addresses,
        });
    }
    adapters
}

/// # Safety
/// The text ends with a zero, or the pointer is null.
unsafe fn text(text: PWSTR) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    let text = String::from_utf16_lossy(unsafe { text.as_wide() });
    Some(text).filter(|text| !text.is_empty())
}

/// # Safety
/// `next` begins a list that `GetAdaptersAddresses` has written, or is null.
unsafe fn unicast(mut next: *const IP_ADAPTER_UNICAST_ADDRESS_LH) -> Vec<Ipv4Net> {
    let mut nets = Vec::new();
    // SAFETY: promised by the caller.
    while let Some(entry) = unsafe { next.as_ref() } {
        next = entry.Next;
        // SAFETY: the address lies beside the entry; its family tells what it is.
        let Some(address) = (unsafe { entry.Address.lpSockaddr.cast::<SOCKADDR_IN>().as_ref() })
        else {
            continue;
        };
        if address.sin_family != AF_INET {
            continue;
        }
        // SAFETY: every bit pattern is an address.
        let address = Ipv4Addr::from(unsafe { address.sin_addr.S_un.S_addr }.to_ne_bytes());
        // Newer than Windows XP: the length of the prefix stands in the entry itself.
        nets.extend(Ipv4Net::new(address, entry.OnLinkPrefixLength).ok());
    }
    nets
}

#[cfg(test)]
mod tests {
    use gangway_engine::tunnel::InterfaceKind;

    use super::*;

    #[test]
    fn loopback_is_listed_with_what_it_is() {
        let adapters = adapters().unwrap();
        let loopback = adapters
            .iter()
            .find(|it| it.addresses.iter().any(|net| net.addr().is_loopback()));
        let loopback = loopback.unwrap();
        assert_eq!(loopback.kind, InterfaceKind::Loopback);
        assert_eq!(loopback.if_type, Some(24));
        assert!(loopback.up && !loopback.name.is_empty());
        assert!(loopback.guid.is_some() && loopback.index.is_some());
    }
}

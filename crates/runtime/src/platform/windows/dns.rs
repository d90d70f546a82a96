//! What DNS says of a name, and nobody else: neither LLMNR nor mDNS nor NetBIOS is asked.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use windows::Win32::Foundation::ERROR_SUCCESS;
use windows::Win32::NetworkManagement::Dns::{
    DNS_QUERY_NO_MULTICAST, DNS_QUERY_NO_NETBT, DNS_RECORDA, DNS_RECORDW, DNS_TYPE, DNS_TYPE_A,
    DNS_TYPE_AAAA, DnsFree, DnsFreeRecordList, DnsQuery_W,
};
use windows::core::HSTRING;

use crate::effects::{Answer, is_full};

/// The addresses of a name, and the full name of the host that has them: the system adds the
/// suffixes of its interfaces to a short name, and tells which one it was.
pub(crate) async fn look_up(name: &str) -> io::Result<Answer> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(Answer {
            addresses: vec![address],
            full: Some(name.to_owned()),
        });
    }
    // It belongs to this machine, and is asked of nobody.
    if name.eq_ignore_ascii_case("localhost") {
        let found = tokio::net::lookup_host((name, 3389)).await?;
        return Ok(Answer {
            addresses: found.map(|found| found.ip()).collect(),
            full: Some(name.to_owned()),
        });
    }
    let name = name.to_owned();
    // The call waits for the network.
    let asked = tokio::task::spawn_blocking(move || {
        let mut answer = Answer::default();
        query(&name, DNS_TYPE_A, &mut answer);
        query(&name, DNS_TYPE_AAAA, &mut answer);
        // A name that says its domain is taken as it was written.
        if is_full(&name) {
            answer.full = Some(name);
        }
        answer
    });
    asked.await.map_err(io::Error::other)
}

/// Adds what the records of one type say. No answer says nothing.
fn query(name: &str, kind: DNS_TYPE, answer: &mut Answer) {
    let mut records: *mut DNS_RECORDA = std::ptr::null_mut();
    // SAFETY: the name outlives the call; the list is the system's and is freed below.
    let told = unsafe {
        DnsQuery_W(
            &HSTRING::from(name),
            kind,
            DNS_QUERY_NO_MULTICAST | DNS_QUERY_NO_NETBT,
            None,
            &raw mut records,
            None,
        )
    };
    if told == ERROR_SUCCESS {
        let mut next = records.cast::<DNS_RECORDW>().cast_const();
        // SAFETY: each record is the list's until it is freed, and its pointers lead to the
        // next one or nowhere; what was asked in wide characters is answered in them.
        while let Some(record) = unsafe { next.as_ref() } {
            read(record, kind, answer);
            next = record.pNext.cast_const();
        }
    }
    // SAFETY: null or the list of the call above, which is not used again.
    unsafe { DnsFree(Some(records.cast_const().cast()), DnsFreeRecordList) };
}

/// A record of the type that was asked for; those of aliases on the way say no address.
fn read(record: &DNS_RECORDW, kind: DNS_TYPE, answer: &mut Answer) {
    if record.wType != kind.0 {
        return;
    }
    let address = if kind == DNS_TYPE_A {
        // SAFETY: the record's type says which member it is.
        let bytes = unsafe { record.Data.A.IpAddress }.to_ne_bytes();
        IpAddr::V4(Ipv4Addr::from(bytes))
    } else {
        // SAFETY: the record's type says which member it is; any bytes are an address.
        let bytes = unsafe { record.Data.AAAA.Ip6Address.IP6Byte };
        IpAddr::V6(Ipv6Addr::from(bytes))
    };
    answer.addresses.push(address);
    if !record.pName.is_null() {
        // SAFETY: the name is the record's own and ends in zero.
        answer.full = unsafe { record.pName.to_string() }.ok();
    }
}

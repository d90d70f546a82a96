//! Links of ours from outside, read with suspicion: a page, a mail or another program wrote them.

use crate::vm::Service;

/// How a link of ours begins.
pub const SCHEME: &str = "gangway://";

/// No link of ours is longer: an ARM id, percent-encoded throughout, with room to spare.
pub const LONGEST_LINK: usize = 4096;

/// A link of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// `gangway://connect?vm=<name or id>&protocol=<rdp|ssh>`: asks for a confirmation.
    Connect(ConnectLink),
    /// `gangway://notice/<nonce>/<action>`: a button of a notice was pressed, if this
    /// process issued that nonce.
    Notice {
        /// What the shell put into the notice, once.
        nonce: String,
        /// The button's key.
        action: String,
    },
}

/// What a link to a VM says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectLink {
    /// The VM, by name or ARM id. Data from outside, without control characters.
    pub vm: String,
    /// Protocol and port, where it says so.
    pub service: Option<Service>,
}

/// Reads a link; `None` for whatever is not exactly one of ours.
#[must_use]
pub fn parse(text: &str) -> Option<Link> {
    if text.len() > LONGEST_LINK || text.chars().any(char::is_control) {
        return None;
    }
    let rest = text
        .get(..SCHEME.len())
        .filter(|head| head.eq_ignore_ascii_case(SCHEME))
        .and(text.get(SCHEME.len()..))?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, tail) = path.split_once('/').unwrap_or((path, ""));
    match host {
        "connect" if tail.is_empty() => connect(query).map(Link::Connect),
        "notice" if query.is_empty() => notice(tail),
        _ => None,
    }
}

fn connect(query: &str) -> Option<ConnectLink> {
    let mut vm = None;
    let mut service = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=')?;
        // What is said twice, or is not known here, may mean something else elsewhere.
        match key {
            "vm" if vm.is_none() => vm = Some(decode(value)?),
            "protocol" if service.is_none() => {
                service = Some(match value {
                    "rdp" => Service::RDP,
                    "ssh" => Service::SSH,
                    _ => return None,
                });
            }
            _ => return None,
        }
    }
    let vm = vm.filter(|vm| !vm.trim().is_empty())?;
    Some(ConnectLink { vm, service })
}

fn notice(tail: &str) -> Option<Link> {
    let (nonce, action) = tail.split_once('/')?;
    let plain = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=64).contains(&text.len()) && text.chars().all(fits)
    };
    (plain(nonce) && plain(action)).then(|| Link::Notice {
        nonce: nonce.to_owned(),
        action: action.to_owned(),
    })
}

/// Percent-decoding (RFC 3986, 2.1). What is half an escape, not UTF-8 or a control
/// character makes the whole link none of ours.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = tail else {
            return None;
        };
        bytes.push(hex(*high)? << 4 | hex(*low)?);
        rest = tail;
    }
    let decoded = String::from_utf8(bytes).ok()?;
    (!decoded.chars().any(char::is_control)).then_some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests;

//! A machine's network written down: what was seen, what was known, and what was decided of it.
//!
//! Records of machines lie in `records/`, one file for each, and are decided anew in the
//! tests. `gangway vpn status --capture` writes one of the machine that it runs on.

mod redact;

use std::net::Ipv4Addr;

use gangway_engine::tunnel::{Finding, TunnelKnowledge, TunnelView, decide};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::platform;
use crate::seen::Seen;

/// The form of a record. It changes when older ones could be misread.
pub const FORMAT: u32 = 1;

/// What a record tells a person who opens it.
pub const ABOUT: &str = "What Gangway saw of this machine's network: adapters, addresses, routes and \
    connected VPN entries, the VPN address pools it knows, and what it decided. Left out or replaced: \
    public addresses (by 203.0.113.x), MAC addresses (never read), adapter ids, DNS suffixes, the names \
    of this machine and of people, Azure resource ids. Kept, since the decision rests on them: private \
    addresses and the names of adapters and VPN entries. Read it before you show it to anybody.";

/// At most so many routes are asked about beside the targets that were named.
const MOST_ASKED: usize = 16;

/// A machine's network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// What this is, for a person.
    pub about: String,
    /// `windows`, `linux` or `macos`.
    pub system: String,
    /// Nobody has seen such a machine: this is how documentation describes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub modelled: bool,
    /// The pages that a modelled one follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// What was seen.
    #[serde(flatten)]
    pub seen: Seen,
    /// Every IPv4 route, where the system lists them. For people: the decision asks for ways.
    #[serde(default)]
    pub table: Vec<Route>,
    /// What was known of the company's tunnels.
    pub known: TunnelKnowledge,
    /// What that comes to, for each address that was asked about.
    pub decided: Vec<Decided>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where to.
    pub prefix: Ipv4Net,
    /// The adapter it leaves through.
    pub interface: String,
    /// The next hop; none on the adapter's own link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Ipv4Addr>,
    /// The system's preference among equals: the lower the better.
    pub metric: u32,
}

/// What the decision says of the way to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The address.
    pub target: Ipv4Addr,
    /// `ADAPTER ADDRESS` of the tunnel that leads there, or the problem's code.
    pub verdict: String,
    /// What was found of each of our addresses.
    pub findings: Vec<Found>,
}

/// What was found of one of our addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The adapter that holds it.
    pub interface: String,
    /// The address.
    pub address: Ipv4Addr,
    /// What was found.
    pub finding: Finding,
}

impl Record {
    /// Writes down this machine as it is now. `targets` are the addresses to ask about; what
    /// private networks there are routes to is asked about as well.
    ///
    /// # Errors
    /// [`Error::Interfaces`] when the system does not list its adapters.
    pub fn now(targets: &[Ipv4Addr], known: TunnelKnowledge) -> Result<Self, Error> {
        let table = platform::table();
        let mut asked = targets.to_vec();
        let behind_routes = table.iter().filter_map(|route| first_host(route.prefix));
        for target in behind_routes {
            if asked.len() < targets.len() + MOST_ASKED && !asked.contains(&target) {
                asked.push(target);
            }
        }
        let record = Self {
            format: FORMAT,
            about: ABOUT.to_owned(),
            system: platform::SYSTEM.to_owned(),
            modelled: false,
            pages: Vec::new(),
            seen: Seen::now(&asked)?,
            table,
            known,
            decided: Vec::new(),
        };
        Ok(record.with_decisions())
    }

    /// The same without what tells whose machine it is; `scrub` takes names of people and of
    /// the machine out of a text. What is decided is decided anew, of what is left.
    #[must_use]
    pub fn redacted(self, scrub: impl Fn(&str) -> String) -> Self {
        redact::record(self, &scrub).with_decisions()
    }

    /// What the decision says of each way.
    #[must_use]
    pub fn decide(&self) -> Vec<Decided> {
        let local = self.seen.local();
        let ways = self.seen.ways.iter();
        ways.map(|way| {
            let view = decide(&[way.target], &local, &self.known);
            Decided::of(way.target, view)
        })
        .collect()
    }

    /// As text.
    ///
    /// # Errors
    /// None that this type can bring about.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// From text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    fn with_decisions(mut self) -> Self {
        self.decided = self.decide();
        self
    }
}

impl Decided {
    fn of(target: Ipv4Addr, view: TunnelView) -> Self {
        let findings = view.evidence.into_iter().map(|it| Found {
            interface: it.interface,
            address: it.address,
            finding: it.finding,
        });
        Self {
            target,
            verdict: match view.verdict {
                Ok(path) => format!("{} {}", path.interface, path.source),
                Err(problem) => problem.code().to_owned(),
            },
            findings: findings.collect(),
        }
    }
}

/// An address to ask about in a private network that there is a route to. A route to one
/// address, or to half of the world, is none to a network.
fn first_host(prefix: Ipv4Net) -> Option<Ipv4Addr> {
    let is_network = (8..=30).contains(&prefix.prefix_len());
    let first = prefix.hosts().nth(3)?;
    (is_network && redact::is_kept(first) && !first.is_loopback() && !first.is_link_local())
        .then_some(first)
}

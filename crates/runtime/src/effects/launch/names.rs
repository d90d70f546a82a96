//! By which name a VM is called: looked up beside the proof, taken only when it leads to the
//! proved address and nowhere else, and only as a full name: to a short one any computer near
//! may answer (LLMNR, mDNS, NetBIOS).

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use gangway_engine::id::{ConnectionId, VmId};
use gangway_launch::Target;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::platform;
use crate::settings::RdpTarget;
use crate::world::World;

/// How long a start waits for a name that would only be better than the address.
const BETTER: Duration = Duration::from_millis(20);

/// How long a start waits for the name that it cannot do without.
const NEEDED: Duration = Duration::from_secs(3);

/// More names than anybody looks up for one VM.
const MOST: usize = 12;

/// More connections than are under way at once. Of one that ends without a client nobody says
/// so here: the oldest go first.
const MOST_CONNECTIONS: usize = 32;

/// What a resolver answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The addresses that the name leads to.
    pub(crate) addresses: Vec<IpAddr>,
    /// The full name under which DNS knows the host; `None` where DNS told none.
    pub(crate) full: Option<String>,
}

/// The names that are being looked up, per connection.
#[derive(Default)]
pub(in crate::effects) struct Names {
    /// What a connection's VM is called by its own system, as far as the store knows.
    known: Latest<(VmId, Option<String>)>,
    asked: Latest<Asked>,
}

/// Something of each of the latest connections.
struct Latest<T>(Vec<(ConnectionId, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Latest<T> {
    fn insert(&mut self, connection: ConnectionId, item: T) {
        self.remove(connection);
        if self.0.len() == MOST_CONNECTIONS {
            self.0.remove(0);
        }
        self.0.push((connection, item));
    }

    fn get(&self, connection: ConnectionId) -> Option<&T> {
        let mut all = self.0.iter();
        all.find_map(|(of, item)| (*of == connection).then_some(item))
    }

    fn remove(&mut self, connection: ConnectionId) -> Option<T> {
        let at = self.0.iter().position(|(of, _)| *of == connection)?;
        Some(self.0.remove(at).1)
    }
}

impl Names {
    /// The store told of a connection's VM.
    pub(in crate::effects) fn learn(
        &mut self,
        connection: ConnectionId,
        vm: VmId,
        computer_name: Option<String>,
    ) {
        self.known.insert(connection, (vm, computer_name));
    }

    /// A way to the VM is being tried: its names are looked up meanwhile.
    pub(in crate::effects) fn begin(
        &mut self,
        world: &World,
        connection: ConnectionId,
        target: Ipv4Addr,
    ) {
        let Some((vm, computer_name)) = self.known.get(connection) else {
            return;
        };
        let wanted = Wanted::of(world, vm, computer_name.as_deref(), target);
        let is_asked = |asked: &Asked| asked.wanted == wanted;
        if !wanted.names.is_empty() && !self.asked.get(connection).is_some_and(is_asked) {
            self.asked.insert(connection, Asked::begin(wanted));
        }
    }

    /// What was begun for a connection, whose client is started now.
    pub(in crate::effects) fn take(&mut self, connection: Option<ConnectionId>) -> Option<Asked> {
        let connection = connection?;
        self.known.remove(connection);
        self.asked.remove(connection)
    }
}

/// Which names may lead to which address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    names: Vec<String>,
    /// What Entra knows the device by.
    device: Option<String>,
    target: Ipv4Addr,
    is_needed: bool,
}

impl Wanted {
    /// What the settings want of a VM's name; no names where the address is to be taken.
    pub(super) fn of(
        world: &World,
        vm: &VmId,
        computer_name: Option<&str>,
        target: Ipv4Addr,
    ) -> Self {
        let settings = world.settings();
        let rdp = settings.rdp_of(vm);
        let mut wanted = Self {
            names: Vec::new(),
            device: computer_name.map(str::to_lowercase),
            target,
            is_needed: rdp.target == RdpTarget::Name,
        };
        if rdp.target != RdpTarget::Address {
            let own = settings.of_vm(vm).and_then(|vm| vm.host_name());
            let profiles = world.store.profiles().unwrap_or_default();
            let of_profiles = profiles.into_iter().flat_map(|profile| profile.suffixes);
            let suffixes: Vec<String> = rdp.suffixes.into_iter().chain(of_profiles).collect();
            let name = computer_name.unwrap_or(vm.name());
            wanted.names = candidates(own, name, &suffixes, rdp.entra_sign_in);
        }
        wanted
    }

    /// Whether this is the device's own name, alone or before its domain.
    fn is_device(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or_default();
        self.device
            .as_deref()
            .is_some_and(|device| first.eq_ignore_ascii_case(device))
    }
}

/// The names, best first: the one that is set, the computer's name in each domain, and alone,
/// to which the system adds the suffixes of its interfaces. Entra knows a device by its name
/// alone, so that one goes before those in a domain.
fn candidates(own: Option<&str>, name: &str, suffixes: &[String], entra: bool) -> Vec<String> {
    let in_domains = suffixes.iter().map(|suffix| format!("{name}.{suffix}"));
    let alone = [name.to_owned()];
    let mut names: Vec<String> = own.map(str::to_owned).into_iter().collect();
    if entra {
        names.extend(alone.into_iter().chain(in_domains));
    } else {
        names.extend(in_domains.chain(alone));
    }
    let label = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    names.retain(|name| name.bytes().all(label) && !name.starts_with(['-', '.']));
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.to_lowercase()));
    names.truncate(MOST);
    names
}

/// Look-ups that are under way. Whoever drops this no longer waits for them.
pub(in crate::effects) struct Asked {
    wanted: Wanted,
    told: mpsc::UnboundedReceiver<(usize, Found)>,
}

/// What became of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// It does not lead to the address, or not only.
    Not,
    /// It does, and this is its full name.
    Full(String),
    /// It does, but nobody told its full name.
    Short,
}

impl Found {
    fn of(answer: Answer, target: Ipv4Addr) -> Self {
        if !is_only(&answer.addresses, target) {
            return Self::Not;
        }
        match answer.full {
            Some(full) if is_full(&full) => Self::Full(full),
            Some(_) | None => Self::Short,
        }
    }
}

impl Asked {
    pub(super) fn begin(wanted: Wanted) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        for (index, name) in wanted.names.iter().enumerate() {
            let (tell, name, target) = (tell.clone(), name.clone(), wanted.target);
            tokio::spawn(async move {
                let answer = platform::look_up(&name).await.unwrap_or_default();
                // Whoever asked may be gone.
                let _unheard = tell.send((index, Found::of(answer, target)));
            });
        }
        Self { wanted, told }
    }

    /// Whether it is what is wanted now.
    pub(super) fn is(&self, wanted: &Wanted) -> bool {
        self.wanted == *wanted
    }

    /// The best name that leads to the address alone, as far as it is known in time.
    pub(super) async fn best(mut self) -> Target {
        let names = &self.wanted.names;
        let mut answers: Vec<Option<Found>> = vec![None; names.len()];
        let patience = if self.wanted.is_needed {
            NEEDED
        } else {
            BETTER
        };
        let until = Instant::now() + patience;
        let is_out = |answer: &&Option<Found>| matches!(answer, None | Some(Found::Full(_)));
        // One that is still out may be better than one that is in.
        while answers.iter().find(is_out) == Some(&None) {
            match timeout_at(until, self.told.recv()).await {
                Ok(Some((index, found))) => answers[index] = Some(found),
                Ok(None) | Err(_) => break,
            }
        }
        let name = answers.iter().find_map(|answer| match answer {
            Some(Found::Full(name)) => Some(name.clone()),
            Some(Found::Not | Found::Short) | None => None,
        });
        let short = names.iter().zip(&answers);
        let short = short.filter(|(_, answer)| **answer == Some(Found::Short));
        Target {
            is_device: name
                .as_deref()
                .is_some_and(|name| self.wanted.is_device(name)),
            name,
            not_full: short.map(|(name, _)| name.clone()).collect(),
            tried: self.wanted.names,
        }
    }
}

/// Whether a name says its domain, and one that DNS is asked for: `.local` belongs to mDNS
/// (RFC 6762, section 3). `localhost` is never asked of anybody (RFC 6761, section 6.3).
pub(crate) fn is_full(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    let says_domain = name.contains('.') && !name.starts_with('.');
    name.eq_ignore_ascii_case("localhost") || (says_domain && !last.eq_ignore_ascii_case("local"))
}

fn is_only(found: &[IpAddr], target: Ipv4Addr) -> bool {
    !found.is_empty() && found.iter().all(|address| *address == IpAddr::V4(target))
}

#[cfg(test)]
mod tests;

//! By which name a VM is called: looked up beside the proof, taken only when it leads to the
//! proved address and nowhere else.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use gangway_engine::id::{ConnectionId, VmId};
use gangway_launch::Target;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::settings::RdpTarget;
use crate::world::World;

/// How long a start waits for a name that would only be better than the address.
const BETTER: Duration = Duration::from_millis(20);

/// How long a start waits for the name that it cannot do without.
const NEEDED: Duration = Duration::from_secs(3);

/// More names than anybody looks up for one VM.
const MOST: usize = 12;

/// The names that are being looked up, per connection.
#[derive(Default)]
pub(in crate::effects) struct Names {
    /// What a connection's VM is called by its own system, as far as the store knows.
    known: HashMap<ConnectionId, (VmId, Option<String>)>,
    asked: HashMap<ConnectionId, Asked>,
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
        let Some((vm, computer_name)) = self.known.get(&connection) else {
            return;
        };
        let wanted = Wanted::of(world, vm, computer_name.as_deref(), target);
        let is_asked = |asked: &Asked| asked.wanted == wanted;
        if !wanted.names.is_empty() && !self.asked.get(&connection).is_some_and(is_asked) {
            self.asked.insert(connection, Asked::begin(wanted));
        }
    }

    /// What was begun for a connection, whose client is started now.
    pub(in crate::effects) fn take(&mut self, connection: Option<ConnectionId>) -> Option<Asked> {
        let connection = connection?;
        self.known.remove(&connection);
        self.asked.remove(&connection)
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
    told: mpsc::UnboundedReceiver<(usize, bool)>,
}

impl Asked {
    pub(super) fn begin(wanted: Wanted) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        for (index, name) in wanted.names.iter().enumerate() {
            let (tell, name, target) = (tell.clone(), name.clone(), wanted.target);
            tokio::spawn(async move {
                // A port is part of the question only to the library.
                let found = tokio::net::lookup_host((name.as_str(), 3389)).await;
                let found: Vec<IpAddr> = found.into_iter().flatten().map(|it| it.ip()).collect();
                // Whoever asked may be gone.
                let _unheard = tell.send((index, is_only(&found, target)));
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
        let mut answers: Vec<Option<bool>> = vec![None; names.len()];
        let patience = if self.wanted.is_needed {
            NEEDED
        } else {
            BETTER
        };
        let until = Instant::now() + patience;
        // One that is still out may be better than one that is in.
        while answers.iter().find(|answer| **answer != Some(false)) == Some(&None) {
            match timeout_at(until, self.told.recv()).await {
                Ok(Some((index, leads))) => answers[index] = Some(leads),
                Ok(None) | Err(_) => break,
            }
        }
        let best = answers.iter().position(|answer| *answer == Some(true));
        let name = best.and_then(|index| names.get(index)).cloned();
        Target {
            is_device: name
                .as_deref()
                .is_some_and(|name| self.wanted.is_device(name)),
            name,
            tried: self.wanted.names,
        }
    }
}

fn is_only(found: &[IpAddr], target: Ipv4Addr) -> bool {
    !found.is_empty() && found.iter().all(|address| *address == IpAddr::V4(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_only_when_it_leads_to_the_proved_address_and_nowhere_else() {
        let target = Ipv4Addr::new(10, 0, 0, 4);
        let other = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
        assert!(is_only(&[target.into(), target.into()], target));
        assert!(!is_only(&[], target));
        assert!(!is_only(&[target.into(), other], target));
        assert!(!is_only(
            &[target.into(), "fd00::4".parse().unwrap()],
            target
        ));
    }

    #[test]
    fn names_come_best_first_and_once() {
        let suffixes = ["corp.example".to_owned(), "CORP.example".to_owned()];
        let names = |own, entra| candidates(own, "web01", &suffixes, entra);
        assert_eq!(
            names(Some("web.example"), false),
            ["web.example", "web01.corp.example", "web01"]
        );
        assert_eq!(names(None, true), ["web01", "web01.corp.example"]);
        assert_eq!(candidates(None, "vm web", &[], false), Vec::<String>::new());
        let many: Vec<String> = (0..40).map(|number| format!("s{number}.example")).collect();
        assert_eq!(candidates(None, "a", &many, false).len(), MOST);
    }

    fn wanted(names: &[&str], is_needed: bool) -> Wanted {
        Wanted {
            names: names.iter().map(ToString::to_string).collect(),
            device: Some("localhost".to_owned()),
            target: Ipv4Addr::LOCALHOST,
            is_needed,
        }
    }

    fn asked(names: &[&str], is_needed: bool, answers: &[(usize, bool)]) -> Asked {
        let (tell, told) = mpsc::unbounded_channel();
        for answer in answers {
            tell.send(*answer).unwrap();
        }
        // Somebody may still answer.
        std::mem::forget(tell);
        Asked {
            wanted: wanted(names, is_needed),
            told,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_start_does_not_wait_for_a_name_that_is_late() {
        let begun = Instant::now();
        let target = asked(&["a", "b", "c"], false, &[(1, true), (2, true)])
            .best()
            .await;
        // The first one never came, and the best of the others is taken.
        assert_eq!(
            (target.name.as_deref(), begun.elapsed()),
            (Some("b"), BETTER)
        );
        let target = asked(&["a"], true, &[]).best().await;
        assert_eq!((target.name, target.tried), (None, vec!["a".to_owned()]));
        assert_eq!(begun.elapsed(), BETTER + NEEDED);
        let target = asked(&["localhost.x", "a"], false, &[(0, true)])
            .best()
            .await;
        assert!(target.is_device && begun.elapsed() == BETTER + NEEDED);
    }

    #[tokio::test]
    async fn the_system_s_own_answer_counts() {
        let target = Asked::begin(wanted(&["127.0.0.1"], true)).best().await;
        assert_eq!(target.name.as_deref(), Some("127.0.0.1"));
        let target = Asked::begin(wanted(&["127.0.0.2"], true)).best().await;
        assert_eq!(target.name, None);
    }
}

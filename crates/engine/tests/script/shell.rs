//! The shell that stays: the lines about it, and what only it shows.

use gangway_engine::id::{ConnectionId, LinkId};
use gangway_engine::input::{Found, Input, Observation, Reply};
use gangway_engine::intent::Intent;
use gangway_engine::query::{JitCoverage, Offer, VmEntry};
use gangway_engine::snapshot::{Alert, Snapshot, TunnelStanding};
use jiff::Timestamp;

use super::run::Runner;
use super::show::{clock, trouble};
use super::words::{after_word, problem, service, span};

impl Runner {
    /// `stays`, `watched on|off`, `pools` (those of the world), `pinned`, `met CODE`,
    /// `link TEXT`, `follow 1 yes|no [ssh|rdp|port N] [for 30m]`, `seen 1`.
    pub(super) fn shell_input(&mut self, words: &[&str]) -> Option<Input> {
        let rest = &words[1..];
        let observed = match words[0] {
            "stays" => {
                self.stays = true;
                Observation::Stays
            }
            "watched" => Observation::Watched(rest[0] == "on"),
            "pools" => Observation::Pools(self.world.pools.clone()),
            "pinned" => Observation::Pinned(self.entries()),
            "met" => {
                let all = rest.chunks(1).map(|word| problem(word, self.now));
                Observation::Met(all.collect())
            }
            "link" => Observation::Link(rest[0].into()),
            "follow" => {
                return Some(Input::Intent(Intent::FollowLink {
                    link: LinkId(rest[0].parse().unwrap()),
                    go: rest[1] == "yes",
                    service: service(&rest[2..]),
                    duration: after_word(rest, "for").map(span),
                }));
            }
            "seen" => {
                let connection = ConnectionId(rest[0].parse().unwrap());
                return Some(Input::Intent(Intent::Seen { connection }));
            }
            _ => return None,
        };
        Some(Input::Observed(observed))
    }

    /// `found`, `found nothing`, `found several`, `found not CODE`.
    pub(super) fn found(&self, words: &[&str]) -> Reply {
        let own = self.entries();
        let found = |exact, near| Ok(Box::new(Found { exact, near }));
        Reply::Found(match words.first() {
            None => found(own, vec![]),
            Some(&"several") => found([own.clone(), own].concat(), vec![]),
            Some(&"nothing") => found(vec![], own),
            Some(&"not") => Err(problem(&words[1..], self.now)),
            Some(word) => panic!("found what: {word}"),
        })
    }

    fn entries(&self) -> Vec<VmEntry> {
        let jit = JitCoverage::Ports(vec![22, 3389]);
        let entry = |vm: gangway_engine::vm::Vm| VmEntry {
            offer: Offer::of(vm.power, &jit),
            subscription: vm.id.subscription(),
            subscription_name: None,
            jit: jit.clone(),
            favourite: true,
            last_used: None,
            vm,
        };
        self.world.vm.clone().into_iter().map(entry).collect()
    }
}

/// The lines that a shell which stays is interested in besides.
pub fn shown(snapshot: &Snapshot, begin: Timestamp) -> Vec<String> {
    let mut out = vec![match &snapshot.tunnel {
        TunnelStanding::Unknown => "tunnel: unknown".to_owned(),
        TunnelStanding::Down => "tunnel: down".to_owned(),
        TunnelStanding::Up {
            interface,
            address,
            of,
        } => {
            let of = of.as_deref().unwrap_or("somebody");
            format!("tunnel: {interface}, {address} of {of}")
        }
    }];
    if let Some(link) = &snapshot.link {
        let what = match (&link.found, &link.problem) {
            (Some(found), _) => format!("is {}", found.vm.name),
            (None, Some(problem)) => trouble(problem, begin),
            (None, None) => "is being looked up".to_owned(),
        };
        let service = link
            .service
            .map_or_else(String::new, |it| format!(" at {}", it.port));
        out.push(format!("link {}: {}{service} {what}", link.id, link.vm));
    }
    out.extend(snapshot.alerts.iter().map(|it| alert(it, begin)));
    out
}

fn alert(alert: &Alert, begin: Timestamp) -> String {
    match alert {
        Alert::EndsSoon {
            request,
            expires_at,
            ..
        } => {
            let end = clock(expires_at.duration_since(begin));
            format!("alert: {request} ends at {end}")
        }
        Alert::Access {
            request, problem, ..
        } => {
            format!("alert: access {request}, {}", trouble(problem, begin))
        }
        Alert::Connection {
            connection,
            problem,
            ..
        } => match problem {
            Some(problem) => format!("alert: {connection}, {}", trouble(problem, begin)),
            None => format!("alert: {connection} asks"),
        },
        Alert::SignIn { sign_in, problem } => {
            format!("alert: sign-in {sign_in}, {}", trouble(problem, begin))
        }
        Alert::Link { link, .. } => format!("alert: link {link}"),
        Alert::Machine { problem, .. } => format!("alert: {}", trouble(problem, begin)),
    }
}

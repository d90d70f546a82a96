//! A shell that may stay, links that anybody may send, and what is promised about both.

use gangway_engine::effect::{Effect, Issued, Notice};
use gangway_engine::id::{ConnectionId, LinkId};
use gangway_engine::input::{Found, Input, Observation, Reply};
use gangway_engine::intent::Intent;
use gangway_engine::query::{JitCoverage, Offer, VmEntry};
use gangway_engine::snapshot::{LinkView, Snapshot};
use gangway_engine::tunnel::{Pool, PoolOrigin};

use super::World;
use super::azure::POOL;

/// What the shell has told of itself.
#[derive(Debug, Default)]
pub struct ShellTold {
    pub(super) stays: bool,
    watched: bool,
    /// The newest connection before this step, and the link that waited then.
    newest: Option<ConnectionId>,
    link: Option<LinkView>,
}

const LINKS: [&str; 6] = [
    "gangway://connect?vm=web",
    "gangway://connect?vm=web&protocol=rdp",
    "gangway://connect?vm=%00",
    "gangway://notice/n1/extend",
    "gangway://connect?vm=web&go=true",
    "https://contoso.example/?vm=web",
];

impl World {
    pub fn shell_happens(&mut self, kind: u8, index: usize) {
        let shown = self.engine.snapshot(self.now());
        let waiting = shown.link.as_ref().map_or(LinkId(9), |link| link.id);
        let connection = shown
            .connections
            .get(index % shown.connections.len().max(1));
        let follow = |link, go| {
            Input::Intent(Intent::FollowLink {
                link,
                go,
                service: None,
                duration: None,
            })
        };
        let input = match kind {
            0 => Input::Observed(Observation::Stays),
            1 | 2 => Input::Observed(Observation::Watched(kind == 1)),
            3 | 4 => Input::Observed(Observation::Pools(pools(kind == 3))),
            5 | 6 => Input::Observed(Observation::Link(LINKS[index % LINKS.len()].into())),
            7 => follow(waiting, false),
            8 => follow(waiting, true),
            9 => follow(LinkId(waiting.0 + 1), true),
            10 => Input::Observed(Observation::Pinned(vec![self.entry()])),
            _ => match connection {
                Some(view) => Input::Intent(Intent::Seen {
                    connection: view.id,
                }),
                None => return,
            },
        };
        if matches!(input, Input::Intent(_)) {
            self.displaced.clear();
        }
        self.step(input);
        let shown = self.engine.snapshot(self.now());
        let written = serde_json::to_value(&shown).unwrap();
        let read: Snapshot = serde_json::from_value(written).unwrap();
        assert_eq!(read, shown, "what crosses is the whole truth");
    }

    /// What was told of the shell by now: before the engine hears it, too.
    pub fn hear_shell(&mut self, input: &Input) {
        match input {
            Input::Observed(Observation::Stays) => self.shell.stays = true,
            Input::Observed(Observation::Watched(watched)) => self.shell.watched = *watched,
            _ => {}
        }
    }

    pub fn judge_shell(&mut self, input: &Input, issued: &[Issued]) {
        let after = self.engine.snapshot(self.now());
        let waited = self.shell.link.as_ref().filter(|link| link.found.is_some());
        let may_begin = match input {
            Input::Intent(Intent::Connect(_) | Intent::Extend { .. }) => true,
            Input::Intent(Intent::FollowLink { link, go, .. }) => {
                *go && waited.is_some_and(|it| it.id == *link)
            }
            _ => false,
        };
        let newest = after.connections.iter().map(|view| view.id).max();
        let begun = newest > self.shell.newest;
        assert!(may_begin || !begun, "a link never connects without a yes");
        self.shell.newest = newest.max(self.shell.newest);
        self.shell.link = after.link.clone();
        let told = issued.iter().filter_map(|one| match &one.effect {
            Effect::Notify(notice) => Some(notice),
            _ => None,
        });
        for notice in told {
            let quiet = self.shell.stays && self.shell.watched;
            assert!(!quiet, "a window that is looked at needs no notice");
            let ready = matches!(
                notice,
                Notice::Ready { .. } | Notice::Asks { .. } | Notice::SignIn { .. }
            );
            assert!(
                self.shell.stays || !ready,
                "the command line says that itself"
            );
        }
        for (index, alert) in after.alerts.iter().enumerate() {
            assert!(!after.alerts[..index].contains(alert), "each alert once");
        }
    }

    pub fn found(&self, luck: u8) -> Reply {
        let entry = || vec![self.entry()];
        Reply::Found(Ok(Box::new(match luck % 4 {
            0 => Found::default(),
            1 => Found {
                exact: [entry(), entry()].concat(),
                near: entry(),
            },
            _ => Found {
                exact: entry(),
                near: vec![],
            },
        })))
    }

    fn entry(&self) -> VmEntry {
        let vm = self.azure.vm();
        VmEntry {
            subscription: vm.id.subscription(),
            subscription_name: None,
            offer: Offer::of(vm.power, &JitCoverage::Unknown),
            jit: JitCoverage::Unknown,
            favourite: true,
            last_used: None,
            vm,
        }
    }
}

fn pools(known: bool) -> Vec<Pool> {
    let pool = || Pool {
        prefix: POOL.parse().unwrap(),
        origin: PoolOrigin::Setting,
    };
    known.then(pool).into_iter().collect()
}

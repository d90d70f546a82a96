//! What effects bring, well or badly.

use std::net::Ipv4Addr;

use gangway_engine::dial::{Dialled, Dialling, VpnProfile};
use gangway_engine::effect::{Effect, Issued};
use gangway_engine::host::{ExpectedHost, HostIdentity, Reachability};
use gangway_engine::id::TenantId;
use gangway_engine::input::{CachedVm, Input, Recorded, Reply};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::request::{Access, InitiateOutcome, Standing};
use gangway_engine::rules::Explanation;
use gangway_engine::tunnel::{
    Interface, InterfaceKind, LocalNetwork, Pool, PoolOrigin, RouteTo, VpnClient, VpnEntry,
};
use gangway_engine::vm::Power;
use jiff::{SignedDuration, Timestamp};

use super::World;
use super::azure::POOL;
use super::sign_ins::{ends, told};

/// The key of another VM, known as such.
pub const STRANGER: &str = "SHA256:stranger";

impl World {
    pub fn reply(&mut self, index: usize, luck: u8) {
        if self.pending.is_empty() {
            return;
        }
        let index = index % self.pending.len();
        let one = self.pending[index].clone();
        let lasting = matches!(one.effect, Effect::Probe(_))
            || matches!(one.effect, Effect::SignIn(_)) && !ends(luck);
        if !lasting {
            self.pending.remove(index);
            self.past.push(one.id);
        }
        let reply = self.outcome(&one, luck);
        self.told(&one, &reply);
        self.step(Input::Reply { to: one.id, reply });
    }

    /// A reply to something that was called off: it must be as if nothing had come.
    pub fn stray(&mut self, index: usize, luck: u8) {
        if self.past.is_empty() {
            return;
        }
        let to = self.past[index % self.past.len()];
        // A client's end comes after its start, to the same effect.
        let reply = match luck % 5 {
            0 => Reply::Probed(greeting("SHA256:web")),
            1 => Reply::Initiated(InitiateOutcome::NotSent(offline())),
            2 => Reply::Launched(Ok(())),
            3 => Reply::SignIn(told(luck, self.now())),
            _ => Reply::Recorded(Recorded::Failed(offline())),
        };
        // Whatever time alone brings is judged as always; a client it must not start by
        // itself: the promise about launches looks at what was told, and this was not.
        self.step(Input::Reply { to, reply });
    }

    fn outcome(&mut self, one: &Issued, luck: u8) -> Reply {
        let bad = luck % 8 == 7;
        match &one.effect {
            Effect::ReadCache { .. } => Reply::Cached(Box::new(self.cached(luck))),
            Effect::FetchVm { .. } if bad || luck == 13 => {
                Reply::Vm(Err(trouble(luck, self.now())))
            }
            Effect::FetchVm { .. } => Reply::Vm(Ok(Box::new(self.azure.vm()))),
            Effect::FetchPolicies { .. } if bad => Reply::Policies(Err(trouble(luck, self.now()))),
            Effect::FetchPolicies { .. } => Reply::Policies(Ok(self.azure.policies())),
            Effect::ObserveNetwork { targets } => Reply::Network(self.network(targets)),
            Effect::Probe(_) => Reply::Probed(match luck % 8 {
                0 | 1 => Reachability::Silent,
                2 => Reachability::Refused,
                3 => Reachability::Open,
                4 => greeting(STRANGER),
                5 => Reachability::Unsendable("no route".into()),
                6 if luck == 14 => Reachability::Greeted(HostIdentity::default()),
                _ => greeting("SHA256:web"),
            }),
            Effect::Record { draft, vm_name, at } => {
                if bad {
                    return Reply::Recorded(Recorded::Failed(offline()));
                }
                if luck == 6 {
                    let until = self.now() + SignedDuration::from_secs(30);
                    return Reply::Recorded(Recorded::Theirs { until });
                }
                let request = self.next_request();
                let row = Access {
                    request,
                    draft: draft.clone(),
                    vm_name: vm_name.clone(),
                    asked_at: *at,
                    standing: Standing::Unanswered,
                    not_now: false,
                };
                self.rows.insert(request, row);
                Reply::Recorded(Recorded::Ours(request))
            }
            Effect::Initiate { request, draft, .. } => {
                let taken = |world: &mut Self| {
                    world.taken.push(*request);
                    world.azure.take(draft, world.time)
                };
                Reply::Initiated(match luck {
                    0 => InitiateOutcome::DurationRefused,
                    1 => InitiateOutcome::NotASubset { words: "no".into() },
                    2 => InitiateOutcome::Refused(trouble(luck, self.now())),
                    3 | 9 | 11 | 13 => InitiateOutcome::NotSent(trouble(luck, self.now())),
                    4 => InitiateOutcome::Unclear(offline()),
                    5 => {
                        taken(self);
                        InitiateOutcome::Unclear(offline())
                    }
                    _ => {
                        let taken = taken(self);
                        InitiateOutcome::Accepted {
                            started_at: taken.started_at,
                            expires_at: taken.expires_at,
                            status: taken.status,
                        }
                    }
                })
            }
            Effect::StartVm { .. } if bad || luck == 11 => {
                Reply::VmStarted(Err(trouble(luck, self.now())))
            }
            Effect::StartVm { .. } => {
                let event = super::moves::AzureEvent::Power(Power::Running);
                self.azure.happens(&event, self.time);
                Reply::VmStarted(Ok(()))
            }
            Effect::ExplainSilence { .. } => Reply::Explained(Ok(Explanation::default())),
            Effect::FindVm { .. } => self.found(luck),
            Effect::SignIn(_) => Reply::SignIn(told(luck, self.now())),
            Effect::SignOut { .. } => Reply::SignedOut(if bad { Err(offline()) } else { Ok(()) }),
            Effect::ListVpns => Reply::Vpns(vpns(luck)),
            Effect::Dial { .. } | Effect::HangUp { .. } if bad => Reply::Dialled(Err(offline())),
            Effect::Dial { .. } => Reply::Dialled(Ok(match luck % 4 {
                0 => Dialled::Up,
                1 => Dialled::Begun,
                2 => Dialled::Begins,
                _ => Dialled::Opened,
            })),
            Effect::HangUp { .. } => Reply::Dialled(Ok(Dialled::Up)),
            Effect::Launch(_) if bad => Reply::Launched(Err(offline())),
            Effect::Launch(_) if luck == 3 => Reply::ClientEnded { code: Some(0) },
            _ => Reply::Launched(Ok(())),
        }
    }

    fn cached(&self, luck: u8) -> CachedVm {
        let knows = !luck.is_multiple_of(4);
        CachedVm {
            vm: knows.then(|| self.azure.vm()),
            policies: knows.then(|| self.azure.policies()),
            age: knows.then(|| SignedDuration::from_mins(i64::from(luck) * 2)),
            pools: vec![Pool {
                prefix: POOL.parse().unwrap(),
                origin: PoolOrigin::Setting,
            }],
            expected: ExpectedHost {
                fingerprints: match luck % 3 {
                    0 => Vec::new(),
                    1 => vec!["SHA256:web".into()],
                    _ => vec!["00ff".into()],
                },
                strangers: vec![(STRANGER.into(), "db".into())],
            },
            ..CachedVm::default()
        }
    }

    fn network(&self, targets: &[Ipv4Addr]) -> LocalNetwork {
        let lan = Ipv4Addr::new(192, 168, 1, 20);
        let interface = |name: &str, address: Ipv4Addr| Interface {
            name: name.into(),
            kind: InterfaceKind::Other,
            addresses: vec![ipnet::Ipv4Net::new(address, 24).unwrap()],
            description: None,
            entry: None,
        };
        let mut interfaces = vec![interface("eth0", lan)];
        interfaces.extend(self.tunnel.map(|address| interface("tun0", address)));
        LocalNetwork {
            interfaces,
            default_route: Some("eth0".into()),
            routes: targets
                .iter()
                .map(|target| RouteTo {
                    target: *target,
                    source: Some(self.tunnel.unwrap_or(lan)),
                    interface: Some(self.tunnel.map_or("eth0", |_| "tun0").into()),
                })
                .collect(),
        }
    }
}

fn greeting(fingerprint: &str) -> Reachability {
    Reachability::Greeted(HostIdentity {
        fingerprint: Some(fingerprint.into()),
        ..HostIdentity::default()
    })
}

/// None, one or two.
fn vpns(luck: u8) -> Vec<VpnProfile> {
    let vpn = |name: &str| VpnProfile {
        entry: VpnEntry {
            name: name.into(),
            client: VpnClient::System,
        },
        server: None,
        azure: true,
        imported: false,
        connected: None,
        dialling: Dialling::ByGangway,
    };
    let all = ["hub", "spoke"].into_iter().map(vpn);
    all.take(usize::from(luck % 3)).collect()
}

fn offline() -> Problem {
    Problem::new(Cause::Offline { host: "h".into() })
}

fn trouble(luck: u8, now: Timestamp) -> Problem {
    Problem::new(match luck {
        7 => Cause::Offline { host: "h".into() },
        15 => Cause::NotSignedIn,
        11 | 13 => Cause::MfaRequired {
            tenant: TenantId::new("t"),
            claims: format!("c{luck}"),
        },
        9 => Cause::WrongTenant {
            tenant: TenantId::new("t"),
        },
        3 => Cause::Throttled {
            until: now + SignedDuration::from_secs(20),
        },
        _ => Cause::WriteBlocked { by: "lock".into() },
    })
}

//! Everything about one VM: what the store knows, read anew where that is too old.

use gangway_engine::id::VmId;
use gangway_engine::policy::{AllowedSources, JitPolicy, PolicyRequest, Source, Status};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{Freshness, PortEntry, RunningAccess, VmDetails};
use gangway_engine::request::{Access, Standing};
use gangway_engine::schedule::WARM;
use gangway_engine::time::{SignedDuration, Timestamp};

use super::{settings, told};
use crate::effects::{policies_afresh, vm_afresh};
use crate::world::World;

/// How many of a VM's own requests are told.
const HISTORY: usize = 50;

pub(super) async fn details(
    world: &World,
    vm: &VmId,
    freshness: Freshness,
) -> Result<VmDetails, Problem> {
    let age = known(world, vm)?.age;
    let fetch = match freshness {
        Freshness::Cached => age.is_none(),
        Freshness::Warm => age.is_none_or(|age| age >= WARM),
        Freshness::Fresh => true,
    };
    let mut problems = Vec::new();
    if fetch {
        let (read, policies) = tokio::join!(vm_afresh(world, vm), policies_afresh(world, vm));
        problems.extend(read.err());
        let other = policies.err().filter(|problem| !problems.contains(problem));
        problems.extend(other);
    }
    let known = known(world, vm)?;
    let Some(entry) = world.store.entry(vm).map_err(told)? else {
        let unknown = || Problem::new(Cause::VmGone { vm: vm.clone() });
        return Err(problems.into_iter().next().unwrap_or_else(unknown));
    };
    let history = world.store.history_of(vm, HISTORY).map_err(told)?;
    let now = world.clock.now();
    Ok(VmDetails {
        ports: ports(&known.policies, vm),
        running: running(&known.policies, vm, &history, now),
        age: known.age,
        options: settings::of_vm(world, vm),
        entry,
        history,
        problems,
    })
}

/// What the store holds of it, and how old the older half is.
struct Known {
    policies: Vec<JitPolicy>,
    age: Option<SignedDuration>,
}

fn known(world: &World, vm: &VmId) -> Result<Known, Problem> {
    let now = world.clock.now();
    let of_vm = world.store.vm(vm, now).map_err(told)?;
    let policies = world.store.policies(vm, now).map_err(told)?;
    let ages = (
        of_vm.map(|(_, age)| age),
        policies.as_ref().map(|(_, age)| *age),
    );
    Ok(Known {
        age: match ages {
            (Some(of_vm), Some(of_policies)) => Some(of_vm.max(of_policies)),
            (None, _) | (_, None) => None,
        },
        policies: policies.map(|(policies, _)| policies).unwrap_or_default(),
    })
}

/// One entry per port, the widest of what several policies allow.
fn ports(policies: &[JitPolicy], vm: &VmId) -> Vec<PortEntry> {
    let entries = policies.iter().flat_map(|policy| &policy.vms);
    let rules = entries
        .filter(|entry| entry.vm == *vm)
        .flat_map(|entry| &entry.rules)
        .filter(|rule| rule.tcp);
    let mut ports: Vec<PortEntry> = Vec::new();
    for rule in rules {
        let sources: Vec<String> = match &rule.sources {
            AllowedSources::Any => vec!["*".to_owned()],
            AllowedSources::Prefixes(blocks) => blocks.iter().map(ToString::to_string).collect(),
        };
        match ports.iter_mut().find(|entry| entry.port == rule.port) {
            Some(entry) => {
                entry.longest = entry.longest.max(rule.longest);
                let new = sources.into_iter();
                let new: Vec<_> = new.filter(|one| !entry.sources.contains(one)).collect();
                entry.sources.extend(new);
            }
            None => ports.push(PortEntry {
                port: rule.port,
                longest: rule.longest,
                sources,
            }),
        }
    }
    ports.sort_unstable_by_key(|entry| entry.port);
    ports
}

/// What runs on it now, soonest end first.
fn running(
    policies: &[JitPolicy],
    vm: &VmId,
    history: &[Access],
    now: Timestamp,
) -> Vec<RunningAccess> {
    let requests = || policies.iter().flat_map(|policy| &policy.requests);
    // One of ours that began after the policy was read last.
    let ours = history
        .iter()
        .filter(|access| !requests().any(|request| is_it(access, request)))
        .filter_map(|access| match access.standing {
            Standing::Running { expires_at, .. } => (expires_at > now).then(|| RunningAccess {
                port: access.draft.port,
                by: None,
                source: source(&access.draft.source),
                expires_at,
                ours: true,
            }),
            Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
        });
    let mut running: Vec<RunningAccess> = requests()
        .filter(|request| request.vm == *vm && request.expires_at > now)
        .filter(|request| match request.status {
            Status::Initiating | Status::Initiated => true,
            Status::Revoked | Status::Other(_) => false,
        })
        .map(|request| RunningAccess {
            port: request.port,
            by: request.requestor.clone().filter(|name| !name.is_empty()),
            source: source(&request.source),
            expires_at: request.expires_at,
            ours: history.iter().any(|access| is_it(access, request)),
        })
        .chain(ours)
        .collect();
    running.sort_unstable_by_key(|access| (access.expires_at, access.port));
    running
}

/// VM, port, source and start are a request's identity (contract 5.6).
fn is_it(access: &Access, request: &PolicyRequest) -> bool {
    let started = match access.standing {
        Standing::Running { started_at, .. } => Some(started_at),
        Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
    };
    started == Some(request.started_at)
        && access.draft.port == request.port
        && access.draft.source == request.source
}

fn source(source: &Source) -> String {
    match source {
        Source::Blocks(blocks) => {
            let blocks: Vec<String> = blocks
                .iter()
                .map(|block| match block.prefix_len() {
                    32 => block.addr().to_string(),
                    _ => block.to_string(),
                })
                .collect();
            blocks.join(", ")
        }
        Source::Other(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::id::{PolicyId, RequestId};
    use gangway_engine::policy::{PolicyVm, PortRule, StatusReason};
    use gangway_engine::request::Draft;
    use gangway_engine::time::{mins, secs};

    use super::*;

    const GROUP: &str = "/subscriptions/s/resourceGroups/g/providers";

    fn vm(name: &str) -> VmId {
        VmId::new(format!("{GROUP}/Microsoft.Compute/virtualMachines/{name}")).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn ours(ends: i64) -> Access {
        let me = [10, 0, 0, 9].into();
        Access {
            request: RequestId(1),
            draft: Draft {
                vm: vm("a"),
                policy: PolicyId::new(format!(
                    "{GROUP}/Microsoft.Security/locations/x/jitNetworkAccessPolicies/one"
                ))
                .unwrap(),
                port: 22,
                source: Source::address(me),
                tunnel_address: me,
                duration: mins(60),
                reason: None,
                consent: None,
            },
            vm_name: "a".to_owned(),
            asked_at: at(0),
            standing: Standing::Running {
                started_at: at(0),
                expires_at: at(ends),
                status: Status::Initiated,
            },
            not_now: false,
        }
    }

    fn request(name: &str, ends: i64, status: Status) -> PolicyRequest {
        PolicyRequest {
            vm: vm(name),
            port: 22,
            source: Source::address([10, 0, 0, 9].into()),
            started_at: at(0),
            expires_at: at(ends),
            status,
            reason: StatusReason::UserRequested,
            requestor: Some(String::new()),
            justification: None,
        }
    }

    fn rule(port: u16, longest: SignedDuration, sources: AllowedSources) -> PortRule {
        PortRule {
            port,
            tcp: true,
            sources,
            longest,
        }
    }

    #[test]
    fn ports_of_several_policies_are_told_once_and_what_is_over_does_not_run() {
        let policy = |name: &str, rules| JitPolicy {
            id: PolicyId::new(format!(
                "{GROUP}/Microsoft.Security/locations/x/jitNetworkAccessPolicies/{name}"
            ))
            .unwrap(),
            vms: vec![PolicyVm { vm: vm("a"), rules }],
            requests: vec![
                request("a", 100, Status::Initiated),
                request("a", 9, Status::Initiated),
                request("a", 100, Status::Revoked),
                request("b", 100, Status::Initiated),
            ],
        };
        let block = AllowedSources::Prefixes(vec!["10.0.0.0/8".parse().unwrap()]);
        let one = policy(
            "one",
            vec![
                rule(3389, mins(180), block),
                rule(22, secs(9), AllowedSources::Any),
            ],
        );
        let two = policy("two", vec![rule(22, mins(60), AllowedSources::Any)]);
        let told = ports(&[one.clone(), two], &vm("A"));
        let told: Vec<_> = told
            .iter()
            .map(|it| (it.port, it.longest, it.sources.join(" ")))
            .collect();
        assert_eq!(
            told,
            [
                (22, mins(60), "*".to_owned()),
                (3389, mins(180), "10.0.0.0/8".to_owned())
            ]
        );
        let running = running(&[one], &vm("a"), &[], at(10));
        let [only] = running.as_slice() else {
            panic!("{running:?}")
        };
        assert_eq!(
            (only.source.as_str(), &only.by, only.ours),
            ("10.0.0.9", &None, false)
        );
    }

    #[test]
    fn an_access_of_ours_runs_before_the_policy_is_read_again() {
        let mut ours = ours(100);
        let told = running(&[], &vm("a"), &[ours.clone()], at(10));
        let [only] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(only.ours && only.expires_at == at(100));
        assert_eq!(running(&[], &vm("a"), &[ours.clone()], at(100)), []);
        ours.standing = Standing::Refused;
        assert_eq!(running(&[], &vm("a"), &[ours], at(10)), []);
    }
}

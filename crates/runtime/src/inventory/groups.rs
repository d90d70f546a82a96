//! JIT policies of single resource groups, where the subscription's own list does not do.

use std::collections::{BTreeMap, HashSet};

use futures_util::stream::{self, StreamExt};
use gangway_azure::Azure;
use gangway_engine::id::{TenantId, VmId};
use gangway_engine::policy::JitPolicy;
use gangway_engine::problem::{Cause, Problem};

use super::AT_ONCE;
use crate::store::SubscriptionRead;

/// In so many groups at most policies are asked for one by one, where the subscription's
/// own list is not permitted.
const MOST_INSTEAD: usize = 40;

/// In so many groups of a tenant at most the group's own list is asked for as well.
const MOST_BESIDES: usize = 20;

/// Somebody with rights on one resource group may not read the list of the subscription,
/// but may read the group's (contract 17, item 19).
pub(super) async fn instead(
    azure: &Azure,
    tenant: &TenantId,
    read: &mut SubscriptionRead,
    problem: Problem,
) -> Option<Vec<JitPolicy>> {
    let may_not = matches!(
        problem.cause,
        Cause::CannotSeePolicy { .. } | Cause::PermissionMissing { .. }
    );
    let groups = groups_of(read.vms.iter().flatten().map(|vm| &vm.id));
    if !may_not || groups.is_empty() || groups.len() > MOST_INSTEAD {
        read.problems.push(problem);
        return None;
    }
    let mut policies = Vec::new();
    for (group, found) in lists(azure, tenant, groups).await {
        policies.extend(found);
        read.groups.push(group);
    }
    if read.groups.is_empty() {
        read.problems.push(problem);
        return None;
    }
    Some(policies)
}

/// The list of a subscription is reported to leave policies out (contract 5.2), so a VM that
/// it does not cover may be covered all the same. Where only few groups hold such VMs, their
/// own lists are read too; else nothing is claimed of those VMs.
pub(super) async fn besides(azure: &Azure, tenant: &TenantId, reads: &mut [SubscriptionRead]) {
    let uncovered: Vec<_> = reads.iter().map(uncovered).collect();
    let groups: usize = uncovered.iter().map(BTreeMap::len).sum();
    if groups > MOST_BESIDES {
        tracing::debug!(groups, "too many to look for policies in each");
        return;
    }
    for (read, uncovered) in reads.iter_mut().zip(uncovered) {
        for (group, found) in lists(azure, tenant, uncovered).await {
            let policies = read.policies.get_or_insert_default();
            policies.retain(|policy| {
                let of = policy.id.resource_group().unwrap_or_default();
                !of.eq_ignore_ascii_case(&group)
            });
            policies.extend(found);
            read.groups.push(group);
        }
    }
}

/// The groups with VMs that the subscription's list does not cover, each with one of them.
fn uncovered(read: &SubscriptionRead) -> BTreeMap<String, VmId> {
    let Some(policies) = &read.policies else {
        return BTreeMap::new();
    };
    let covered: HashSet<String> = policies
        .iter()
        .flat_map(|policy| &policy.vms)
        .map(|entry| entry.vm.key())
        .collect();
    let vms = read.vms.iter().flatten().map(|vm| &vm.id);
    let mut found = groups_of(vms.filter(|vm| !covered.contains(&vm.key())));
    found.retain(|group, _| !read.groups.contains(group));
    found
}

/// Resource groups in lower case, each with one of its VMs.
fn groups_of<'a>(vms: impl Iterator<Item = &'a VmId>) -> BTreeMap<String, VmId> {
    let mut groups = BTreeMap::new();
    for vm in vms {
        let group = vm.resource_group().unwrap_or_default();
        groups
            .entry(group.to_ascii_lowercase())
            .or_insert_with(|| vm.clone());
    }
    groups
}

/// The policies of each group that could be read.
async fn lists(
    azure: &Azure,
    tenant: &TenantId,
    groups: BTreeMap<String, VmId>,
) -> Vec<(String, Vec<JitPolicy>)> {
    let read: Vec<_> = stream::iter(groups)
        .map(|(group, vm)| async move {
            match azure.policies_of_group(tenant, &vm).await {
                Ok(policies) => Some((group, policies)),
                Err(error) => {
                    tracing::debug!(%error, group, "policies of a group not read");
                    None
                }
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    read.into_iter().flatten().collect()
}

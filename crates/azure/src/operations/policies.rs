//! JIT policies, read where they may be read.

use gangway_engine::id::{PolicyId, SubscriptionId, TenantId, VmId};
use gangway_engine::policy::JitPolicy;

use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::wire::jit;

impl Azure {
    /// The policies of a whole subscription. It has been seen to leave out policies that
    /// the group's list shows (contract 5.2): good for an overview, not for a verdict.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn policies_of_subscription(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<Vec<JitPolicy>, Error> {
        let scope = format!("/subscriptions/{subscription}");
        let rows = self
            .arm
            .list(tenant, calls::POLICIES_OF_SUBSCRIPTION, &scope)
            .await?;
        Ok(rows.iter().filter_map(jit::policy).collect())
    }

    /// The policies of the VM's resource group: what counts for it.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn policies_of_group(
        &self,
        tenant: &TenantId,
        vm: &VmId,
    ) -> Result<Vec<JitPolicy>, Error> {
        let group = vm.resource_group().unwrap_or_default();
        let scope = format!(
            "/subscriptions/{}/resourceGroups/{group}",
            vm.subscription()
        );
        let rows = self
            .arm
            .list(tenant, calls::POLICIES_OF_GROUP, &scope)
            .await?;
        Ok(rows.iter().filter_map(jit::policy).collect())
    }

    /// One policy, as read back after a request.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn policy(&self, tenant: &TenantId, policy: &PolicyId) -> Result<JitPolicy, Error> {
        let value = self.arm.get(tenant, calls::POLICY, policy.as_str()).await?;
        jit::policy(&value).ok_or_else(|| self.unusable("a policy without an id"))
    }
}

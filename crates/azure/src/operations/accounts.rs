//! Tenants and subscriptions of an account.

use gangway_engine::id::{SubscriptionId, TenantId};
use gangway_engine::query::Permissions;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::wire::{permissions, text};

/// A tenant an account belongs to
/// (<https://learn.microsoft.com/rest/api/resources/tenants/list>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name, where the account may see it.
    pub name: Option<String>,
    /// Its first domain, where the account may see it.
    pub domain: Option<String>,
}

/// A subscription a token reaches
/// (<https://learn.microsoft.com/rest/api/resources/subscriptions/list>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Its name, where Azure tells it. Data.
    pub name: Option<String>,
    /// The tenant whose token reaches it. Its owner may be another (Lighthouse).
    pub tenant: TenantId,
    /// Whether writes are taken: not in `Disabled` and `Deleted`.
    pub writable: bool,
}

impl Azure {
    /// The tenant that the account belongs to first.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] or [`Error::Entra`].
    pub async fn home_tenant(&self) -> Result<TenantId, Error> {
        self.arm.tokens.home().await
    }

    /// The tenants of the account; any tenant's token shows them all.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn tenants(&self, tenant: &TenantId) -> Result<Vec<Tenant>, Error> {
        let rows = self.arm.list(tenant, calls::TENANTS, "").await?;
        Ok(rows.iter().filter_map(read_tenant).collect())
    }

    /// The subscriptions that `tenant`'s token reaches.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<Subscription>, Error> {
        let rows = self.arm.list(tenant, calls::SUBSCRIPTIONS, "").await?;
        Ok(rows
            .iter()
            .filter_map(|row| read_subscription(row, tenant))
            .collect())
    }

    /// What the account may do at a subscription, role by role. Rights that it has in
    /// resource groups only are not in it.
    ///
    /// # Errors
    /// As every call: [`Error`] says why.
    pub async fn permissions(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<Permissions, Error> {
        let scope = format!("/subscriptions/{subscription}");
        let rows = self.arm.list(tenant, calls::PERMISSIONS, &scope).await?;
        Ok(permissions::read(&rows))
    }
}

fn read_tenant(row: &Value) -> Option<Tenant> {
    Some(Tenant {
        id: TenantId::new(text(row, "tenantId").filter(|id| !id.is_empty())?),
        name: text(row, "displayName").map(str::to_owned),
        domain: text(row, "defaultDomain").map(str::to_owned),
    })
}

fn read_subscription(row: &Value, tenant: &TenantId) -> Option<Subscription> {
    let state = text(row, "state").unwrap_or("Enabled");
    let closed = ["Disabled", "Deleted"]
        .iter()
        .any(|closed| state.eq_ignore_ascii_case(closed));
    Some(Subscription {
        id: SubscriptionId::new(text(row, "subscriptionId").filter(|id| !id.is_empty())?),
        name: text(row, "displayName").map(str::to_owned),
        tenant: tenant.clone(),
        writable: !closed,
    })
}

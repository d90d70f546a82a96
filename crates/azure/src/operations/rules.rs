//! Why nothing answers: the rules between us and a VM, and an appliance on the way.

use std::net::Ipv4Addr;

use futures_util::future::join_all;
use gangway_engine::id::{NicId, NsgId, TenantId, VmId};
use gangway_engine::rules::{Explanation, RuleList};
use gangway_engine::vm::VmAddress;
use serde_json::Value;

use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::http::arm::Ask;
use crate::http::operation::Operation;
use crate::wire::{id_in, properties, routes, rules};

impl Azure {
    /// The rules that a packet from `source` to `target` has to pass: the effective rules
    /// of its interface where they may be read, else the groups on interface and subnet;
    /// and the appliance that the subnet's route table sends answers to `source` through.
    ///
    /// # Errors
    /// The groups' error, where neither could be read.
    pub async fn explain(
        &self,
        tenant: &TenantId,
        vm: &VmId,
        source: Ipv4Addr,
        target: Ipv4Addr,
    ) -> Result<Explanation, Error> {
        let vm = self.vm(tenant, vm, &[]).await?;
        let carries = vm
            .addresses
            .iter()
            .find(|address| address.address == target);
        let Some(address) = carries.or(vm.addresses.first()) else {
            return Ok(Explanation::default());
        };
        let (merged, around) = tokio::join!(
            self.effective(tenant, &address.nic),
            self.around(tenant, address, source)
        );
        let merged = merged.unwrap_or_else(|error| {
            tracing::info!(%error, "effective rules not to be had");
            Vec::new()
        });
        match (merged.is_empty(), around) {
            (true, around) => around,
            (false, around) => Ok(Explanation {
                lists: merged,
                effective: true,
                appliance: around.ok().and_then(|around| around.appliance),
            }),
        }
    }

    async fn effective(&self, tenant: &TenantId, nic: &NicId) -> Result<Vec<RuleList>, Error> {
        let ask = Ask::new(&self.arm.transport, calls::EFFECTIVE_RULES, nic.as_str())?;
        let answer = self.arm.send(tenant, &ask).await?;
        let value = self
            .arm
            .finish(tenant, Operation::begun(&ask, &answer))
            .await?;
        Ok(rules::effective(&value))
    }

    /// The groups as they are written, and the appliance.
    async fn around(
        &self,
        tenant: &TenantId,
        address: &VmAddress,
        source: Ipv4Addr,
    ) -> Result<Explanation, Error> {
        let subnet = match &address.subnet {
            Some(subnet) => self.arm.get(tenant, calls::SUBNET, subnet.as_str()).await?,
            None => Value::Null,
        };
        let on_subnet = id_in(properties(&subnet), "networkSecurityGroup");
        let on_subnet = on_subnet.and_then(|id| NsgId::new(id).ok());
        let mut groups: Vec<NsgId> = address.nic_nsg.iter().cloned().chain(on_subnet).collect();
        groups.dedup();
        let lists = groups
            .iter()
            .map(|nsg| self.arm.get(tenant, calls::NSG, nsg.as_str()));
        let (read, appliance) =
            tokio::join!(join_all(lists), self.appliance(tenant, &subnet, source));
        let mut lists = Vec::new();
        for value in read {
            lists.extend(rules::group(&value?));
        }
        Ok(Explanation {
            lists,
            effective: false,
            appliance,
        })
    }

    /// Good to know, and not worth an error where it may not be read.
    async fn appliance(
        &self,
        tenant: &TenantId,
        subnet: &Value,
        source: Ipv4Addr,
    ) -> Option<Ipv4Addr> {
        let table = id_in(properties(subnet), "routeTable")?;
        match self.arm.get(tenant, calls::ROUTE_TABLE, table).await {
            Ok(table) => routes::appliance(&table, source),
            Err(error) => {
                tracing::info!(%error, "route table not to be had");
                None
            }
        }
    }
}

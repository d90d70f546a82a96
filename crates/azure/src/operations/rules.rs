//! Why nothing answers: the rules between us and a VM.

use std::net::Ipv4Addr;

use futures_util::future::join_all;
use gangway_engine::id::{NicId, NsgId, SubnetId, TenantId, VmId};
use gangway_engine::rules::{Explanation, RuleList};

use crate::Azure;
use crate::calls;
use crate::error::Error;
use crate::http::arm::Ask;
use crate::http::operation::Operation;
use crate::wire::{id_in, properties, rules};

impl Azure {
    /// The rules that a packet to `target` has to pass: the effective rules of its
    /// interface where they may be read, else the groups on interface and subnet.
    ///
    /// # Errors
    /// The groups' error, where neither could be read.
    pub async fn explain(
        &self,
        tenant: &TenantId,
        vm: &VmId,
        target: Ipv4Addr,
    ) -> Result<Explanation, Error> {
        let vm = self.vm(tenant, vm, &[]).await?;
        let Some(address) = vm
            .addresses
            .iter()
            .find(|a| a.address == target)
            .or(vm.addresses.first())
        else {
            return Ok(Explanation::default());
        };
        let written = self.groups(tenant, address.nic_nsg.as_ref(), address.subnet.as_ref());
        let (merged, written) = tokio::join!(self.effective(tenant, &address.nic), written);
        match merged {
            Ok(lists) if !lists.is_empty() => Ok(Explanation {
                lists,
                effective: true,
                ..Explanation::default()
            }),
            Ok(_) => Ok(Explanation {
                lists: written?,
                effective: false,
                ..Explanation::default()
            }),
            Err(error) => {
                tracing::info!(%error, "effective rules not to be had");
                Ok(Explanation {
                    lists: written?,
                    effective: false,
                    ..Explanation::default()
                })
            }
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

    async fn groups(
        &self,
        tenant: &TenantId,
        on_nic: Option<&NsgId>,
        subnet: Option<&SubnetId>,
    ) -> Result<Vec<RuleList>, Error> {
        let on_subnet = match subnet {
            Some(subnet) => {
                let value = self.arm.get(tenant, calls::SUBNET, subnet.as_str()).await?;
                id_in(properties(&value), "networkSecurityGroup").and_then(|id| NsgId::new(id).ok())
            }
            None => None,
        };
        let mut groups: Vec<NsgId> = on_nic.cloned().into_iter().chain(on_subnet).collect();
        groups.dedup();
        let read = join_all(
            groups
                .iter()
                .map(|nsg| self.arm.get(tenant, calls::NSG, nsg.as_str())),
        )
        .await;
        let mut lists = Vec::new();
        for value in read {
            lists.extend(rules::group(&value?));
        }
        Ok(lists)
    }
}

//! Resource Graph: queries, pages, and rows that become VMs
//! (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>).

use std::collections::HashMap;
use std::net::Ipv4Addr;

use gangway_engine::id::{NicId, NsgId, SubnetId, TenantId, VmId};
use gangway_engine::vm::{Vm, VmAddress};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::vm::{in_order, os, power};

/// One row for each VM, interface and address (contract 4.3).
pub(crate) const VMS: &str = "resources
| where type =~ 'microsoft.compute/virtualmachines'
| extend osType = tostring(properties.storageProfile.osDisk.osType),
         computerName = tostring(properties.osProfile.computerName),
         powerCode = tostring(properties.extended.instanceView.powerState.code)
| mv-expand nic = properties.networkProfile.networkInterfaces
| extend nicId = tolower(tostring(nic.id)), nicPrimary = tobool(nic.properties.primary)
| join kind=leftouter (
    resources
    | where type =~ 'microsoft.network/networkinterfaces'
    | extend nicNsgId = tolower(tostring(properties.networkSecurityGroup.id))
    | mv-expand ipc = properties.ipConfigurations
    | project nicId = tolower(id), nicNsgId,
              privateIp = tostring(ipc.properties.privateIPAddress),
              ipPrimary = tobool(ipc.properties.primary),
              subnetId = tolower(tostring(ipc.properties.subnet.id))
  ) on nicId
| project id, name, subscriptionId, location, osType, computerName, powerCode,
          nicId, nicPrimary, nicNsgId, privateIp, ipPrimary, subnetId
| order by id asc, nicId asc, privateIp asc";

/// VNet gateways with P2S, their pools and their group pools (contract 4.3, 9.1).
pub(crate) const GATEWAYS: &str = "resources
| where type =~ 'microsoft.network/virtualnetworkgateways'
| where properties.gatewayType =~ 'Vpn' and isnotnull(properties.vpnClientConfiguration)
| project id, name, location, resourceGuid = tostring(properties.resourceGuid),
          pools = properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes,
          connectionConfigurations = properties.vpnClientConfiguration.vngClientConnectionConfigurations,
          subnetId = tostring(properties.ipConfigurations[0].properties.subnet.id)
| order by id asc";

/// Virtual WAN P2S gateways and their pools (contract 4.3).
pub(crate) const WAN_GATEWAYS: &str = "resources
| where type =~ 'microsoft.network/p2svpngateways'
| mv-expand conf = properties.p2SConnectionConfigurations
| project id, name, location, pools = conf.properties.vpnClientAddressPool.addressPrefixes
| order by id asc";

/// VNets and their peerings, for which gateway serves which of them (contract 4.3).
pub(crate) const NETWORKS: &str = "resources
| where type =~ 'microsoft.network/virtualnetworks'
| project id, peerings = properties.virtualNetworkPeerings
| order by id asc";

/// A page; its rows are looked at one by one, so that a bad one spoils no other.
#[derive(Deserialize)]
pub(crate) struct Page<'a> {
    #[serde(borrow, default)]
    pub(crate) data: Vec<&'a RawValue>,
    /// Present as long as there is more, whatever `resultTruncated` says.
    #[serde(rename = "$skipToken", default)]
    pub(crate) skip_token: Option<String>,
}

/// A row of [`VMS`]. Empty text and null are the same here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    name: Option<String>,
    location: Option<String>,
    os_type: Option<String>,
    computer_name: Option<String>,
    power_code: Option<String>,
    nic_id: Option<String>,
    nic_primary: Option<Value>,
    nic_nsg_id: Option<String>,
    private_ip: Option<String>,
    ip_primary: Option<Value>,
    subnet_id: Option<String>,
}

/// VMs as rows of one or several pages put them together.
#[derive(Default)]
pub(crate) struct Gathering {
    vms: Vec<Vm>,
    by_id: HashMap<VmId, usize>,
    skipped: usize,
}

impl Gathering {
    /// Takes a row in. One that cannot be read, or whose id no id can be, is counted.
    pub(crate) fn take(&mut self, row: &str, tenant: &TenantId) {
        let read = serde_json::from_str::<Row>(row).ok();
        match read.and_then(|row| Some((VmId::new(row.id.clone()).ok()?, row))) {
            Some((id, row)) => self.add(id, row, tenant),
            None => self.skipped += 1,
        }
    }

    /// The VMs, in the order they came, and how many rows could not be used.
    pub(crate) fn finish(mut self) -> (Vec<Vm>, usize) {
        for vm in &mut self.vms {
            vm.addresses = in_order(std::mem::take(&mut vm.addresses));
        }
        (self.vms, self.skipped)
    }

    fn add(&mut self, id: VmId, row: Row, tenant: &TenantId) {
        let address = address(&row);
        let at = *self.by_id.entry(id.clone()).or_insert_with(|| {
            self.vms.push(vm(id, row, tenant));
            self.vms.len() - 1
        });
        if let (Some(vm), Some(address)) = (self.vms.get_mut(at), address) {
            vm.addresses.push(address);
        }
    }
}

fn vm(id: VmId, row: Row, tenant: &TenantId) -> Vm {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    Vm {
        name: filled(row.name).unwrap_or_else(|| id.name().to_owned()),
        id,
        tenant: tenant.clone(),
        location: row.location.unwrap_or_default(),
        os: os(row.os_type.as_deref().unwrap_or_default()),
        computer_name: filled(row.computer_name),
        power: power(row.power_code.as_deref().unwrap_or_default()),
        addresses: Vec::new(),
    }
}

fn address(row: &Row) -> Option<VmAddress> {
    let written = row.private_ip.as_deref()?;
    let address: Ipv4Addr = written.split('/').next()?.parse().ok()?;
    Some(VmAddress {
        address,
        nic: NicId::new(row.nic_id.clone()?).ok()?,
        nic_nsg: row.nic_nsg_id.clone().and_then(|id| NsgId::new(id).ok()),
        subnet: row.subnet_id.clone().and_then(|id| SubnetId::new(id).ok()),
        primary: truth(row.nic_primary.as_ref()) && truth(row.ip_primary.as_ref()),
    })
}

/// `tobool` gives true, 1 or null; an interface that is alone often says nothing.
fn truth(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::tests::any_json;

    const VM: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1";
    const NIC: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/n";

    #[test]
    fn rows_of_one_vm_are_put_together_over_pages() {
        let mut gathering = Gathering::default();
        let tenant = TenantId::new("t");
        let row = |id: &str, ip: &str, primary: Value| {
            json!({"id": id, "name": "vm1", "nicId": NIC, "nicPrimary": true, "privateIp": ip, "ipPrimary": primary, "powerCode": null, "osType": "Windows", "new": [1]}).to_string()
        };
        gathering.take(&row(VM, "10.0.0.9", json!(null)), &tenant);
        gathering.take(&row(&VM.to_uppercase(), "10.0.0.4", json!(1)), &tenant);
        gathering.take(&row(VM, "fd00::1", json!(false)), &tenant);
        gathering.take(
            &row(
                "/subscriptions/s/a\r\nfull address:s:evil",
                "10.0.0.1",
                json!(true),
            ),
            &tenant,
        );
        gathering.take("[]", &tenant);
        let (vms, skipped) = gathering.finish();
        assert_eq!((vms.len(), skipped), (1, 2));
        let shown: Vec<_> = vms[0]
            .addresses
            .iter()
            .map(|a| (a.address.to_string(), a.primary))
            .collect();
        assert_eq!(
            shown,
            [
                ("10.0.0.4".to_owned(), true),
                ("10.0.0.9".to_owned(), false)
            ]
        );
    }

    #[test]
    fn a_page_goes_on_as_long_as_there_is_a_token() {
        let page: Page<'_> = serde_json::from_str(
            r#"{"data":[{"id":1}],"resultTruncated":"false","$skipToken":"x"}"#,
        )
        .unwrap();
        assert_eq!(
            (page.data.len(), page.skip_token.as_deref()),
            (1, Some("x"))
        );
        let page: Page<'_> =
            serde_json::from_str(r#"{"data":[],"resultTruncated":"true"}"#).unwrap();
        assert_eq!(page.skip_token, None);
    }

    proptest! {
        #[test]
        fn no_row_breaks_it(row in any_json(&["id", "nicId", "privateIp", "nicPrimary", "ipPrimary", "powerCode"])) {
            let mut gathering = Gathering::default();
            gathering.take(&row.to_string(), &TenantId::new("t"));
            gathering.finish();
        }
    }
}

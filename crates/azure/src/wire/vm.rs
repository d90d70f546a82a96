//! Virtual machines and their interfaces on the wire
//! (<https://learn.microsoft.com/rest/api/compute/virtual-machines/get>).

use gangway_engine::id::{NicId, NsgId, SubnetId, TenantId, VmId};
use gangway_engine::vm::{Os, Power, Vm, VmAddress};
use serde_json::Value;

use super::{flag, id_in, list, properties, text};

/// A VM, still without addresses, and the interfaces it names, each with whether it is
/// the primary one.
pub(crate) fn vm(value: &Value, tenant: &TenantId) -> Option<(Vm, Vec<(NicId, bool)>)> {
    let id = VmId::new(text(value, "id")?).ok()?;
    let properties = properties(value);
    let disk = properties
        .pointer("/storageProfile/osDisk")
        .unwrap_or(&Value::Null);
    let profile = properties.pointer("/osProfile").unwrap_or(&Value::Null);
    let view = properties.pointer("/instanceView").unwrap_or(&Value::Null);
    let nics = properties
        .pointer("/networkProfile")
        .unwrap_or(&Value::Null);
    let nics: Vec<_> = list(nics, "networkInterfaces")
        .iter()
        .filter_map(|nic| Some((NicId::new(text(nic, "id")?).ok()?, is_primary(nic))))
        .collect();
    let only_one = nics.len() == 1;
    let nics = nics
        .into_iter()
        .map(|(nic, primary)| (nic, primary || only_one))
        .collect();
    let read = Vm {
        name: text(value, "name").unwrap_or(id.name()).to_owned(),
        id,
        tenant: tenant.clone(),
        location: text(value, "location").unwrap_or_default().to_owned(),
        os: os(text(disk, "osType").unwrap_or_default()),
        computer_name: text(profile, "computerName")
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        power: list(view, "statuses")
            .iter()
            .filter_map(|status| text(status, "code"))
            .find(|code| code.to_ascii_lowercase().starts_with("powerstate/"))
            .map_or(Power::Unknown, power),
        addresses: Vec::new(),
    };
    Some((read, nics))
}

/// The private IPv4 addresses of an interface.
pub(crate) fn addresses(nic: &Value, id: &NicId, nic_is_primary: bool) -> Vec<VmAddress> {
    let properties = properties(nic);
    let nsg = id_in(properties, "networkSecurityGroup").and_then(|id| NsgId::new(id).ok());
    let configurations = list(properties, "ipConfigurations");
    configurations
        .iter()
        .filter_map(|configuration| {
            let fields = super::properties(configuration);
            let written = text(fields, "privateIPAddress")?;
            // With a prefix length set, Azure writes a block: its first address is the VM's.
            let plain = written.split('/').next().unwrap_or(written);
            Some(VmAddress {
                address: plain.parse().ok()?,
                nic: id.clone(),
                nic_nsg: nsg.clone(),
                subnet: id_in(fields, "subnet").and_then(|id| SubnetId::new(id).ok()),
                primary: nic_is_primary && (flag(fields, "primary") || configurations.len() == 1),
            })
        })
        .collect()
}

/// Primary first, else in the order of their numbers; each once.
pub(crate) fn in_order(mut addresses: Vec<VmAddress>) -> Vec<VmAddress> {
    addresses.sort_by_key(|address| (!address.primary, address.address));
    addresses.dedup_by_key(|address| address.address);
    addresses
}

fn is_primary(nic: &Value) -> bool {
    flag(properties(nic), "primary")
}

pub(crate) fn os(text: &str) -> Option<Os> {
    match text.to_ascii_lowercase().as_str() {
        "windows" => Some(Os::Windows),
        "linux" => Some(Os::Linux),
        _ => None,
    }
}

/// `PowerState/running` and so on; what is not known is unknown.
pub(crate) fn power(code: &str) -> Power {
    let lower = code.to_ascii_lowercase();
    match lower.strip_prefix("powerstate/").unwrap_or(&lower) {
        "running" => Power::Running,
        "starting" => Power::Starting,
        "stopping" => Power::Stopping,
        "stopped" => Power::Stopped,
        "deallocating" => Power::Deallocating,
        "deallocated" => Power::Deallocated,
        _ => Power::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::tests::any_json;

    const NIC: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/n";

    #[test]
    fn a_vm_and_its_interfaces_are_read() {
        let value = json!({"id": "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/-oProxyCommand=x",
            "name": "-oProxyCommand=x", "location": "westeurope", "properties": {
            "osProfile": {"computerName": "web"}, "storageProfile": {"osDisk": {"osType": "LINUX"}},
            "networkProfile": {"networkInterfaces": [{"id": NIC}]},
            "instanceView": {"statuses": [{"code": "ProvisioningState/succeeded"}, {"code": "powerState/Deallocated"}]}}});
        let (vm, nics) = vm(&value, &TenantId::new("t")).unwrap();
        assert_eq!(
            (vm.name.as_str(), vm.os, vm.power),
            ("-oProxyCommand=x", Some(Os::Linux), Power::Deallocated)
        );
        assert_eq!(nics, [(NicId::new(NIC).unwrap(), true)]);
    }

    #[test]
    fn addresses_come_primary_first_and_in_every_shape() {
        let nic = json!({"properties": {"networkSecurityGroup": {"id": "/subscriptions/s/x/nsg"}, "ipConfigurations": [
            {"properties": {"privateIPAddress": "10.0.0.4", "privateIPAddressVersion": "IPv4"}},
            {"properties": {"privateIPAddress": "fd00::4", "privateIPAddressVersion": "IPv6"}},
            {"properties": {"privateIPAddress": "10.0.0.16/28"}},
            {"properties": {"privateIPAddress": "10.0.0.9", "primary": true, "subnet": {"id": "/subscriptions/s/x/subnet"}}}]}});
        let read = in_order(addresses(&nic, &NicId::new(NIC).unwrap(), true));
        let shown: Vec<_> = read
            .iter()
            .map(|a| (a.address.to_string(), a.primary))
            .collect();
        assert_eq!(
            shown,
            [
                ("10.0.0.9".to_owned(), true),
                ("10.0.0.4".to_owned(), false),
                ("10.0.0.16".to_owned(), false)
            ]
        );
        assert!(read[0].subnet.is_some() && read[0].nic_nsg.is_some());
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(value in any_json(&["id", "properties", "networkProfile", "networkInterfaces", "ipConfigurations", "privateIPAddress", "primary", "instanceView", "statuses", "code"])) {
            let _ = vm(&value, &TenantId::new("t"));
            let _ = addresses(&value, &NicId::new(NIC).unwrap(), true);
        }
    }
}

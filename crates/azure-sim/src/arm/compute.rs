//! Virtual machines: get, instance view, start (contract 8).

use serde_json::{Value, json};

use super::Context;
use super::operation::{Begin, begin};
use crate::http::answer::{Answer, not_found};
use crate::jit::progress::at_after;
use crate::world::{Due, Vm};

const KIND: &str = "Microsoft.Compute/virtualMachines";

pub(crate) fn get(context: &mut Context<'_>) -> Answer {
    let index = match find(context, "Microsoft.Compute/virtualMachines/read") {
        Ok(index) => index,
        Err(refusal) => return *refusal,
    };
    let expand = context.call.param("$expand").unwrap_or_default();
    let with_view = expand
        .split(',')
        .any(|e| e.eq_ignore_ascii_case("instanceView"));
    Answer::json(200, write(context, index, with_view))
}

pub(crate) fn instance_view(context: &mut Context<'_>) -> Answer {
    match find(
        context,
        "Microsoft.Compute/virtualMachines/instanceView/read",
    ) {
        Ok(index) => Answer::json(200, view(&context.world.vms[index])),
        Err(refusal) => *refusal,
    }
}

pub(crate) fn start(context: &mut Context<'_>) -> Answer {
    let index = match find(context, "Microsoft.Compute/virtualMachines/start/action") {
        Ok(index) => index,
        Err(refusal) => return *refusal,
    };
    let switches = &context.world.switches;
    let (takes_ms, headers, fails_with) = (
        switches.start_ms,
        switches.operation_headers,
        switches.start_fails_with.clone(),
    );
    if fails_with.is_none() && !context.world.vms[index].runs() {
        context.world.vms[index].power = Some("starting".into());
        context.world.dirty.insert(index);
        let due = Due::Power {
            vm: index,
            state: "running".into(),
        };
        context.world.plan(at_after(context.now, takes_ms), due);
    }
    let location = context.world.vms[index].location.clone();
    let what = Begin {
        provider: "Microsoft.Compute",
        location: &location,
        takes_ms,
        headers,
        result: None,
        fails_with,
    };
    begin(context, what)
}

fn find(context: &Context<'_>, action: &str) -> Result<usize, Box<Answer>> {
    context.group_visible(action)?;
    let (sub, group, name) = (
        context.param("sub"),
        context.param("group"),
        context.param("name"),
    );
    let id = format!("/subscriptions/{sub}/resourceGroups/{group}/providers/{KIND}/{name}");
    context
        .world
        .vm(&id)
        .filter(|index| !context.world.vms[*index].gone)
        .ok_or_else(|| Box::new(not_found(KIND, name, group)))
}

fn write(context: &Context<'_>, index: usize, with_view: bool) -> Value {
    let vm = &context.world.vms[index];
    let nics: Vec<Value> = vm
        .nics
        .iter()
        .map(|n| &context.world.nics[*n])
        .map(|nic| json!({"id": nic.id, "properties": {"primary": nic.primary}}))
        .collect();
    let mut os_disk = json!({"name": format!("{}-osdisk", vm.vm_id), "createOption": "FromImage", "diskSizeGB": 64});
    let mut os_profile = json!({"computerName": vm.computer_name, "adminUsername": "operator"});
    match vm.os.as_deref() {
        Some("Windows") => {
            os_disk["osType"] = json!("Windows");
            os_profile["windowsConfiguration"] =
                json!({"provisionVMAgent": true, "enableAutomaticUpdates": true});
        }
        Some(os) => {
            os_disk["osType"] = json!(os);
            os_profile["linuxConfiguration"] = json!({"disablePasswordAuthentication": true});
        }
        None => {}
    }
    let mut out = json!({
        "id": vm.id,
        "name": vm.name,
        "type": KIND,
        "location": vm.location,
        "tags": vm.tags,
        "properties": {
            "vmId": vm.vm_id,
            "provisioningState": "Succeeded",
            "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
            "storageProfile": {"osDisk": os_disk, "dataDisks": []},
            "osProfile": os_profile,
            "networkProfile": {"networkInterfaces": nics},
        },
    });
    if with_view {
        out["properties"]["instanceView"] = view(vm);
    }
    out
}

fn view(vm: &Vm) -> Value {
    let mut statuses = vec![json!({
        "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded",
        "time": "2026-08-20T06:00:00.1234567+00:00",
    })];
    if let Some(power) = &vm.power {
        statuses.push(json!({
            "code": format!("PowerState/{power}"), "level": "Info", "displayStatus": format!("VM {power}"),
        }));
    }
    let mut out = json!({ "statuses": statuses });
    if vm.runs() {
        out["computerName"] = json!(vm.computer_name);
        if let Some(os) = &vm.os {
            out["osName"] = json!(os);
        }
        out["vmAgent"] = json!({"vmAgentVersion": "2.9.1", "statuses": [{
            "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready",
            "message": "Guest Agent is running", "time": "2026-08-20T06:00:00+00:00",
        }]});
    }
    out
}

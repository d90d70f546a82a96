//! Policies and requests as Azure writes them (contract 5.2).

use serde_json::{Map, Value, json};

use crate::clock::seven_digits;
use crate::estate::IdCase;
use crate::http::answer::Answer;
use crate::world::{Policy, PolicyPort, Request, RequestPort};

pub(crate) fn policy(policy: &Policy) -> Value {
    let vms: Vec<Value> = policy
        .vms
        .iter()
        .map(|vm| {
            let mut entry = json!({
                "id": cased(&vm.vm_id, policy.id_case),
                "ports": vm.ports.iter().map(policy_port).collect::<Vec<_>>(),
            });
            if let Some(address) = &vm.public_address {
                entry["publicIpAddress"] = json!(address);
            }
            entry
        })
        .collect();
    let requests: Vec<Value> = policy
        .requests
        .iter()
        .map(|r| request(r, policy.id_case))
        .collect();
    json!({
        "id": cased(&policy.id, policy.id_case),
        "name": policy.name,
        "type": "Microsoft.Security/locations/jitNetworkAccessPolicies",
        "kind": "Basic",
        "location": policy.location,
        "properties": {
            "virtualMachines": vms,
            "requests": requests,
            "provisioningState": "Succeeded",
            "appendMode": false,
        },
    })
}

pub(crate) fn request(request: &Request, case: IdCase) -> Value {
    let mut vms: Vec<(String, Vec<Value>)> = Vec::new();
    for port in &request.ports {
        let id = cased(&port.vm_id, case);
        match vms.iter_mut().find(|(vm, _)| *vm == id) {
            Some((_, ports)) => ports.push(request_port(port)),
            None => vms.push((id, vec![request_port(port)])),
        }
    }
    let vms: Vec<Value> = vms
        .into_iter()
        .map(|(id, ports)| json!({"id": id, "ports": ports}))
        .collect();
    let mut out = json!({
        "virtualMachines": vms,
        "startTimeUtc": seven_digits(request.start),
        "requestor": request.requestor,
    });
    if let Some(text) = &request.justification {
        out["justification"] = json!(text);
    }
    out
}

/// 404 as recorded (contract 5.2).
pub(crate) fn policy_not_found(id: &str) -> Answer {
    let message = format!("Just-In-Time Network Access Policy '{id}' does not exist.");
    Answer::error(404, "PolicyNotFound", &message)
}

/// An id in the spelling of this policy.
pub(crate) fn cased(id: &str, case: IdCase) -> String {
    match case {
        IdCase::AsIs => id.to_owned(),
        IdCase::Lower => id.to_lowercase(),
        IdCase::ShoutingGroup => {
            let mut parts: Vec<String> = id.split('/').map(str::to_owned).collect();
            if parts.len() > 4 {
                parts[3] = "resourcegroups".into();
                parts[4] = parts[4].to_uppercase();
            }
            parts.join("/")
        }
    }
}

fn policy_port(port: &PolicyPort) -> Value {
    let mut out = Map::new();
    out.insert("number".into(), json!(port.number));
    out.insert("protocol".into(), json!(port.protocol));
    write_sources(&mut out, &port.sources, port.sources.len() > 1);
    out.insert("maxRequestAccessDuration".into(), json!(port.max));
    out.into()
}

fn request_port(port: &RequestPort) -> Value {
    let mut out = Map::new();
    out.insert("number".into(), json!(port.number));
    write_sources(&mut out, &port.sources, port.plural);
    out.insert("endTimeUtc".into(), json!(seven_digits(port.end)));
    out.insert("status".into(), json!(port.status));
    out.insert("statusReason".into(), json!(port.status_reason));
    out.into()
}

fn write_sources(out: &mut Map<String, Value>, sources: &[String], plural: bool) {
    if plural {
        out.insert("allowedSourceAddressPrefixes".into(), json!(sources));
    } else {
        let one = sources.first().map_or("*", String::as_str);
        out.insert("allowedSourceAddressPrefix".into(), json!(one));
    }
}

//! JIT policies and requests on the wire
//! (<https://learn.microsoft.com/rest/api/defenderforcloud/jit-network-access-policies>).

use gangway_engine::id::{PolicyId, VmId};
use gangway_engine::policy::{
    AllowedSources, JitPolicy, PolicyRequest, PolicyVm, PortRule, Source, Status, StatusReason,
};
use gangway_engine::request::{Draft, TimeField};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{block, duration, either, list, properties, text, time};

/// A policy; `None` where it has no usable id. Parts that cannot be read are left out.
pub(crate) fn policy(value: &Value) -> Option<JitPolicy> {
    let id = PolicyId::new(text(value, "id")?).ok()?;
    let properties = properties(value);
    let vms = list(properties, "virtualMachines")
        .iter()
        .filter_map(policy_vm)
        .collect();
    let mut requests: Vec<_> = list(properties, "requests")
        .iter()
        .flat_map(requests)
        .collect();
    requests.sort_by_key(|request| std::cmp::Reverse(request.started_at));
    Some(JitPolicy { id, vms, requests })
}

fn policy_vm(value: &Value) -> Option<PolicyVm> {
    let vm = VmId::new(text(value, "id")?).ok()?;
    let rules = list(value, "ports").iter().filter_map(port_rule).collect();
    Some(PolicyVm { vm, rules })
}

fn port_rule(value: &Value) -> Option<PortRule> {
    let port = u16::try_from(value.get("number")?.as_u64()?).ok()?;
    let protocol = text(value, "protocol").unwrap_or("*");
    let prefixes = either(
        value,
        "allowedSourceAddressPrefix",
        "allowedSourceAddressPrefixes",
    );
    let any = prefixes.is_empty() || prefixes.iter().any(|prefix| is_any(prefix));
    let sources = if any {
        AllowedSources::Any
    } else {
        AllowedSources::Prefixes(prefixes.into_iter().filter_map(block).collect())
    };
    Some(PortRule {
        port,
        tcp: protocol == "*"
            || protocol.eq_ignore_ascii_case("tcp")
            || protocol.eq_ignore_ascii_case("all"),
        sources,
        longest: duration(text(value, "maxRequestAccessDuration")?)?,
    })
}

/// One element of `requests`, flattened to one entry per VM and port.
pub(crate) fn requests(value: &Value) -> Vec<PolicyRequest> {
    let Some(started_at) = text(value, "startTimeUtc").and_then(time) else {
        return Vec::new();
    };
    let said = |name: &str| {
        text(value, name)
            .filter(|said| !said.is_empty())
            .map(str::to_owned)
    };
    let (requestor, justification) = (said("requestor"), said("justification"));
    let mut found = Vec::new();
    for vm in list(value, "virtualMachines") {
        let Some(id) = text(vm, "id").and_then(|id| VmId::new(id).ok()) else {
            continue;
        };
        for port in list(vm, "ports") {
            let number = port
                .get("number")
                .and_then(Value::as_u64)
                .and_then(|n| u16::try_from(n).ok());
            let (Some(number), Some(expires_at)) =
                (number, text(port, "endTimeUtc").and_then(time))
            else {
                continue;
            };
            found.push(PolicyRequest {
                vm: id.clone(),
                port: number,
                source: source(port),
                started_at,
                expires_at,
                status: status(text(port, "status").unwrap_or_default()),
                reason: reason(text(port, "statusReason").unwrap_or_default()),
                requestor: requestor.clone(),
                justification: justification.clone(),
            });
        }
    }
    found
}

fn source(port: &Value) -> Source {
    let prefixes = either(
        port,
        "allowedSourceAddressPrefix",
        "allowedSourceAddressPrefixes",
    );
    if prefixes.iter().any(|prefix| is_any(prefix)) {
        return Source::Other("*".to_owned());
    }
    let blocks: Option<Vec<_>> = prefixes.iter().map(|prefix| block(prefix)).collect();
    match blocks {
        Some(blocks) if !blocks.is_empty() => Source::Blocks(blocks),
        _ => Source::Other(prefixes.join(",")),
    }
}

fn is_any(prefix: &str) -> bool {
    matches!(prefix.trim(), "*" | "0.0.0.0/0")
}

fn status(text: &str) -> Status {
    match text.to_ascii_lowercase().as_str() {
        "initiating" => Status::Initiating,
        "initiated" => Status::Initiated,
        "revoked" => Status::Revoked,
        _ => Status::Other(text.to_owned()),
    }
}

fn reason(text: &str) -> StatusReason {
    match text.to_ascii_lowercase().as_str() {
        "expired" => StatusReason::Expired,
        "userrequested" => StatusReason::UserRequested,
        "newerrequestinitiated" => StatusReason::NewerRequestInitiated,
        _ => StatusReason::Other(text.to_owned()),
    }
}

/// The body of `initiate` (contract 5.5): exactly one time field, and always a source.
/// `None` where the draft names no block: without one Azure would take the caller's
/// public address.
pub(crate) fn initiate_body(
    draft: &Draft,
    field: TimeField,
    azure_now: Timestamp,
) -> Option<Value> {
    let Source::Blocks(blocks) = &draft.source else {
        return None;
    };
    let written: Vec<String> = blocks
        .iter()
        .map(|block| {
            if block.prefix_len() == 32 {
                block.addr().to_string()
            } else {
                block.to_string()
            }
        })
        .collect();
    let mut port = json!({ "number": draft.port });
    match written.as_slice() {
        [] => return None,
        [one] => port["allowedSourceAddressPrefix"] = json!(one),
        many => port["allowedSourceAddressPrefixes"] = json!(many),
    }
    match field {
        TimeField::Duration => port["duration"] = json!(iso(draft.duration.as_secs())),
        TimeField::EndTime => {
            let end = azure_now
                .saturating_add(draft.duration)
                .unwrap_or(azure_now);
            port["endTimeUtc"] = json!(end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
    }
    let mut body = json!({ "virtualMachines": [{ "id": draft.vm.as_str(), "ports": [port] }] });
    if let Some(reason) = &draft.reason {
        body["justification"] = json!(reason);
    }
    Some(body)
}

/// `PT1H30M`, as Azure's own examples write it.
fn iso(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let part = |n: i64, unit: char| {
        if n == 0 {
            String::new()
        } else {
            format!("{n}{unit}")
        }
    };
    match seconds {
        0 => "PT0S".to_owned(),
        _ => format!("PT{}{}{}", part(h, 'H'), part(m, 'M'), part(s, 'S')),
    }
}

#[cfg(test)]
#[path = "jit_tests.rs"]
mod tests;

//! The routes: one table of names, methods, path templates and api-versions; ARM paths are read without case.

use std::collections::HashMap;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    path: &'static str,
    /// Which api-versions are known there; empty where none is wanted.
    pub(crate) versions: &'static [&'static str],
}

/// A path that was found in the table.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) template: &'static Template,
    params: HashMap<&'static str, String>,
}

impl Found {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

const JIT: &[&str] = &["2020-01-01", "2015-06-01-preview"];
const NETWORK: &[&str] = &["2022-01-01", "2023-09-01", "2024-01-01", "2025-07-01"];
const COMPUTE: &[&str] = &["2024-07-01", "2025-04-01"];
const RESOURCES: &[&str] = &["2020-01-01", "2022-12-01"];
const PERMISSIONS: &[&str] = &["2015-07-01", "2022-04-01"];
const GRAPH: &[&str] = &["2021-03-01", "2022-10-01", "2024-04-01"];

const fn line(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    versions: &'static [&'static str],
) -> Template {
    Template {
        name,
        method,
        path,
        versions,
    }
}

/// Everything that this Azure answers (contract 2 to 8).
pub(crate) static TABLE: [Template; 29] = [
    line(
        "openid",
        "GET",
        "{tenant}/v2.0/.well-known/openid-configuration",
        &[],
    ),
    line("token", "POST", "{tenant}/oauth2/v2.0/token", &[]),
    line("authorize", "GET", "{tenant}/oauth2/v2.0/authorize", &[]),
    line(
        "authorize.answer",
        "POST",
        "{tenant}/oauth2/v2.0/authorize",
        &[],
    ),
    line("devicecode", "POST", "{tenant}/oauth2/v2.0/devicecode", &[]),
    line("devicelogin", "GET", "devicelogin", &[]),
    line("devicelogin.answer", "POST", "devicelogin", &[]),
    line("logout", "GET", "{tenant}/oauth2/v2.0/logout", &[]),
    line("tenants", "GET", "tenants", RESOURCES),
    line("subscriptions", "GET", "subscriptions", RESOURCES),
    line("subscription", "GET", "subscriptions/{sub}", RESOURCES),
    line(
        "locations",
        "GET",
        "subscriptions/{sub}/locations",
        RESOURCES,
    ),
    line(
        "permissions",
        "GET",
        "subscriptions/{sub}/providers/Microsoft.Authorization/permissions",
        PERMISSIONS,
    ),
    line(
        "graph",
        "POST",
        "providers/Microsoft.ResourceGraph/resources",
        GRAPH,
    ),
    line(
        "jit.list.subscription",
        "GET",
        "subscriptions/{sub}/providers/Microsoft.Security/jitNetworkAccessPolicies",
        JIT,
    ),
    line(
        "jit.list.subscription-location",
        "GET",
        "subscriptions/{sub}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies",
        JIT,
    ),
    line(
        "jit.list.group",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Security/jitNetworkAccessPolicies",
        JIT,
    ),
    line(
        "jit.list.group-location",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies",
        JIT,
    ),
    line(
        "jit.get",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{name}",
        JIT,
    ),
    line(
        "jit.initiate",
        "POST",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{name}/initiate",
        JIT,
    ),
    line(
        "vm.get",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}",
        COMPUTE,
    ),
    line(
        "vm.instance-view",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}/instanceView",
        COMPUTE,
    ),
    line(
        "vm.start",
        "POST",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}/start",
        COMPUTE,
    ),
    line(
        "nic.get",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}",
        NETWORK,
    ),
    line(
        "nic.effective-rules",
        "POST",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}/effectiveNetworkSecurityGroups",
        NETWORK,
    ),
    line(
        "nsg.get",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/{name}",
        NETWORK,
    ),
    line(
        "subnet.get",
        "GET",
        "subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{name}",
        NETWORK,
    ),
    line(
        "operation.status",
        "GET",
        "subscriptions/{sub}/providers/{provider}/locations/{location}/operations/{operation}",
        &[],
    ),
    line(
        "operation.result",
        "GET",
        "subscriptions/{sub}/providers/{provider}/locations/{location}/operationResults/{operation}",
        &[],
    ),
];

/// Finds a path. `Err(true)` when the path exists for another method.
pub(crate) fn find(method: &str, path: &str) -> Result<Found, bool> {
    let segments: Vec<String> = path.trim_matches('/').split('/').map(decode).collect();
    let mut other_method = false;
    for template in &TABLE {
        let Some(params) = fit(template.path, &segments) else {
            continue;
        };
        if template.method == method {
            return Ok(Found { template, params });
        }
        other_method = true;
    }
    Err(other_method)
}

fn fit(template: &'static str, segments: &[String]) -> Option<HashMap<&'static str, String>> {
    let parts: Vec<&'static str> = template.split('/').collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut params = HashMap::new();
    for (part, segment) in parts.into_iter().zip(segments) {
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => {
                params.insert(name, segment.clone());
            }
            None if part.eq_ignore_ascii_case(segment) => {}
            None => return None,
        }
    }
    Some(params)
}

/// `%0D` and the like, once; a stray percent sign stays as it is.
fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = (*byte == b'%')
            .then(|| segment.get(at + 1..at + 3))
            .flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_names_are_decoded() {
        let path = "/SUBSCRIPTIONS/s1/resourcegroups/RG/providers/microsoft.compute/virtualmachines/a%0D%0Ab";
        let found = find("GET", path).unwrap();
        assert_eq!(found.template.name, "vm.get");
        assert_eq!(found.param("name"), "a\r\nb");
        assert_eq!(found.param("group"), "RG");
    }

    #[test]
    fn another_method_is_told_from_an_unknown_path() {
        assert!(find("DELETE", "/tenants").unwrap_err());
        assert!(!find("GET", "/nothing").unwrap_err());
    }
}

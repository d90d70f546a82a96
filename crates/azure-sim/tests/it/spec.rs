//! A small validator for the OpenAPI data: required members, types, enums, `$ref` across files; more members are fine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

/// What the service does and the data do not say. Each entry: where, what the validator would say, why it is right.
const EXCEPTIONS: [(&str, &str, &str); 7] = [
    (
        "initiate",
        "misses endTimeUtc",
        "contract 5.5: duration is accepted in its place (issue 43491)",
    ),
    (
        "jitNetworkAccessPolicies",
        "status: \"Initiating\" is not in the enum",
        "contract 5.2: recorded, and in the data's own example",
    ),
    (
        "jitNetworkAccessPolicies",
        "status: \"Suspended\" is not in the enum",
        "contract 17, item 3: an unknown value on purpose",
    ),
    (
        "jitNetworkAccessPolicies",
        "statusReason: \"UnderReview\" is not in the enum",
        "contract 17, item 3: an unknown value on purpose",
    ),
    ("initiate", "both", "contract 5.5: sent to be refused"),
    (
        "/tenants",
        "misses nextLink",
        "contract 1.5: absent or empty on the last page",
    ),
    (
        "/subscriptions",
        "misses nextLink",
        "contract 1.5: absent or empty on the last page",
    ),
];

/// Which file describes a path.
const FILES: [(&str, &str); 10] = [
    (
        "/microsoft.security/",
        "security/resource-manager/Microsoft.Security/stable/2020-01-01/jitNetworkAccessPolicies.json",
    ),
    (
        "/networkinterfaces",
        "network/resource-manager/Microsoft.Network/stable/2024-01-01/networkInterface.json",
    ),
    (
        "/networksecuritygroups",
        "network/resource-manager/Microsoft.Network/stable/2024-01-01/networkSecurityGroup.json",
    ),
    (
        "/virtualnetworks/",
        "network/resource-manager/Microsoft.Network/stable/2024-01-01/virtualNetwork.json",
    ),
    (
        "/virtualmachines",
        "compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachine.json",
    ),
    (
        "/microsoft.resourcegraph/",
        "resourcegraph/resource-manager/Microsoft.ResourceGraph/stable/2024-04-01/resourcegraph.json",
    ),
    (
        "/microsoft.authorization/permissions",
        "authorization/resource-manager/Microsoft.Authorization/stable/2022-04-01/authorization-RoleDefinitionsCalls.json",
    ),
    ("/operationresults/", ""),
    ("/operations/", ""),
    (
        "/",
        "resources/resource-manager/Microsoft.Resources/stable/2022-12-01/subscriptions.json",
    ),
];

static READ: LazyLock<Mutex<HashMap<PathBuf, Value>>> = LazyLock::new(Mutex::default);

/// Where the data lie, when they do: they are Microsoft's and not part of the repository.
fn data() -> Option<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/azure/specs/specification");
    root.is_dir().then_some(root)
}

/// One skip for all the exchanges that go unchecked where the data are absent.
#[test]
fn every_path_has_its_file_in_the_data() {
    let Some(root) = data() else {
        gangway_skips::skip("no OpenAPI data beside the workspace");
        return;
    };
    for (path, file) in FILES.iter().filter(|(_, file)| !file.is_empty()) {
        let paths = &load(&root.join(file))["paths"];
        let mut described = paths.as_object().unwrap().keys();
        assert!(
            described.any(|one| one.to_lowercase().contains(path)),
            "{file} describes nothing with {path}"
        );
    }
}

/// Checks one exchange, where the data are there to check it against.
pub(crate) fn check(method: &str, path: &str, sent: Option<&Value>, status: u16, got: &Value) {
    let Some(root) = data() else {
        return;
    };
    // The data have it for a resource group only; a subscription answers the same (contract 14.1).
    let permissions = "/providers/Microsoft.Authorization/permissions";
    let path = &path.replace(permissions, &format!("/resourcegroups/any{permissions}"));
    let lower = path.to_lowercase();
    let file = FILES
        .iter()
        .find(|(part, _)| lower.contains(part))
        .map(|(_, file)| *file)
        .unwrap();
    if file.is_empty() || path.starts_with("https://") {
        return;
    }
    let file = root.join(file);
    let document = load(&file);
    let operation = operation(&document, method, path)
        .unwrap_or_else(|| panic!("{method} {path} is not in {}", file.display()));
    let mut faults = Vec::new();
    if let (Some(sent), true) = (sent, status < 300) {
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "body") {
            Checker {
                file: &file,
                request: true,
                faults: &mut faults,
            }
            .value(&parameter["schema"], sent, "sent");
        }
    }
    let responses = &operation["responses"];
    let response = match &responses[status.to_string()] {
        Value::Null => {
            assert!(
                status >= 400,
                "{method} {path}: {status} is not among the answers"
            );
            &responses["default"]
        }
        listed => listed,
    };
    let without_body = got.is_null() || (got == "" && status == 202);
    if !response["schema"].is_null() && !without_body {
        Checker {
            file: &file,
            request: false,
            faults: &mut faults,
        }
        .value(&response["schema"], got, "got");
    }
    faults.retain(|fault| {
        !EXCEPTIONS.iter().any(|(part, words, reason)| {
            lower.contains(&part.to_lowercase()) && fault.contains(words) && !reason.is_empty()
        })
    });
    assert!(
        faults.is_empty(),
        "{method} {path} ({status}):\n{}",
        faults.join("\n")
    );
}

fn load(file: &Path) -> Value {
    let mut read = READ.lock().unwrap();
    let file = file.to_path_buf();
    read.entry(file.clone())
        .or_insert_with(|| serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap())
        .clone()
}

fn operation(document: &Value, method: &str, path: &str) -> Option<Value> {
    let asked: Vec<&str> = path
        .split('?')
        .next()?
        .trim_matches('/')
        .split('/')
        .collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.trim_matches('/').split('/').collect();
        parts.len() == asked.len()
            && parts
                .iter()
                .zip(&asked)
                .all(|(p, a)| p.starts_with('{') || p.eq_ignore_ascii_case(a))
    };
    let paths = document["paths"].as_object()?;
    let found = paths.iter().filter(|(template, _)| fits(template));
    // A literal segment says more than a parameter.
    let best = found.min_by_key(|(template, _)| template.matches('{').count())?;
    Some(best.1[method.to_lowercase()].clone()).filter(|o| !o.is_null())
}

struct Checker<'a> {
    file: &'a Path,
    request: bool,
    faults: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let (file, pointer) = reference.split_once('#').unwrap();
            let file = if file.is_empty() {
                self.file.to_path_buf()
            } else {
                self.file.parent().unwrap().join(file)
            };
            let target = load(&file)
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{reference}"))
                .clone();
            Checker {
                file: &file,
                request: self.request,
                faults: self.faults,
            }
            .value(&target, value, at);
            return;
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.value(part, value, at);
        }
        let right = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        // Resource Graph's data is typed `object` and is an array (contract 4.1).
        if !right && !at.ends_with(".data") {
            self.faults
                .push(format!("{at}: {value} is not {}", schema["type"]));
            return;
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.iter().any(|a| same(a, value))
        {
            self.faults
                .push(format!("{at}: {value} is not in the enum"));
        }
        if schema["format"] == "date-time"
            && value
                .as_str()
                .is_some_and(|t| t.parse::<jiff::Timestamp>().is_err())
        {
            self.faults.push(format!("{at}: {value} is not a time"));
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(&schema["items"], item, &format!("{at}[{index}]"));
        }
        if value.is_object() {
            self.members(schema, value, at);
        }
    }

    fn members(&mut self, schema: &Value, value: &Value, at: &str) {
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let read_only = schema["properties"][name]["readOnly"] == true;
            if value.get(name).is_none() && !(self.request && read_only) {
                self.faults.push(format!("{at} misses {name}"));
            }
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(inner) = value.get(name).filter(|v| !v.is_null()) {
                self.value(member, inner, &format!("{at}.{name}"));
            }
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => a == b,
    }
}

#[test]
fn the_validator_sees_what_is_missing_wrong_and_unknown() {
    let schema = serde_json::json!({
        "type": "object", "required": ["id", "state"],
        "properties": {"id": {"type": "string"}, "state": {"type": "string", "enum": ["On"]}, "n": {"type": "integer"}},
    });
    let value = serde_json::json!({"state": "Off", "n": "3"});
    let mut faults = Vec::new();
    Checker {
        file: Path::new("none"),
        request: false,
        faults: &mut faults,
    }
    .value(&schema, &value, "got");
    assert_eq!(
        faults,
        [
            "got misses id",
            "got.n: \"3\" is not \"integer\"",
            "got.state: \"Off\" is not in the enum"
        ]
    );
}

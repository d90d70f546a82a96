//! Resource Graph: the inventory queries, recognised by their type, with scopes and paging (contract 4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Context;
use super::graph_rows;
use crate::http::answer::Answer;
use crate::world::World;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    subscriptions: Option<Vec<String>>,
    query: String,
    options: Option<Options>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    #[serde(rename = "$top")]
    top: Option<usize>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
    #[serde(rename = "$skip")]
    skip: Option<usize>,
    result_format: Option<String>,
}

/// What the simulator can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Vms,
    Gateways,
    WanGateways,
    Networks,
}

impl Kind {
    /// What seeing these rows needs.
    const fn action(self) -> &'static str {
        match self {
            Self::Vms => "Microsoft.Compute/virtualMachines/read",
            Self::Gateways => "Microsoft.Network/virtualNetworkGateways/read",
            Self::WanGateways => "Microsoft.Network/p2svpnGateways/read",
            Self::Networks => "Microsoft.Network/virtualNetworks/read",
        }
    }
}

pub(crate) fn query(context: &mut Context<'_>) -> Answer {
    let body: Body = match serde_json::from_str(&context.call.body) {
        Ok(body) => body,
        Err(error) => return bad("InvalidRequestContent", &error.to_string()),
    };
    let Some(kind) = recognise(&body.query) else {
        return bad(
            "InvalidQuery",
            "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
        );
    };
    let subscriptions = match scopes(context.world, context.tenant, body.subscriptions) {
        Ok(subscriptions) => subscriptions,
        Err(refusal) => return *refusal,
    };
    let options = body.options.unwrap_or_default();
    let from = match &options.skip_token {
        Some(token) => match decode(token) {
            Some(from) => from,
            None => return bad("InvalidSkipToken", "The skip token is not valid."),
        },
        None => options.skip.unwrap_or(0),
    };
    let top = options
        .top
        .unwrap_or(100)
        .min(context.world.switches.graph_page)
        .min(1000);
    let (world, person) = (&context.world, context.person);
    let seen = |sub: &str, group: &str| world.may(person, (sub, group), kind.action());
    let keys = graph_rows::keys(world, kind, &subscriptions, seen);
    let total = keys.len();
    let rows: Vec<Value> = keys
        .into_iter()
        .skip(from)
        .take(top)
        .map(|key| graph_rows::row(context.world, key))
        .collect();
    let more = from + rows.len() < total;
    let count = rows.len();
    let data = if options
        .result_format
        .as_deref()
        .is_some_and(|f| f.eq_ignore_ascii_case("table"))
    {
        table(&rows)
    } else {
        json!(rows)
    };
    let mut out = json!({"totalRecords": total, "count": count, "data": data, "facets": [], "resultTruncated": "false"});
    if more && projects_id(&body.query) {
        // With a token the answer says "false" although there is more (contract 4.2).
        out["$skipToken"] = json!(STANDARD.encode(format!("skip:{}", from + count)));
    } else if more {
        out["resultTruncated"] = json!("true");
    }
    Answer::json(200, out)
}

/// By the first type that the query asks for; joins come later in the text.
fn recognise(query: &str) -> Option<Kind> {
    let flat: String = query
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if !flat.starts_with("resources") {
        return None;
    }
    let after = flat
        .split("type =~ ")
        .nth(1)
        .or_else(|| flat.split("type == ").nth(1))?;
    let name = after.trim_start_matches(['\'', '"']);
    let kinds = [
        ("microsoft.compute/virtualmachines", Kind::Vms),
        ("microsoft.network/virtualnetworkgateways", Kind::Gateways),
        ("microsoft.network/p2svpngateways", Kind::WanGateways),
        ("microsoft.network/virtualnetworks", Kind::Networks),
    ];
    kinds
        .into_iter()
        .find(|(text, _)| {
            name.strip_prefix(text)
                .is_some_and(|rest| rest.starts_with(['\'', '"']))
        })
        .map(|(_, kind)| kind)
}

/// `id` must be among the projected columns for paging; a query without `project` has it.
fn projects_id(query: &str) -> bool {
    let flat: String = query
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match flat.rfind("| project ") {
        Some(at) => flat[at + 10..]
            .split(['|', ','])
            .any(|column| column.trim() == "id" || column.trim().starts_with("id =")),
        None => true,
    }
}

/// The named subscriptions, or all that open to the tenant; those of another tenant are silently not seen.
fn scopes(
    world: &World,
    tenant: &str,
    named: Option<Vec<String>>,
) -> Result<Vec<String>, Box<Answer>> {
    let mine = world.subs.iter().filter(|sub| sub.opens_to(tenant));
    let chosen: Vec<String> = mine
        .filter(|sub| {
            named
                .as_ref()
                .is_none_or(|n| n.iter().any(|id| id.eq_ignore_ascii_case(&sub.id)))
        })
        .map(|sub| sub.id.clone())
        .collect();
    if chosen.is_empty() {
        return Err(Box::new(bad(
            "NoValidSubscriptionsInQueryRequest",
            "There must be at least one subscription that is eligible to contain resources.",
        )));
    }
    Ok(chosen)
}

fn bad(code: &str, message: &str) -> Answer {
    Answer::json(
        400,
        json!({"error": {"code": "BadRequest", "message": "Please provide below info when asking for support.", "details": [{"code": code, "message": message}]}}),
    )
}

fn decode(token: &str) -> Option<usize> {
    let bytes = STANDARD.decode(token).ok()?;
    String::from_utf8(bytes)
        .ok()?
        .strip_prefix("skip:")?
        .parse()
        .ok()
}

fn table(rows: &[Value]) -> Value {
    let columns: Vec<String> = rows
        .first()
        .and_then(Value::as_object)
        .map(|row| row.keys().cloned().collect())
        .unwrap_or_default();
    let cells: Vec<Value> = rows
        .iter()
        .map(|row| Value::Array(columns.iter().map(|c| row[c.as_str()].clone()).collect()))
        .collect();
    let heads: Vec<Value> = columns
        .iter()
        .map(|c| json!({"name": c, "type": "string"}))
        .collect();
    json!({"columns": heads, "rows": cells})
}

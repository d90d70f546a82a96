//! Tenants, subscriptions, locations (contract 3).

use serde_json::{Value, json};

use super::Context;
use super::page::page;
use crate::http::answer::Answer;
use crate::world::Sub;

/// Regions that the estates use, with the names that people see.
const LOCATIONS: [(&str, &str); 4] = [
    ("westeurope", "West Europe"),
    ("northeurope", "North Europe"),
    ("germanywestcentral", "Germany West Central"),
    ("eastus", "East US"),
];

/// Every directory that the caller is known in: the person's own and those of which they are a guest; for the
/// application all of them.
pub(crate) fn tenants(context: &mut Context<'_>) -> Answer {
    let mut all = Vec::new();
    let person = context.person.map(|index| &context.world.people[index]);
    let home = person.map_or(context.tenant, |person| person.home.as_str());
    for tenant in &context.world.tenants {
        if person.is_some_and(|person| !person.is_in(&tenant.id)) {
            continue;
        }
        let home = tenant.id.eq_ignore_ascii_case(home);
        let mut entry = json!({
            "id": format!("/tenants/{}", tenant.id),
            "tenantId": tenant.id,
            "tenantCategory": if home { "Home" } else { "ProjectedBy" },
        });
        if let Some(name) = &tenant.display_name {
            entry["displayName"] = json!(name);
        }
        if let Some(domain) = &tenant.default_domain {
            entry["defaultDomain"] = json!(domain);
            entry["domains"] = json!([domain]);
        }
        all.push(entry);
    }
    page(context, all)
}

/// Only those of the token's tenant, and those delegated to it.
pub(crate) fn list(context: &mut Context<'_>) -> Answer {
    let subs = context
        .world
        .subs
        .iter()
        .filter(|sub| sub.opens_to(context.tenant));
    let all = subs.map(write).collect();
    page(context, all)
}

pub(crate) fn get(context: &mut Context<'_>) -> Answer {
    match context.world.sub(context.param("sub")) {
        Some(sub) => Answer::json(200, write(sub)),
        None => Answer::error(
            404,
            "SubscriptionNotFound",
            "The subscription could not be found.",
        ),
    }
}

/// No `nextLink` here (contract 3).
pub(crate) fn locations(context: &mut Context<'_>) -> Answer {
    let sub = context.param("sub");
    let all: Vec<Value> = LOCATIONS
        .iter()
        .map(|(name, shown)| {
            json!({
                "id": format!("/subscriptions/{sub}/locations/{name}"), "name": name, "displayName": shown,
                "regionalDisplayName": shown, "type": "Region",
            })
        })
        .collect();
    Answer::json(200, json!({ "value": all }))
}

fn write(sub: &Sub) -> Value {
    let managed_by: Vec<Value> = sub
        .managed_by
        .iter()
        .map(|id| json!({ "tenantId": id }))
        .collect();
    json!({
        "id": format!("/subscriptions/{}", sub.id),
        "subscriptionId": sub.id,
        "tenantId": sub.tenant,
        "displayName": sub.name,
        "state": sub.state,
        "authorizationSource": "RoleBased",
        "managedByTenants": managed_by,
        "subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"},
    })
}

//! The list of what the caller may do at a subscription (contract 14.1).

use serde_json::{Value, json};

use super::Context;
use super::page::page;
use crate::estate::Role;
use crate::http::answer::Answer;

/// One element for each role in effect at the subscription itself. Who has rights in resource
/// groups only has none here.
pub(crate) fn list(context: &mut Context<'_>) -> Answer {
    let scope = format!("/subscriptions/{}", context.param("sub"));
    let world = &context.world;
    let roles = world.roles(context.person);
    let all = match roles {
        _ if world.switches.rights_only_in.is_some() => Vec::new(),
        [] => vec![write(&Role::at("", &["*"]))],
        roles => {
            let here = roles.iter().filter(|role| role.covers(&scope));
            here.map(write).collect()
        }
    };
    page(context, all)
}

fn write(role: &Role) -> Value {
    json!({
        "actions": role.actions, "notActions": role.not_actions, "dataActions": [], "notDataActions": [],
    })
}

//! Looks at the bearer token of a call: ours, alive, for ARM, of the subscription's tenant, with claims where wanted.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::challenge;
use super::route::Found;
use crate::switches::AddressRule;
use crate::world::{Token, World};

/// Whom the token speaks for.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The tenant that it was issued in.
    pub(crate) tenant: String,
    /// Index of the person; none for the application itself.
    pub(crate) person: Option<usize>,
}

pub(crate) fn check(
    world: &World,
    found: &Found,
    bearer: Option<&str>,
    authority: &str,
    now: Timestamp,
) -> Result<Caller, Box<Answer>> {
    let Some(bearer) = bearer else {
        return Err(Box::new(challenge::no_token(authority)));
    };
    let Some(token) = world.tokens.get(bearer).filter(|t| t.for_arm) else {
        return Err(Box::new(challenge::bad_token(authority)));
    };
    if token.expires <= now {
        return Err(Box::new(challenge::expired(authority)));
    }
    let challenged = |claims: &Value| {
        let shape = world.switches.challenge_shape;
        Err(Box::new(challenge::claims(authority, claims, shape)))
    };
    if let Some(claims) = evaluated(world, token) {
        return challenged(&claims);
    }
    let subscription = found.param("sub");
    if !subscription.is_empty() {
        let Some(sub) = world.sub(subscription) else {
            let message = format!("The subscription '{subscription}' could not be found.");
            return Err(Box::new(Answer::error(
                404,
                "SubscriptionNotFound",
                &message,
            )));
        };
        if !sub.opens_to(&token.tenant) {
            return Err(Box::new(challenge::wrong_tenant(
                authority,
                &sub.tenant,
                &token.tenant,
            )));
        }
    }
    let writes = found.template.method != "GET"
        && found.template.name != "graph"
        && found.template.name != "nic.effective-rules";
    if writes && world.switches.mfa_on_writes && !token.with_claims {
        return challenged(&challenge::mfa_claims());
    }
    Ok(Caller {
        tenant: token.tenant.clone(),
        person: token.person,
    })
}

/// Continuous access evaluation: what a token that may be challenged lacks by now (contract 2.6). The claims depend on the
/// token and on what happened, not on when somebody asks.
fn evaluated(world: &World, token: &Token) -> Option<Value> {
    let person = token.person.filter(|_| token.cae)?;
    if let Some((since, at)) = world.sign_ins.revoked.get(&person)
        && token.serial < *since
    {
        let value = at.as_second().to_string();
        return Some(json!({"access_token": {"nbf": {"essential": true, "value": value}}}));
    }
    let address = world.caller_address();
    if world.switches.address_rule != AddressRule::Ignored && token.address != address {
        let value = token.issued.as_second().to_string();
        return Some(json!({"access_token": {
            "nbf": {"essential": true, "value": value},
            "xms_rp_ipaddr": {"value": address},
        }}));
    }
    None
}

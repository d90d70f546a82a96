//! Looks at the bearer token of a call: ours, alive, for ARM, of the subscription's tenant, with claims where wanted.

use jiff::Timestamp;

use super::answer::Answer;
use super::challenge;
use super::route::Found;
use crate::world::World;

/// The tenant that the token speaks for.
pub(crate) fn check(
    world: &World,
    found: &Found,
    bearer: Option<&str>,
    authority: &str,
    now: Timestamp,
) -> Result<String, Box<Answer>> {
    let Some(bearer) = bearer else {
        return Err(Box::new(challenge::no_token(authority)));
    };
    let Some(token) = world.tokens.get(bearer).filter(|t| t.for_arm) else {
        return Err(Box::new(challenge::bad_token(authority)));
    };
    if token.expires <= now {
        return Err(Box::new(challenge::expired(authority)));
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
        if !sub.tenant.eq_ignore_ascii_case(&token.tenant) {
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
        let claims = challenge::mfa_claims();
        return Err(Box::new(challenge::claims(
            authority,
            &claims,
            world.switches.challenge_shape,
        )));
    }
    Ok(token.tenant.clone())
}

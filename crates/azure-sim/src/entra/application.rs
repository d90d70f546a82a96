//! Client credentials: an application's secret or certificate in, a token that ARM will know out.

use jiff::SignedDuration;
use serde_json::json;

use super::refusal::Refusal;
use super::wanted::{ARM, Claims};
use super::{Desk, Form, assertion, issue};
use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::world::Token;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn redeem(
    desk: &mut Desk<'_>,
    tenant: Option<String>,
    form: &Form,
) -> Result<Answer, Refusal> {
    let Some(tenant) = tenant else {
        return Err(Refusal::of(50059));
    };
    if !form
        .get("client_id")
        .eq_ignore_ascii_case(&desk.world.client_id)
    {
        return Err(Refusal::of(700_016));
    }
    if let Some(assertion) = form.some("client_assertion") {
        if form.get("client_assertion_type") != ASSERTION {
            return Err(Refusal::malformed(
                "The parameter 'client_assertion_type' is not valid.",
            ));
        }
        assertion::check(desk, &tenant, assertion)?;
    } else if form.get("client_secret") != desk.world.client_secret {
        return Err(Refusal::of(7_000_215)
            .called("invalid_client")
            .status(401)
            .saying("Invalid client secret provided."));
    }
    let default = |scope: &str| {
        scope
            .strip_suffix("/.default")
            .map(|r| r.trim_end_matches('/').to_owned())
    };
    let Some(resource) = form.get("scope").split(' ').find_map(default) else {
        return Err(Refusal::of(1_002_012)
            .called("invalid_scope")
            .saying("The scope must end in '/.default' for client credentials."));
    };
    let claims = Claims::read(form.get("claims"))?;
    if !ARM.contains(&resource.as_str()) && !resource.starts_with("https://") {
        return Err(Refusal::of(500_011));
    }
    Ok(issue(desk, tenant, &resource, &claims))
}

/// A token without a person.
pub(super) fn issue(
    desk: &mut Desk<'_>,
    tenant: String,
    resource: &str,
    claims: &Claims,
) -> Answer {
    let now = desk.now;
    let seconds = desk.world.switches.token_seconds;
    let expires = saturating(now, SignedDuration::from_secs(seconds.into()));
    let payload = json!({
        "aud": resource, "iss": format!("{}/{tenant}/", desk.authority), "tid": tenant,
        "appid": desk.world.client_id, "idtyp": "app", "oid": crate::seed::guid(&desk.world.client_id),
        "iat": now.as_second(), "nbf": now.as_second(), "exp": expires.as_second(),
    });
    let text = issue::jwt(&payload, desk.world.canary());
    let serial = desk.world.unique();
    desk.world.tokens.insert(
        text.clone(),
        Token {
            tenant,
            expires,
            with_claims: claims.answers(),
            for_arm: ARM.contains(&resource),
            person: None,
            issued: now,
            serial,
            cae: false,
            address: String::new(),
        },
    );
    Answer::json(
        200,
        json!({"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": text}),
    )
}

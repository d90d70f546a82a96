//! 401 answers: token missing, of another tenant, too old, or claims wanted, in every header shape of contract 2.6.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::answer::Answer;
use crate::switches::ChallengeShape;

const WWW: &str = "www-authenticate";

pub(crate) fn no_token(authority: &str) -> Answer {
    let header = format!(
        "Bearer authorization_uri=\"{authority}/common/oauth2/authorize\", error=\"invalid_token\", \
         error_description=\"The authentication failed because of missing 'Authorization' header.\""
    );
    Answer::error(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
    )
    .header(WWW, header)
}

pub(crate) fn bad_token(authority: &str) -> Answer {
    let header = format!(
        "Bearer authorization_uri=\"{authority}/common/oauth2/authorize\", error=\"invalid_token\", \
         error_description=\"The access token is invalid.\""
    );
    Answer::error(
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid.",
    )
    .header(WWW, header)
}

pub(crate) fn expired(authority: &str) -> Answer {
    let header = format!(
        "Bearer authorization_uri=\"{authority}/common/oauth2/authorize\", error=\"invalid_token\", \
         error_description=\"The access token expiry has passed.\""
    );
    Answer::error(
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
    )
    .header(WWW, header)
}

pub(crate) fn wrong_tenant(authority: &str, right: &str, used: &str) -> Answer {
    let header = format!(
        "Bearer authorization_uri=\"{authority}/{right}\", error=\"invalid_token\", error_description=\"The access \
         token is from the wrong issuer.\""
    );
    let message = format!(
        "The access token is from the wrong issuer '{authority}/{used}/'. It must match the tenant \
         '{authority}/{right}/' associated with this subscription."
    );
    Answer::error(401, "InvalidAuthenticationTokenTenant", &message).header(WWW, header)
}

/// What Azure's own MFA rule may ask for (contract 2.6).
pub(crate) fn mfa_claims() -> Value {
    json!({"access_token": {"acrs": {"essential": true, "values": ["p1"]}}})
}

pub(crate) fn claims(authority: &str, claims: &Value, shape: ChallengeShape) -> Answer {
    let text = claims.to_string();
    let encoded = match shape {
        ChallengeShape::NoPadding => STANDARD_NO_PAD.encode(&text),
        ChallengeShape::UrlSafe => URL_SAFE_NO_PAD.encode(&text),
        ChallengeShape::Plain | ChallengeShape::SeveralHeaders | ChallengeShape::OtherOrder => {
            STANDARD.encode(&text)
        }
    };
    let uri = format!("authorization_uri=\"{authority}/common/oauth2/authorize\"");
    let error = "error=\"insufficient_claims\"";
    let header = if shape == ChallengeShape::OtherOrder {
        format!("Bearer claims=\"{encoded}\", {error}, {uri}, realm=\"\"")
    } else {
        format!(
            "Bearer realm=\"\", {uri}, client_id=\"00000003-0000-0000-c000-000000000000\", \
             errorDescription=\"User needs to sign in with multifactor authentication\", {error}, claims=\"{encoded}\""
        )
    };
    let answer = Answer::error(
        401,
        "RequestDisallowedByAzure",
        "Resource was disallowed by policy. Reasons: MFA is required. Users must use MFA for Create/Update operations.",
    );
    if shape == ChallengeShape::SeveralHeaders {
        let other = format!("PoP {uri}, error=\"invalid_token\"");
        answer.header(WWW, other).header(WWW, header)
    } else {
        answer.header(WWW, header)
    }
}

//! The token endpoint: client credentials in, a token that ARM will know out (contract 2.1, 2.7).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::world::{Token, World};

/// Resources that count as ARM, without the slash that each may end in (contract 1.1).
const ARM: [&str; 2] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
];

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(crate) fn openid(world: &World, authority: &str, tenant: &str) -> Answer {
    if !known(world, tenant) && !matches!(tenant, "common" | "organizations") {
        return Answer::json(
            400,
            json!({"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."}),
        );
    }
    let base = format!("{authority}/{tenant}");
    Answer::json(
        200,
        json!({
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "issuer": format!("{base}/v2.0"),
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }),
    )
}

/// `POST /{tenant}/oauth2/v2.0/token`.
pub(crate) fn token(world: &mut World, tenant: &str, body: &str, now: Timestamp) -> Answer {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let refuse = |status, error, number, words: &str| refusal(status, error, number, words, now);

    let Some(tenant_id) = tenant_id(world, tenant) else {
        return refuse(
            400,
            "invalid_request",
            90002,
            &format!("Tenant '{tenant}' not found."),
        );
    };
    if field("grant_type") != "client_credentials" {
        return refuse(
            400,
            "unsupported_grant_type",
            70003,
            "The app requested an unsupported grant type.",
        );
    }
    if !field("client_id").eq_ignore_ascii_case(&world.client_id) {
        return refuse(
            400,
            "unauthorized_client",
            700_016,
            "Application was not found in the directory.",
        );
    }
    if field("client_secret") != world.client_secret {
        return refuse(
            401,
            "invalid_client",
            7_000_215,
            "Invalid client secret provided.",
        );
    }
    let Some(resource) = field("scope")
        .split(' ')
        .find_map(|scope| scope.strip_suffix("/.default"))
    else {
        return refuse(
            400,
            "invalid_scope",
            1_002_012,
            "The scope must end in '/.default' for client credentials.",
        );
    };
    // A classic audience ends in a slash and gives a double one (contract 1.1).
    let resource = resource.trim_end_matches('/');
    let claims = match field("claims") {
        "" => None,
        text => match serde_json::from_str::<Value>(text) {
            Ok(claims) => Some(claims),
            Err(_) => {
                return refuse(
                    400,
                    "invalid_request",
                    50_000,
                    "The claims parameter is not valid JSON.",
                );
            }
        },
    };
    let for_arm = ARM.contains(&resource);
    if !for_arm && !resource.starts_with("https://") {
        return refuse(
            400,
            "invalid_resource",
            500_011,
            "The resource principal was not found in the tenant.",
        );
    }
    issue(world, tenant_id, resource, for_arm, claims.as_ref(), now)
}

/// A token for the first tenant's resource manager, for programs that cannot sign in by themselves.
pub(crate) fn hand_out(world: &mut World, now: Timestamp) -> Answer {
    let tenant = world.tenants.first().map(|tenant| tenant.id.clone());
    issue(world, tenant.unwrap_or_default(), ARM[0], true, None, now)
}

fn issue(
    world: &mut World,
    tenant: String,
    resource: &str,
    for_arm: bool,
    claims: Option<&Value>,
    now: Timestamp,
) -> Answer {
    let seconds = world.switches.token_seconds;
    let expires = saturating(now, SignedDuration::from_secs(seconds.into()));
    // `xms_cc` only says what the client can do; a challenge asks for `acrs` or `nbf` (contract 2.6).
    let answered = claims
        .and_then(|c| c.get("access_token")?.as_object())
        .is_some_and(|wanted| wanted.keys().any(|key| key != "xms_cc"));
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!(
        "{}.{}.{}",
        part(json!({"typ": "JWT", "alg": "RS256", "kid": "simulated"})),
        part(json!({
            "aud": resource, "tid": tenant, "appid": world.client_id, "idtyp": "app",
            "oid": crate::seed::guid(&world.client_id),
            "iat": now.as_second(), "nbf": now.as_second(), "exp": expires.as_second(),
        })),
        uuid::Uuid::new_v4().simple(),
    );
    world.tokens.insert(
        text.clone(),
        Token {
            tenant,
            expires,
            with_claims: answered,
            for_arm,
        },
    );
    Answer::json(
        200,
        json!({"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": text}),
    )
}

/// An error of the token endpoint (contract 2.7).
pub(crate) fn refusal(
    status: u16,
    error: &str,
    number: u32,
    words: &str,
    now: Timestamp,
) -> Answer {
    let id = || uuid::Uuid::new_v4().to_string();
    let (trace, correlation) = (id(), id());
    let stamp = now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    Answer::json(
        status,
        json!({
            "error": error,
            "error_description": format!("AADSTS{number}: {words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"),
            "error_codes": [number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        }),
    )
}

fn tenant_id(world: &World, tenant: &str) -> Option<String> {
    let named = |t: &&crate::world::Tenant| {
        t.id.eq_ignore_ascii_case(tenant)
            || t.default_domain
                .as_deref()
                .is_some_and(|d| d.eq_ignore_ascii_case(tenant))
    };
    world.tenants.iter().find(named).map(|t| t.id.clone())
}

fn known(world: &World, tenant: &str) -> bool {
    tenant_id(world, tenant).is_some()
}

//! `GET /{tenant}/v2.0/.well-known/openid-configuration` (contract 2.1).

use serde_json::json;

use super::{Desk, app};
use crate::http::answer::Answer;

pub(super) fn openid(desk: &Desk<'_>, tenant: &str) -> Answer {
    if app::tenant(desk.world, tenant).is_err() {
        return Answer::json(
            400,
            json!({"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."}),
        );
    }
    let base = format!("{}/{tenant}", desk.authority);
    Answer::json(
        200,
        json!({
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
            "issuer": format!("{base}/v2.0"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        }),
    )
}

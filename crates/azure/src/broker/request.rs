//! What the broker is asked: the operator's own application, one tenant, the claims of a challenge.

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;

use crate::accounts::{App, Ask};
use crate::cloud::Cloud;
use crate::credentials::{Claims, Scope};

/// The provider of work and school accounts, and of whom it is asked
/// (<https://learn.microsoft.com/windows/uwp/security/web-account-manager>).
#[allow(dead_code, reason = "asked on Windows only")]
pub(super) const PROVIDER: &str = "https://login.microsoft.com";
/// Any work or school account, at its own tenant (contract 2.1).
pub(super) const ANY_TENANT: &str = "organizations";

/// One request for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) scope: String,
    pub(super) client_id: String,
    /// Names are those of
    /// <https://learn.microsoft.com/entra/identity-platform/reference-entra-id-wam-api>;
    /// `wam_compat` and `claims` are missing there and known from Microsoft's own client.
    pub(super) properties: Vec<(&'static str, String)>,
    /// The account, where the request is for one that is known.
    pub(super) account: Option<AccountId>,
}

impl Request {
    /// Without a window, for an account that signed in before.
    pub(super) fn silent(
        cloud: &Cloud,
        app: &App,
        tenant: &TenantId,
        scope: &Scope,
        account: &AccountId,
        claims: Option<&Claims>,
    ) -> Self {
        Self {
            account: Some(account.clone()),
            ..Self::new(cloud, app, tenant, scope, claims)
        }
    }

    /// With a window. Without a name to begin with, the accounts are offered.
    pub(super) fn interactive(cloud: &Cloud, app: &App, tenant: &TenantId, ask: &Ask) -> Self {
        let mut request = Self::new(cloud, app, tenant, &cloud.scope(), ask.claims.as_ref());
        request.properties.push(match &ask.login_hint {
            Some(name) => ("LoginHint", name.clone()),
            None => ("prompt", "select_account".to_owned()),
        });
        request
    }

    fn new(
        cloud: &Cloud,
        app: &App,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Self {
        let authority = format!("{}{tenant}", cloud.authority());
        let redirect = format!("ms-appx-web://microsoft.aad.brokerplugin/{}", app.client_id);
        Self {
            scope: format!("{} openid profile offline_access", scope.as_str()),
            client_id: app.client_id.clone(),
            properties: vec![
                // Scopes mean what they mean everywhere else, and an id token comes along.
                ("wam_compat", "2.0".to_owned()),
                ("authority", authority),
                ("redirect_uri", redirect),
                ("claims", Claims::declared(claims)),
            ],
            account: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        App {
            client_id: "0b2c7f6a-1111-2222-3333-444455556666".to_owned(),
        }
    }

    fn property<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        let found = request.properties.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_silent_request_names_tenant_account_and_claims() {
        let account = AccountId::new("o-1", &TenantId::new("t-1")).unwrap();
        let claims =
            Claims::from_json(r#"{"access_token":{"acrs":{"essential":true}}}"#.to_owned());
        let cloud = Cloud::us_government();
        let request = Request::silent(
            &cloud,
            &app(),
            &TenantId::new("t-2"),
            &cloud.scope(),
            &account,
            claims.as_ref(),
        );
        assert_eq!(
            request.scope,
            "https://management.core.usgovcloudapi.net//.default openid profile offline_access"
        );
        assert_eq!(
            property(&request, "authority"),
            Some("https://login.microsoftonline.us/t-2")
        );
        assert_eq!(
            property(&request, "redirect_uri"),
            Some("ms-appx-web://microsoft.aad.brokerplugin/0b2c7f6a-1111-2222-3333-444455556666")
        );
        let claims = property(&request, "claims").unwrap();
        assert!(
            claims.contains("acrs") && claims.contains("cp1"),
            "{claims}"
        );
        assert_eq!(
            (
                request.account,
                property(
                    &Request::silent(
                        &cloud,
                        &app(),
                        &TenantId::new("t-2"),
                        &cloud.scope(),
                        &account,
                        None,
                    ),
                    "prompt"
                )
            ),
            (Some(account), None)
        );
    }

    #[test]
    fn a_person_is_offered_accounts_unless_one_is_named() {
        let cloud = Cloud::public();
        let tenant = TenantId::new(ANY_TENANT);
        let any = Request::interactive(&cloud, &app(), &tenant, &Ask::default());
        assert_eq!(property(&any, "prompt"), Some("select_account"));
        assert_eq!(
            property(&any, "authority"),
            Some("https://login.microsoftonline.com/organizations")
        );
        let named = Ask {
            login_hint: Some("admin@contoso.example".to_owned()),
            ..Ask::default()
        };
        let named = Request::interactive(&cloud, &app(), &tenant, &named);
        assert_eq!(property(&named, "prompt"), None);
        assert_eq!(property(&named, "LoginHint"), Some("admin@contoso.example"));
    }
}

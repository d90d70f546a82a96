//! What the broker says, and what it has to be before it is believed.

use std::time::Duration;

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use jiff::Timestamp;

use crate::accounts::id_token::{IdToken, Wanted, mistrusted};
use crate::accounts::{App, Grant, SignedIn};
use crate::credentials::{AccessToken, Claims, entra};
use crate::error::{ClaimsNeeded, EntraRefusal, Error};
use crate::http::transport::Transport;
use crate::secret::Secret;

/// From 1601, where Windows' years begin, to 1970, in seconds.
const WINDOWS_BEFORE_UNIX: i64 = 11_644_473_600;

/// What it said.
#[allow(
    dead_code,
    reason = "said on Windows only; what follows from it is tested everywhere"
)]
#[derive(Debug)]
pub(super) enum Said {
    /// A token.
    Token(Given),
    /// The person closed the window.
    Cancelled,
    /// Only a person can go on.
    PersonNeeded,
    /// It refused, with its own code and Entra's words.
    Refused { code: u32, words: String },
}

/// A token and what came with it, unread.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) token: Secret,
    /// `TokenExpiresOn`: seconds since 1601.
    pub(super) expires_on: Option<i64>,
    /// `wamcompat_id_token`.
    pub(super) id_token: Option<Secret>,
    /// `wamcompat_client_info`.
    pub(super) client_info: Option<Secret>,
}

/// Whose token it has to be.
pub(super) struct Whose<'a> {
    pub(super) app: &'a App,
    pub(super) tenant: &'a TenantId,
    pub(super) expect: Option<&'a AccountId>,
}

/// A token that is believed, and who signed in for it.
pub(super) struct Read {
    pub(super) access: AccessToken,
    pub(super) signed_in: SignedIn,
}

impl Said {
    /// The token, or why there is none.
    pub(super) fn given(self, tenant: &TenantId, claims: Option<&Claims>) -> Result<Given, Error> {
        match self {
            Self::Token(given) => Ok(given),
            Self::Cancelled => Err(Error::Entra(Box::new(EntraRefusal {
                error: "access_denied".to_owned(),
                words: "the window was closed".to_owned(),
                tenant: Some(tenant.clone()),
                ..EntraRefusal::default()
            }))),
            Self::PersonNeeded => Err(match claims {
                Some(claims) => Error::ClaimsNeeded(Box::new(ClaimsNeeded {
                    tenant: tenant.clone(),
                    claims: Some(claims.clone()),
                    command: None,
                    ids: Box::default(),
                })),
                None => Error::NotSignedIn {
                    observed: "windows wants this account to sign in again".to_owned(),
                },
            }),
            Self::Refused { code, words } => Err(match entra::from_text(&words, Some(tenant)) {
                Error::NotSignedIn { observed } => Error::NotSignedIn {
                    observed: format!("windows' broker: 0x{code:08x} {observed}"),
                },
                other => other,
            }),
        }
    }
}

impl Given {
    /// Checks whose it is; without an id token it is nobody's.
    pub(super) fn read(self, whose: &Whose<'_>, transport: &Transport) -> Result<Read, Error> {
        let now = transport.dates().now();
        let grant = Grant {
            access: AccessToken {
                secret: self.token,
                valid_for: valid_for(self.expires_on, now),
            },
            refresh: None,
            id_token: self.id_token,
            client_info: self.client_info,
        };
        let read = IdToken::of(&grant)?;
        read.check(&Wanted {
            client_id: &whose.app.client_id,
            // Windows made the request: a nonce of ours never was in it.
            nonce: None,
            tenant: whose.tenant,
            authority: transport.cloud().authority(),
            now,
        })?;
        let account = read.account(&grant, whose.tenant)?;
        if whose.expect.is_some_and(|expect| *expect != account) {
            return Err(mistrusted(
                "another account than the one asked for signed in",
            ));
        }
        Ok(Read {
            signed_in: SignedIn {
                account,
                username: read.username(),
                name: read.person(),
                tenant: read.tenant(),
                stored: None,
            },
            access: grant.access,
        })
    }
}

/// How long a token is good. One that does not say so is not kept: Windows keeps it.
fn valid_for(expires_on: Option<i64>, now: Timestamp) -> Duration {
    expires_on
        .and_then(|seconds| Timestamp::from_second(seconds.checked_sub(WINDOWS_BEFORE_UNIX)?).ok())
        .and_then(|end| Duration::try_from(end.duration_since(now)).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::cloud::Cloud;
    use crate::network::Network;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const OBJECT: &str = "99999999-8888-7777-6666-555555555555";

    fn transport() -> Transport {
        let network = Network::default();
        Transport::new(
            Cloud::public(),
            network,
            Arc::new(|_| {}),
            crate::http::wait::real(),
        )
    }

    fn given(tenant: &str) -> Given {
        let body = json!({
            "aud": "app-1",
            "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            "exp": 4_000_000_000_i64,
            "tid": tenant,
            "oid": OBJECT,
            "preferred_username": "admin@contoso.example",
        });
        Given {
            token: Secret::new("t"),
            expires_on: None,
            id_token: Some(Secret::new(format!(
                "e30.{}.",
                URL_SAFE_NO_PAD.encode(body.to_string())
            ))),
            client_info: Some(Secret::new(
                URL_SAFE_NO_PAD.encode(json!({"uid": OBJECT, "utid": tenant}).to_string()),
            )),
        }
    }

    #[test]
    fn the_account_of_the_id_token_signed_in() {
        let app = App {
            client_id: "app-1".to_owned(),
        };
        let tenant = TenantId::new(TENANT);
        let account = AccountId::new(OBJECT, &tenant).unwrap();
        let whose = |expect| Whose {
            app: &app,
            tenant: &tenant,
            expect,
        };
        let read = given(TENANT)
            .read(&whose(Some(&account)), &transport())
            .unwrap();
        assert_eq!(read.signed_in.account, account);
        assert_eq!(read.signed_in.username, "admin@contoso.example");
        assert_eq!(read.signed_in.stored, None);
        let other = AccountId::new("0", &tenant).unwrap();
        let elsewhere = "11111111-2222-3333-4444-000000000000";
        let nobody = Given {
            id_token: None,
            ..given(TENANT)
        };
        for (given, expect) in [
            (given(TENANT), Some(&other)),
            (given(elsewhere), None),
            (nobody, None),
        ] {
            let read = given.read(&whose(expect), &transport());
            assert!(matches!(read, Err(Error::SignInMistrusted { .. })));
        }
    }

    #[test]
    fn windows_counts_from_1601() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let hour = Some(1_800_003_600 + WINDOWS_BEFORE_UNIX);
        assert_eq!(valid_for(hour, now), Duration::from_secs(3600));
        for odd in [None, Some(0), Some(i64::MIN), Some(i64::MAX)] {
            assert_eq!(valid_for(odd, now), Duration::ZERO);
        }
    }

    #[test]
    fn what_it_refuses_has_a_name() {
        let tenant = TenantId::new(TENANT);
        let claims = Claims::from_json("{}".to_owned());
        let code = |said: Said, claims: Option<&Claims>| {
            said.given(&tenant, claims).unwrap_err().problem().code()
        };
        let refused = |words: &str| Said::Refused {
            code: 0xcaa2_0003,
            words: words.to_owned(),
        };
        assert_eq!(code(Said::PersonNeeded, None), "not-signed-in");
        assert_eq!(code(Said::PersonNeeded, claims.as_ref()), "mfa-required");
        assert_eq!(code(Said::Cancelled, None), "sign-in-refused");
        assert_eq!(code(refused("no service"), None), "not-signed-in");
        assert_eq!(
            code(refused("AADSTS53000: Device is not compliant."), None),
            "device-not-compliant"
        );
    }
}

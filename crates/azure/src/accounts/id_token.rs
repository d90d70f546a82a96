//! The id token: who signed in, and whether it is the answer to what was asked.
//!
//! Its signature is not checked: it came over TLS from the token endpoint itself, which is
//! enough (<https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>, 6).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use serde::Deserialize;

use super::{Grant, shown};
use crate::cloud::{Cloud, host_of};
use crate::credentials::AccessToken;
use crate::error::Error;
use crate::secret::Secret;

/// How far two of Entra's machines may differ, and no further: the time is Azure's own.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// In China the tokens name another host than the one that signs people in
/// (<https://login.chinacloudapi.cn/common/v2.0/.well-known/openid-configuration>).
const OTHER_ISSUERS: [(&str, &str); 1] =
    [("login.chinacloudapi.cn", "login.partner.microsoftonline.cn")];

/// The tenant of personal accounts, which have no resources of Azure's
/// (<https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference>, `tid`).
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// What is asked instead of a tenant, where any may be meant
/// (<https://learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints>).
const ANY_TENANT: [&str; 2] = ["organizations", "common"];

/// What is read of it
/// (<https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference>).
#[derive(Deserialize)]
pub(crate) struct IdToken {
    aud: String,
    iss: String,
    exp: i64,
    nbf: Option<i64>,
    tid: String,
    oid: String,
    nonce: Option<String>,
    preferred_username: Option<String>,
    name: Option<String>,
}

/// What it has to be.
pub(crate) struct Wanted<'a> {
    pub(crate) client_id: &'a str,
    /// The nonce of the page; none where no page was opened by us.
    pub(crate) nonce: Option<&'a Secret>,
    /// The tenant that was asked, by GUID, domain or `organizations`.
    pub(crate) tenant: &'a TenantId,
    pub(crate) authority: &'a Url,
    pub(crate) now: Timestamp,
}

/// `client_info`: the account at home, whichever tenant it is a guest in.
#[derive(Deserialize)]
struct Home {
    uid: String,
    utid: String,
}

impl IdToken {
    /// Reads the id token of an answer.
    pub(crate) fn of(grant: &Grant) -> Result<Self, Error> {
        let text = grant
            .id_token
            .as_ref()
            .ok_or_else(|| mistrusted("the answer holds no id token"))?;
        let payload = text.expose().split('.').nth(1).unwrap_or_default();
        decoded(payload).ok_or_else(|| mistrusted("the id token cannot be read"))
    }

    /// Whether it is the answer to what was asked.
    pub(crate) fn check(&self, wanted: &Wanted<'_>) -> Result<(), Error> {
        if !self.aud.eq_ignore_ascii_case(wanted.client_id) {
            return Err(mistrusted("the id token is for another application"));
        }
        if let Some(nonce) = wanted.nonce
            && self.nonce.as_deref() != Some(nonce.expose())
        {
            return Err(mistrusted("the id token belongs to another sign-in"));
        }
        if !is_guid(&self.tid) || is_guid(wanted.tenant.as_str()) && self.tenant() != *wanted.tenant
        {
            return Err(mistrusted("the id token is one of another tenant"));
        }
        if self.tid.eq_ignore_ascii_case(PERSONAL) {
            return Err(mistrusted("the id token is a personal account's"));
        }
        if !issuers(wanted.authority).any(|host| {
            self.iss
                .eq_ignore_ascii_case(&format!("https://{host}/{}/v2.0", self.tid))
        }) {
            return Err(mistrusted("the id token comes from elsewhere"));
        }
        let end = Timestamp::from_second(self.exp).unwrap_or(Timestamp::MIN);
        if end.checked_add(SKEW).unwrap_or(Timestamp::MAX) < wanted.now {
            return Err(mistrusted("the id token is over"));
        }
        let start = self.nbf.and_then(|nbf| Timestamp::from_second(nbf).ok());
        if start.is_some_and(|start| start.checked_sub(SKEW).unwrap_or(Timestamp::MIN) > wanted.now)
        {
            return Err(mistrusted("the id token is not good yet"));
        }
        Ok(())
    }

    pub(crate) fn tenant(&self) -> TenantId {
        TenantId::new(&self.tid)
    }

    /// The account, by its home: a guest has another object id in each tenant. `asked` is
    /// the tenant that was asked: who is asked for at no tenant by name signs in at home.
    pub(crate) fn account(&self, grant: &Grant, asked: &TenantId) -> Result<AccountId, Error> {
        let info = grant.client_info.as_ref();
        let home: Home = info
            .and_then(|info| decoded(info.expose()))
            .ok_or_else(|| mistrusted("the answer does not tell the account's home"))?;
        let home_tenant = TenantId::new(&home.utid);
        let at_home = home_tenant == self.tenant();
        if !at_home && ANY_TENANT.contains(&asked.as_str()) {
            return Err(mistrusted("the id token is not one of the account's home"));
        }
        if at_home && !home.uid.eq_ignore_ascii_case(&self.oid) {
            return Err(mistrusted("the id token is another account's"));
        }
        AccountId::new(&home.uid, &home_tenant)
            .map_err(|_| mistrusted("the account's id cannot be read"))
    }

    pub(crate) fn username(&self) -> String {
        self.preferred_username
            .as_deref()
            .map(shown)
            .unwrap_or_default()
    }

    pub(crate) fn person(&self) -> Option<String> {
        self.name
            .as_deref()
            .map(shown)
            .filter(|name| !name.is_empty())
    }
}

/// An access token is Azure's to read, not ours; but where it does tell its tenant and whom
/// it is for, it has to be what was asked for. With another tenant's, lists would only be
/// empty; with one for elsewhere, every call would be refused as if nobody were signed in.
pub(crate) fn check_access(
    token: &AccessToken,
    tenant: &TenantId,
    cloud: &Cloud,
) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Told {
        tid: Option<String>,
        aud: Option<String>,
    }
    let payload = token.secret.expose().split('.').nth(1).unwrap_or_default();
    let Some(told) = decoded::<Told>(payload) else {
        return Ok(());
    };
    if told.aud.is_some_and(|aud| !cloud.is_audience(&aud)) {
        return Err(mistrusted(
            "the access token is not for this cloud's resources",
        ));
    }
    match told.tid {
        Some(tid) if is_guid(tenant.as_str()) && TenantId::new(&tid) != *tenant => {
            Err(mistrusted("the access token is one of another tenant"))
        }
        _ => Ok(()),
    }
}

/// A sign-in that is not believed, and why.
pub(crate) fn mistrusted(what: &str) -> Error {
    Error::SignInMistrusted {
        what: what.to_owned(),
    }
}

pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn decoded<T: for<'a> Deserialize<'a>>(base64url: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD
        .decode(base64url.trim_end_matches('='))
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn issuers(authority: &Url) -> impl Iterator<Item = String> {
    let host = host_of(authority);
    let other = OTHER_ISSUERS
        .into_iter()
        .find(|(signs_in, _)| *signs_in == host)
        .map(|(_, issues)| issues.to_owned());
    std::iter::once(host).chain(other)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::wire::tests::any_json;

    const TENANT: &str = "11111111-1111-1111-1111-111111111111";
    const OTHER: &str = "22222222-2222-2222-2222-222222222222";

    fn grant(claims: &Value, info: Option<&str>) -> Grant {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        Grant {
            access: AccessToken {
                secret: Secret::new("a"),
                valid_for: Duration::from_secs(60),
            },
            refresh: None,
            id_token: Some(Secret::new(format!("h.{}.s", part(claims)))),
            client_info: info.map(|text| Secret::new(URL_SAFE_NO_PAD.encode(text))),
        }
    }

    fn claims() -> Value {
        json!({
            "aud": "APP", "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "nbf": 1_000, "exp": 1_000, "tid": TENANT, "oid": "object", "nonce": "n",
            "preferred_username": "a\u{7}@b", "name": "A",
        })
    }

    fn check(claims: &Value, tenant: &str) -> Result<(), Error> {
        let authority = Url::parse("https://login.microsoftonline.com/").unwrap();
        IdToken::of(&grant(claims, None))?.check(&Wanted {
            client_id: "app",
            nonce: Some(&Secret::new("n")),
            tenant: &TenantId::new(tenant),
            authority: &authority,
            now: Timestamp::from_second(1_200).unwrap(),
        })
    }

    #[test]
    fn a_right_one_is_taken_at_its_tenant_and_at_any() {
        for tenant in [TENANT, "organizations", "contoso.example"] {
            check(&claims(), tenant).unwrap();
        }
        let read = IdToken::of(&grant(&claims(), None)).unwrap();
        assert_eq!(
            (read.username().as_str(), read.person()),
            ("a@b", Some("A".to_owned()))
        );
    }

    #[rstest]
    #[case("aud", json!("another"), "another application")]
    #[case("nonce", json!("m"), "another sign-in")]
    #[case("nonce", Value::Null, "another sign-in")]
    #[case("tid", json!(OTHER), "another tenant")]
    #[case("tid", json!("x"), "another tenant")]
    #[case("tid", json!(PERSONAL), "another tenant")]
    #[case("iss", json!(format!("https://evil.example/{TENANT}/v2.0")), "elsewhere")]
    #[case("iss", json!(format!("https://login.microsoftonline.com.evil.example/{TENANT}/v2.0")), "elsewhere")]
    #[case("exp", json!(800), "over")]
    #[case("nbf", json!(4_800), "not good yet")]
    #[case("exp", json!("soon"), "cannot be read")]
    #[case("oid", json!(7), "cannot be read")]
    fn a_wrong_one_is_not_believed(#[case] field: &str, #[case] value: Value, #[case] says: &str) {
        let mut claims = claims();
        claims[field] = value;
        let Err(Error::SignInMistrusted { what }) = check(&claims, TENANT) else {
            panic!("{field} was believed");
        };
        assert!(what.contains(says), "{what}");
    }

    #[test]
    fn a_guest_is_known_by_its_home() {
        let info = format!(r#"{{"uid":"HOME-OBJECT","utid":"{OTHER}"}}"#);
        assert_eq!(
            account(Some(&info), TENANT),
            Ok(format!("home-object.{OTHER}"))
        );
        assert_eq!(
            account(Some(&info), "contoso.example"),
            account(Some(&info), TENANT)
        );
        let at_home = format!(r#"{{"uid":"OBJECT","utid":"{TENANT}"}}"#);
        for asked in [TENANT, "organizations", "common"] {
            assert_eq!(
                account(Some(&at_home), asked),
                Ok(format!("object.{TENANT}"))
            );
        }
    }

    #[test]
    fn whose_home_does_not_fit_is_not_believed() {
        let guest = format!(r#"{{"uid":"HOME-OBJECT","utid":"{OTHER}"}}"#);
        let other = format!(r#"{{"uid":"another","utid":"{TENANT}"}}"#);
        for (info, asked, says) in [
            (None, TENANT, "does not tell"),
            (Some("nothing"), TENANT, "does not tell"),
            (
                Some(guest.as_str()),
                "organizations",
                "not one of the account's home",
            ),
            (Some(&guest), "common", "not one of the account's home"),
            (Some(&other), "organizations", "another account's"),
            (Some(&other), TENANT, "another account's"),
        ] {
            let what = account(info, asked).unwrap_err();
            assert!(what.contains(says), "{what}");
        }
        let mut personal = claims();
        personal["tid"] = json!(PERSONAL);
        let Err(Error::SignInMistrusted { what }) = check(&personal, "organizations") else {
            panic!("a personal account was believed");
        };
        assert!(what.contains("personal"), "{what}");
    }

    #[rstest]
    #[case(json!({"tid": TENANT, "aud": "https://management.core.windows.net/"}), None)]
    #[case(json!({"tid": TENANT}), None)]
    #[case(json!({"aud": "https://management.azure.com"}), None)]
    #[case(json!("opaque"), None)]
    #[case(json!({"tid": OTHER, "aud": "https://management.azure.com"}), Some("another tenant"))]
    #[case(json!({"tid": TENANT, "aud": "https://graph.microsoft.com"}), Some("not for this cloud"))]
    fn an_access_token_for_elsewhere_is_not_believed(
        #[case] payload: Value,
        #[case] says: Option<&str>,
    ) {
        let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
        let token = AccessToken {
            secret: Secret::new(format!("h.{payload}.s")),
            valid_for: Duration::from_secs(60),
        };
        let checked = check_access(&token, &TenantId::new(TENANT), &Cloud::public());
        match (checked, says) {
            (Ok(()), None) => {}
            (Err(Error::SignInMistrusted { what }), Some(says)) => {
                assert!(what.contains(says), "{what}")
            }
            (checked, _) => panic!("{checked:?}"),
        }
    }

    fn account(info: Option<&str>, asked: &str) -> Result<String, String> {
        let grant = grant(&claims(), info);
        let read = IdToken::of(&grant).unwrap();
        match read.account(&grant, &TenantId::new(asked)) {
            Ok(account) => Ok(account.to_string()),
            Err(Error::SignInMistrusted { what }) => Err(what),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_issuer_in_china_is_another_host() {
        let authority = Url::parse("https://login.chinacloudapi.cn/").unwrap();
        let hosts: Vec<_> = issuers(&authority).collect();
        assert_eq!(
            hosts,
            ["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"]
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*", payload in any_json(&["aud", "iss", "exp", "tid", "oid", "nonce", "nbf"])) {
            let mut odd = grant(&payload, Some(&text));
            let _ = IdToken::of(&odd).and_then(|read| read.account(&odd, &TenantId::new("organizations")));
            odd.id_token = Some(Secret::new(text));
            let _ = IdToken::of(&odd);
        }
    }
}

//! What a person's sign-in gives: access token, refresh token, id token, `client_info` (contract 2.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Desk;
use super::ledger::Refresh;
use super::wanted::{Claims, Scopes};
use crate::clock::saturating;
use crate::estate::Person;
use crate::http::answer::Answer;
use crate::switches::Tamper;
use crate::world::Token;

/// Another application's id and another tenant's, for what is wrong on purpose.
const STRANGER: &str = "99999999-9999-4999-8999-999999999999";

/// What is given to whom.
pub(super) struct Grant<'a> {
    pub(super) family: usize,
    pub(super) tenant: &'a str,
    pub(super) scopes: &'a Scopes,
    pub(super) claims: &'a Claims,
    pub(super) nonce: Option<&'a str>,
    pub(super) client_info: bool,
}

pub(super) fn to_person(desk: &mut Desk<'_>, grant: &Grant<'_>) -> Answer {
    let tamper = desk.world.switches.tamper;
    let family = desk.world.sign_ins.families[grant.family].clone();
    let person = desk.world.people[family.person].clone();
    let cae = grant.claims.cp1();
    let seconds = if cae {
        desk.world.switches.cae_seconds
    } else {
        desk.world.switches.token_seconds
    };
    let access = access_token(desk, grant, &person, (cae, seconds));
    let mut body = json!({
        "token_type": "Bearer", "scope": grant.scopes.granted(), "expires_in": seconds, "ext_expires_in": seconds,
        "access_token": access,
    });
    // Without `offline_access` there is none (contract 2.1).
    if grant.scopes.has("offline_access") && tamper != Some(Tamper::NoRefreshToken) {
        body["refresh_token"] = refresh_token(desk, grant.family).into();
    }
    if grant.scopes.has("openid") && tamper != Some(Tamper::NoIdToken) {
        body["id_token"] = id_token(desk, grant, &person).into();
    }
    if grant.client_info {
        let uid = if tamper == Some(Tamper::Account) {
            STRANGER
        } else {
            &person.oid
        };
        body["client_info"] = part(&json!({"uid": uid, "utid": person.home})).into();
    }
    Answer::json(200, body)
}

/// Header, payload and a part that looks like a signature, which begins with the canary: nobody here checks one.
pub(super) fn jwt(payload: &Value, canary: &str) -> String {
    let head = json!({"typ": "JWT", "alg": "RS256", "kid": "simulated"});
    let mut signature = Vec::with_capacity(256);
    for _ in 0..16 {
        signature.extend_from_slice(uuid::Uuid::new_v4().as_bytes());
    }
    let signature = URL_SAFE_NO_PAD.encode(signature);
    format!("{}.{}.{canary}{signature}", part(&head), part(payload))
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn access_token(
    desk: &mut Desk<'_>,
    grant: &Grant<'_>,
    person: &Person,
    (cae, seconds): (bool, u32),
) -> String {
    let now = desk.now;
    let tamper = desk.world.switches.tamper;
    let family = &desk.world.sign_ins.families[grant.family];
    let (index, mfa) = (family.person, family.mfa);
    let address = desk.world.caller_address();
    let expires = saturating(now, SignedDuration::from_secs(seconds.into()));
    let tenant = if tamper == Some(Tamper::AccessTokenTenant) {
        STRANGER
    } else {
        grant.tenant
    };
    let audience = if tamper == Some(Tamper::AccessTokenAudience) {
        "https://graph.microsoft.com"
    } else {
        &grant.scopes.resource
    };
    let mut payload = json!({
        "aud": audience, "iss": format!("{}/{tenant}/", desk.authority), "tid": tenant, "ver": "1.0", "idtyp": "user",
        "appid": desk.world.app.id, "appidacr": "0", "oid": person.oid_in(grant.tenant),
        "upn": person.upn, "unique_name": person.upn, "name": person.name, "scp": "user_impersonation",
        "amr": if mfa { json!(["pwd", "mfa"]) } else { json!(["pwd"]) }, "ipaddr": address,
        "iat": now.as_second(), "nbf": now.as_second(), "exp": expires.as_second(),
    });
    if cae {
        payload["xms_cc"] = json!(["cp1"]);
    }
    if mfa {
        payload["acrs"] = json!(["p1"]);
    }
    let text = jwt(&payload, desk.world.canary());
    let serial = desk.world.unique();
    desk.world.tokens.insert(
        text.clone(),
        Token {
            tenant: tenant.into(),
            expires,
            with_claims: mfa,
            for_arm: grant.scopes.for_arm() && tamper != Some(Tamper::AccessTokenAudience),
            person: Some(index),
            issued: now,
            serial,
            cae,
            address,
        },
    );
    text
}

fn refresh_token(desk: &mut Desk<'_>, family: usize) -> String {
    let id = || uuid::Uuid::new_v4().simple().to_string();
    let canary = desk.world.canary();
    let text = format!("1.{canary}{}{}.{}", id(), id(), id());
    desk.world.sign_ins.refresh.insert(
        text.clone(),
        Refresh {
            family,
            used: false,
            issued: desk.now,
        },
    );
    text
}

fn id_token(desk: &Desk<'_>, grant: &Grant<'_>, person: &Person) -> String {
    let tamper = desk.world.switches.tamper;
    let is = |what| tamper == Some(what);
    if is(Tamper::MalformedIdToken) {
        return "this.is-not-a.token".into();
    }
    let hour = 3600;
    let now = desk.now.as_second();
    let (from, until) = match tamper {
        Some(Tamper::Expired) => (now - 2 * hour, now - hour),
        Some(Tamper::NotYet) => (now + hour, now + 2 * hour),
        _ => (now - 300, now + hour),
    };
    let tenant = if is(Tamper::Tenant) {
        STRANGER
    } else {
        grant.tenant
    };
    let oid = if is(Tamper::Account) {
        STRANGER.into()
    } else {
        person.oid_in(grant.tenant)
    };
    let issuer = if is(Tamper::Issuer) {
        "https://login.example"
    } else {
        desk.authority
    };
    let audience = if is(Tamper::Audience) {
        STRANGER
    } else {
        &desk.world.app.id
    };
    let mut payload = json!({
        "aud": audience, "iss": format!("{issuer}/{tenant}/v2.0"), "tid": tenant, "ver": "2.0",
        "sub": crate::seed::guid(&format!("{oid} at {}", desk.world.app.id)),
        "iat": from, "nbf": from, "exp": until,
    });
    // Who it is stands in the token only where `profile` was asked for.
    if grant.scopes.has("profile") {
        payload["oid"] = oid.into();
        payload["name"] = person.name.clone().into();
        payload["preferred_username"] = person.upn.clone().into();
    }
    match (grant.nonce, tamper) {
        (_, Some(Tamper::NoNonce)) | (None, _) => {}
        (Some(_), Some(Tamper::Nonce)) => payload["nonce"] = "another-nonce".into(),
        (Some(nonce), _) => payload["nonce"] = nonce.into(),
    }
    jwt(&payload, desk.world.canary())
}

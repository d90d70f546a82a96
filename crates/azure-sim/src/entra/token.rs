//! `POST /{tenant}/oauth2/v2.0/token`: which grant is redeemed where (contract 2.3 to 2.5).

use jiff::Timestamp;
use serde::Deserialize;

use super::issue::{Grant, to_person};
use super::refusal::Refusal;
use super::wanted::{ARM, Claims, Scopes};
use super::{Desk, Form, app, application, code, device, refresh};
use crate::error::Error;
use crate::http::answer::Answer;
use crate::world::World;

/// `grant_type` of a device code.
pub(super) const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) fn token(desk: &mut Desk<'_>, tenant: &str, body: &str) -> Answer {
    let form = Form::read(body);
    match redeem(desk, tenant, &form) {
        Ok(answer) => answer,
        Err(refusal) => {
            if !matches!(
                refusal.error.as_str(),
                "authorization_pending" | "slow_down"
            ) {
                desk.world.sign_ins.counts.refused += 1;
            }
            refusal.json(desk.now)
        }
    }
}

fn redeem(desk: &mut Desk<'_>, tenant: &str, form: &Form) -> Result<Answer, Refusal> {
    let tenant = app::tenant(desk.world, tenant)?;
    match form.get("grant_type") {
        "client_credentials" => application::redeem(desk, tenant, form),
        "authorization_code" => code::redeem(desk, tenant, form),
        "refresh_token" => refresh::redeem(desk, tenant, form),
        DEVICE => device::poll(desk, tenant, form),
        _ => Err(Refusal::of(70003)
            .called("unsupported_grant_type")
            .saying("The app requested an unsupported grant type.")),
    }
}

/// Whose token is handed out without any sign-in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wish {
    /// A person; the application itself otherwise.
    upn: Option<String>,
    /// Where; the person's home or the first tenant otherwise.
    tenant: Option<String>,
    /// More than a name was given.
    mfa: bool,
    /// The token may be challenged at any time.
    cae: bool,
}

/// A token for the resource manager, for programs that cannot sign in by themselves.
pub(crate) fn hand_out(
    world: &mut World,
    authority: &str,
    wish: &Wish,
    now: Timestamp,
) -> Result<Answer, Error> {
    let missing = |what, name: &str| Error::Missing {
        what,
        name: name.into(),
    };
    let named = |world: &World, name: &str| {
        app::tenant_id(world, name).ok_or_else(|| missing("tenant", name))
    };
    let tenant = wish.tenant.as_deref().map(|name| named(world, name));
    let tenant = tenant.transpose()?;
    let mut desk = Desk {
        world,
        authority,
        pages: "",
        now,
    };
    let Some(upn) = wish.upn.as_deref() else {
        let first = desk.world.tenants.first().map(|tenant| tenant.id.clone());
        let tenant = tenant.or(first).unwrap_or_default();
        let claims = Claims::answered(wish.mfa);
        return Ok(application::issue(&mut desk, tenant, ARM[0], &claims));
    };
    let person = desk.world.person(upn);
    let person = person.ok_or_else(|| missing("person", upn))?;
    let tenant = tenant.unwrap_or_else(|| desk.world.people[person].home.clone());
    let scopes = Scopes::of_arm();
    let family = code::family(&mut desk, person, wish.mfa, "");
    let grant = Grant {
        family,
        tenant: &tenant,
        scopes: &scopes,
        claims: &Claims::declaring(wish.cae),
        nonce: None,
        client_info: false,
    };
    Ok(to_person(&mut desk, &grant))
}

//! `POST /{tenant}/oauth2/v2.0/token`: which grant is redeemed where (contract 2.3 to 2.5).

use jiff::Timestamp;

use super::refusal::Refusal;
use super::wanted::{ARM, Claims};
use super::{Desk, Form, app, application, code, device, refresh};
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

/// A token for the first tenant's resource manager, for programs that cannot sign in by themselves.
pub(crate) fn hand_out(world: &mut World, authority: &str, now: Timestamp) -> Answer {
    let tenant = world.tenants.first().map(|tenant| tenant.id.clone());
    let mut desk = Desk {
        world,
        authority,
        pages: "",
        now,
    };
    application::issue(
        &mut desk,
        tenant.unwrap_or_default(),
        ARM[0],
        &Claims::default(),
    )
}

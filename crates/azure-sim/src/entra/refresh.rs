//! Redeems a refresh token: rotated on every use, for any tenant that knows the person (contract 2.5, 2.6).

use jiff::SignedDuration;
use serde_json::json;

use super::issue::{Grant, to_person};
use super::refusal::Refusal;
use super::wanted::{Claims, Scopes};
use super::{Desk, Form, app};
use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::switches::{AddressRule, Consent, Rotation};
use crate::world::World;

const DAY: i64 = 24 * 60 * 60;

pub(super) fn redeem(
    desk: &mut Desk<'_>,
    tenant: Option<String>,
    form: &Form,
) -> Result<Answer, Refusal> {
    app::client(desk.world, form.needed("client_id")?, tenant.as_deref())?;
    let text = form.needed("refresh_token")?;
    let Some(token) = desk.world.sign_ins.refresh.get(text).cloned() else {
        return Err(Refusal::of(70000).saying("The refresh token is not known."));
    };
    let strict = desk.world.switches.rotation == Rotation::Strict;
    let ledger = &mut desk.world.sign_ins;
    if token.used && strict {
        ledger.counts.rotated_reused += 1;
        ledger.families[token.family].revoked = true;
        return Err(Refusal::of(50173).saying("The refresh token was redeemed before."));
    }
    let family = ledger.families[token.family].clone();
    if family.revoked {
        return Err(Refusal::of(50173));
    }
    let days = i64::from(desk.world.switches.refresh_days);
    if saturating(token.issued, SignedDuration::from_secs(days * DAY)) <= desk.now {
        return Err(Refusal::of(700_082));
    }
    let tenant = tenant.unwrap_or_else(|| desk.world.people[family.person].home.clone());
    may_sign_in(desk.world, family.person, &tenant)?;
    consented(desk.world, family.person, &tenant)?;
    let scopes = Scopes::read(form.some("scope").unwrap_or(&family.scope))?;
    let claims = Claims::read(form.get("claims"))?;
    if claims.mfa() && !family.mfa {
        let demanded = claims.demanded().unwrap_or_else(|| json!({}));
        return Err(Refusal::of(50076).with_claims(demanded));
    }
    let moved = family.address != desk.world.caller_address();
    if moved && desk.world.switches.address_rule == AddressRule::Person {
        let refusal =
            Refusal::of(50079).saying("The place has changed and the person has to sign in again.");
        return Err(match claims.demanded() {
            Some(demanded) => refusal.with_claims(demanded),
            None => refusal,
        });
    }
    let ledger = &mut desk.world.sign_ins;
    ledger.counts.refreshes += 1;
    if let Some(token) = ledger.refresh.get_mut(text) {
        token.used = strict;
    }
    // A refresh keeps every right of the sign-in, so a new refresh token comes whether or not it was asked for.
    let grant = Grant {
        family: token.family,
        tenant: &tenant,
        scopes: &scopes.offline(),
        claims: &claims,
        nonce: None,
        client_info: form.get("client_info") == "1",
    };
    Ok(to_person(desk, &grant))
}

/// The tenant knows this person, and the account is in order.
pub(super) fn may_sign_in(world: &World, person: usize, tenant: &str) -> Result<(), Refusal> {
    let person = &world.people[person];
    if person.disabled {
        return Err(Refusal::of(50057));
    }
    if !person.is_in(tenant) {
        return Err(Refusal::of(50020).saying(format!(
            "The account '{}' does not exist in the tenant '{tenant}'.",
            person.upn
        )));
    }
    if person.not_assigned {
        return Err(Refusal::of(50105));
    }
    Ok(())
}

/// Somebody has consented for this person in this tenant.
pub(super) fn consented(world: &World, person: usize, tenant: &str) -> Result<(), Refusal> {
    let given = || {
        world
            .sign_ins
            .consents
            .contains(&(person, tenant.to_lowercase()))
    };
    match world.switches.consent {
        Consent::ByPerson if !given() => Err(Refusal::of(65001)),
        Consent::ByAdministrator => Err(Refusal::of(90094)),
        _ => Ok(()),
    }
}

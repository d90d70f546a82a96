//! Redeems an authorization code: once, for who asked, with the verifier of its challenge (contract 2.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;

use super::issue::{Grant, to_person};
use super::ledger::Family;
use super::refusal::Refusal;
use super::wanted::{Claims, Scopes};
use super::{Desk, Form, app};
use crate::http::answer::Answer;

pub(super) fn redeem(
    desk: &mut Desk<'_>,
    tenant: Option<String>,
    form: &Form,
) -> Result<Answer, Refusal> {
    app::client(desk.world, form.needed("client_id")?, tenant.as_deref())?;
    let text = form.needed("code")?;
    let Some(code) = desk.world.sign_ins.codes.get(text).cloned() else {
        return Err(Refusal::of(70000));
    };
    if let Some(family) = code.family {
        // Somebody else has it too: nothing that came of it may go on.
        desk.world.sign_ins.counts.codes_reused += 1;
        desk.world.sign_ins.families[family].revoked = true;
        return Err(Refusal::of(54005));
    }
    if code.expires <= desk.now {
        return Err(Refusal::of(70008));
    }
    if tenant.is_some_and(|tenant| !tenant.eq_ignore_ascii_case(&code.tenant)) {
        return Err(Refusal::of(70000).saying("The code was given out by another tenant."));
    }
    if form.needed("redirect_uri")? != code.redirect {
        return Err(Refusal::of(50011)
            .called("invalid_grant")
            .saying("The redirect address is not the one of the authorize request."));
    }
    let verifier = form.needed("code_verifier")?;
    let sum = digest::digest(&digest::SHA256, verifier.as_bytes());
    if !(43..=128).contains(&verifier.len()) || URL_SAFE_NO_PAD.encode(sum) != code.challenge {
        return Err(Refusal::of(501_481));
    }
    let scopes = Scopes::read(form.some("scope").unwrap_or(&code.scope))?;
    let claims = Claims::read(form.get("claims"))?;
    if claims.mfa() && !code.mfa {
        return Err(Refusal::of(50076));
    }
    let family = begin_family(desk, code.person, code.mfa, &code.scope);
    if let Some(code) = desk.world.sign_ins.codes.get_mut(text) {
        code.family = Some(family);
    }
    let grant = Grant {
        family,
        tenant: &code.tenant,
        scopes: &scopes,
        claims: &claims,
        nonce: code.nonce.as_deref(),
        client_info: form.get("client_info") == "1",
    };
    Ok(to_person(desk, &grant))
}

/// A sign-in came to its end.
pub(super) fn begin_family(desk: &mut Desk<'_>, person: usize, mfa: bool, scope: &str) -> usize {
    desk.world.sign_ins.counts.sign_ins += 1;
    let family = family(desk, person, mfa, scope);
    desk.world.sign_ins.families[family].signed_in = true;
    family
}

/// What every token of one sign-in has in common.
pub(super) fn family(desk: &mut Desk<'_>, person: usize, mfa: bool, scope: &str) -> usize {
    let address = desk.world.caller_address();
    let ledger = &mut desk.world.sign_ins;
    ledger.families.push(Family {
        person,
        mfa,
        signed_in: false,
        revoked: false,
        scope: scope.into(),
        address,
    });
    ledger.families.len() - 1
}

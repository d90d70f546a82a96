//! Device codes: one is given out, and whoever waits for it asks again and again (contract 2.4).

use jiff::SignedDuration;
use serde_json::json;

use super::code::begin_family;
use super::issue::{Grant, to_person};
use super::ledger::{Device, Outcome};
use super::refusal::Refusal;
use super::wanted::{Claims, Scopes};
use super::{Desk, Form, app};
use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::switches::DeviceCodeRule;

/// Letters and digits that nobody mistakes for one another.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXYZ23456789";

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(super) fn begin(desk: &mut Desk<'_>, tenant: &str, body: &str) -> Answer {
    match give(desk, tenant, &Form::read(body)) {
        Ok(answer) => answer,
        Err(refusal) => refusal.json(desk.now),
    }
}

fn give(desk: &mut Desk<'_>, tenant: &str, form: &Form) -> Result<Answer, Refusal> {
    let tenant = app::tenant(desk.world, tenant)?;
    app::client(desk.world, form.needed("client_id")?, tenant.as_deref())?;
    let scope = form.needed("scope")?;
    Scopes::read(scope)?;
    Claims::read(form.get("claims"))?;
    if desk.world.switches.device_code == DeviceCodeRule::BlockedAtStart {
        return Err(Refusal::of(53003));
    }
    let (seconds, interval) = (
        desk.world.switches.device_seconds,
        desk.world.switches.device_interval,
    );
    let user_code = user_code();
    let page = format!("{}/devicelogin", desk.pages);
    let device_code = format!(
        "{}{}{}",
        desk.world.canary(),
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    );
    let device = Device {
        user_code: user_code.clone(),
        tenant,
        scope: scope.into(),
        claims: form.get("claims").into(),
        expires: saturating(desk.now, SignedDuration::from_secs(seconds.into())),
        interval,
        polled: None,
        outcome: Outcome::Pending,
    };
    let ledger = &mut desk.world.sign_ins;
    ledger.devices.insert(device_code.clone(), device);
    Ok(Answer::json(
        200,
        json!({
            "user_code": user_code, "device_code": device_code, "verification_uri": page,
            "expires_in": seconds, "interval": interval,
            "message": format!("To sign in, open the page {page} in a browser and enter the code {user_code}."),
        }),
    ))
}

fn user_code() -> String {
    let random = uuid::Uuid::new_v4();
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len());
    let letters = random.as_bytes().iter().take(9).filter_map(letter);
    letters.map(|letter| char::from(*letter)).collect()
}

/// One poll of the token endpoint.
pub(super) fn poll(
    desk: &mut Desk<'_>,
    tenant: Option<String>,
    form: &Form,
) -> Result<Answer, Refusal> {
    app::client(desk.world, form.needed("client_id")?, tenant.as_deref())?;
    if !desk.world.switches.public_flows {
        return Err(Refusal::of(7_000_218));
    }
    let now = desk.now;
    let text = form.needed("device_code")?;
    let ledger = &mut desk.world.sign_ins;
    let Some(device) = ledger.devices.get_mut(text) else {
        return Err(Refusal::of(70018));
    };
    if device.expires <= now {
        return Err(Refusal::of(70019));
    }
    let interval = SignedDuration::from_secs(device.interval.into());
    let early = device
        .polled
        .replace(now)
        .is_some_and(|before| now < saturating(before, interval));
    let device = match (&device.outcome, early) {
        (Outcome::Refused(refusal), _) => return Err(refusal.clone()),
        (Outcome::Pending, true) => {
            device.interval += 5;
            ledger.counts.polled_too_fast += 1;
            return Err(Refusal::of(70016)
                .called("slow_down")
                .saying("The polls come too fast."));
        }
        (Outcome::Pending, false) => return Err(Refusal::of(70016)),
        (Outcome::Approved { .. }, _) => device.clone(),
    };
    let Outcome::Approved { person, mfa } = device.outcome else {
        return Err(Refusal::of(70016));
    };
    let home = || desk.world.people[person].home.clone();
    let signed_in_at = device.tenant.clone().unwrap_or_else(home);
    // A code of `organizations` may be asked for there or at the person's own tenant.
    if tenant.is_some_and(|tenant| !tenant.eq_ignore_ascii_case(&signed_in_at)) {
        return Err(Refusal::of(70018).saying("The device code was given out by another tenant."));
    }
    let scopes = Scopes::read(form.some("scope").unwrap_or(&device.scope))?;
    let claims = Claims::read(form.some("claims").unwrap_or(&device.claims))?;
    if claims.mfa() && !mfa {
        return Err(Refusal::of(50076));
    }
    // Once: the next poll with this code meets a stranger.
    desk.world.sign_ins.devices.remove(text);
    let family = begin_family(desk, person, mfa, &device.scope);
    let grant = Grant {
        family,
        tenant: &signed_in_at,
        scopes: &scopes,
        claims: &claims,
        nonce: None,
        client_info: form.get("client_info") == "1",
    };
    Ok(to_person(desk, &grant))
}

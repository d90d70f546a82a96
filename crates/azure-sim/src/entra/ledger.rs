//! What Entra remembers: browsers, codes, device codes, refresh tokens in families, consents, counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Everything about sign-ins that changes.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) browsers: HashMap<String, Browser>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) devices: HashMap<String, Device>,
    pub(crate) refresh: HashMap<String, Refresh>,
    pub(crate) families: Vec<Family>,
    /// Who consented where: index of the person, tenant in lower case.
    pub(crate) consents: BTreeSet<(usize, String)>,
    /// Since when nothing of a person counts: the serial number and the time.
    pub(crate) revoked: HashMap<usize, (u64, Timestamp)>,
    pub(crate) counts: Counts,
}

impl Ledger {
    pub(crate) fn live(&self, person: Option<usize>) -> usize {
        let lives = |refresh: &&Refresh| {
            let family = &self.families[refresh.family];
            !refresh.used && !family.revoked && person.is_none_or(|p| p == family.person)
        };
        self.refresh.values().filter(lives).count()
    }

    /// Forgets a person in every browser and ends every family.
    pub(crate) fn revoke(&mut self, person: usize, serial: u64, now: Timestamp) -> usize {
        let live = self.live(Some(person));
        self.revoked.insert(person, (serial, now));
        for family in self.families.iter_mut().filter(|f| f.person == person) {
            family.revoked = true;
        }
        for browser in self.browsers.values_mut() {
            browser.accounts.remove(&person);
        }
        live
    }
}

/// One browser, by its cookie: who is signed in there.
#[derive(Debug, Default)]
pub(crate) struct Browser {
    pub(crate) accounts: BTreeMap<usize, Session>,
}

/// A person in a browser.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Session {
    /// More than a name was given.
    pub(crate) mfa: bool,
}

/// An authorization code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) person: usize,
    pub(crate) tenant: String,
    pub(crate) redirect: String,
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) scope: String,
    pub(crate) mfa: bool,
    pub(crate) expires: Timestamp,
    /// The family that it was redeemed for.
    pub(crate) family: Option<usize>,
}

/// A device code.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) user_code: String,
    /// The tenant of the path; none for `common` and `organizations`.
    pub(crate) tenant: Option<String>,
    pub(crate) scope: String,
    pub(crate) claims: String,
    pub(crate) expires: Timestamp,
    /// Seconds between two polls; each too early one adds five.
    pub(crate) interval: u32,
    pub(crate) polled: Option<Timestamp>,
    pub(crate) outcome: Outcome,
}

/// How far the person at the device page is.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Pending,
    Approved { person: usize, mfa: bool },
    Refused(Refusal),
}

/// One sign-in and every refresh token that came of it.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) person: usize,
    pub(crate) mfa: bool,
    /// Somebody signed in; otherwise its one token was handed out at the control endpoint.
    pub(crate) signed_in: bool,
    pub(crate) revoked: bool,
    /// What was asked for: a refresh that names no scope gets the same.
    pub(crate) scope: String,
    /// The caller's public address when the person signed in.
    pub(crate) address: String,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub(crate) struct Refresh {
    pub(crate) family: usize,
    pub(crate) used: bool,
    pub(crate) issued: Timestamp,
}

/// What happened at the sign-in endpoints so far. Tokens are counted, never told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Sign-ins that ended with tokens, through the browser or a device code.
    pub sign_ins: u64,
    /// Refresh tokens redeemed.
    pub refreshes: u64,
    /// Refresh tokens that came again after they had been rotated. A right client leaves this at 0.
    pub rotated_reused: u64,
    /// Authorization codes that came again. A right client leaves this at 0.
    pub codes_reused: u64,
    /// Refusals of the token endpoint, without `authorization_pending` and `slow_down`.
    pub refused: u64,
    /// Polls for a device code that came before their time.
    pub polled_too_fast: u64,
    /// Times that a person approved an MFA request.
    pub mfa_approved: u64,
    /// Pages of the authorize endpoint that were asked for.
    pub authorize_pages: u64,
    /// Refresh tokens that would work now.
    pub live_refresh_tokens: usize,
    /// Browsers with somebody signed in.
    pub browsers: usize,
}

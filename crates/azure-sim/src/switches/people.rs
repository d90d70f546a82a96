//! Variants of how people sign in (contract 2).

use serde::{Deserialize, Serialize};

/// Who has consented to the public registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// Everybody everywhere: nobody is asked.
    Given,
    /// Nobody yet: the page asks each person, tokens are refused before with AADSTS65001.
    ByPerson,
    /// Nobody, and only an administrator may: AADSTS90094.
    ByAdministrator,
}

/// What policy says about device codes (contract 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceCodeRule {
    /// They are given out.
    Allowed,
    /// AADSTS53003 at once, instead of a code.
    BlockedAtStart,
    /// AADSTS53003 after the person has entered the code: on the page, and for who polls.
    BlockedAtPage,
}

/// What becomes of a refresh token that was redeemed (contract 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    /// It is dead; who sends it again loses the whole family.
    Strict,
    /// It goes on working beside the new one, as Entra's own do for a while.
    Lenient,
}

/// What happens when the caller's public address changes (contract 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressRule {
    /// Nothing.
    Ignored,
    /// ARM challenges; a refresh with those claims is enough.
    Refresh,
    /// ARM challenges; the person has to sign in again.
    Person,
}

/// Something in a sign-in that is wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tamper {
    /// The redirect carries another `state`.
    State,
    /// The redirect carries no `state`.
    NoState,
    /// The redirect carries neither a code nor an error.
    NoCode,
    /// The id token has another `nonce`.
    Nonce,
    /// The id token has no `nonce`.
    NoNonce,
    /// The id token is for another application.
    Audience,
    /// The id token is of another tenant.
    Tenant,
    /// The id token and `client_info` are another person's.
    Account,
    /// The id token is of another issuer.
    Issuer,
    /// The id token ended an hour ago.
    Expired,
    /// The id token begins in an hour.
    NotYet,
    /// The id token is not one.
    MalformedIdToken,
    /// There is no id token.
    NoIdToken,
    /// There is no refresh token.
    NoRefreshToken,
    /// The access token is of another tenant: ARM will not take it.
    AccessTokenTenant,
    /// The access token is for another resource: ARM will not take it.
    AccessTokenAudience,
}

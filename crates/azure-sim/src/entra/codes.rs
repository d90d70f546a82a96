//! The refusals of contract 2.7 by number: `error`, `suberror`, status, and what the sign-in page makes of each.

/// How one AADSTS number is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    pub(crate) number: u32,
    /// `error` of the token and device code endpoints.
    pub(crate) error: &'static str,
    pub(crate) suberror: Option<&'static str>,
    pub(crate) status: u16,
    /// The answer carries `claims` for the interactive request (contract 2.7).
    pub(crate) claims: bool,
    pub(crate) words: &'static str,
}

impl Code {
    /// `error` in a redirect, where Entra has fewer words than at the token endpoint.
    pub(crate) fn at_authorize(&self) -> &'static str {
        match (self.suberror, self.error) {
            (Some("consent_required"), _) => "consent_required",
            (_, "invalid_grant") => "access_denied",
            (_, "invalid_client") => "unauthorized_client",
            (_, error) => error,
        }
    }

    /// Entra cannot trust the redirect, or has nobody to send back to: it shows a page of its own.
    pub(crate) fn stays_on_page(&self) -> bool {
        matches!(self.number, 50011 | 50059 | 50194 | 90002 | 700_016)
    }
}

const fn code(number: u32, error: &'static str, words: &'static str) -> Code {
    Code {
        number,
        error,
        suberror: None,
        status: 400,
        claims: false,
        words,
    }
}

const fn sub(suberror: &'static str, mut code: Code) -> Code {
    code.suberror = Some(suberror);
    code
}

const fn with_claims(mut code: Code) -> Code {
    code.claims = true;
    code
}

const fn status(status: u16, mut code: Code) -> Code {
    code.status = status;
    code
}

const GRANT: &str = "invalid_grant";
const PERSON: &str = "interaction_required";
const REQUEST: &str = "invalid_request";

/// Every code of contract 2.7. Which `suberror` belongs to which number is not documented; these are the likely ones.
pub(crate) static TABLE: [Code; 47] = [
    code(
        16000,
        PERSON,
        "Several accounts are signed in and one has to be chosen.",
    ),
    code(
        50058,
        "login_required",
        "A silent sign-in was asked for and nobody is signed in.",
    ),
    code(
        50089,
        GRANT,
        "The sign-in took too long and its state has expired.",
    ),
    code(
        50132,
        GRANT,
        "The session is not valid any more: the password changed or expired.",
    ),
    code(
        50133,
        GRANT,
        "The session is not valid any more: the password expired or changed recently.",
    ),
    code(
        50173,
        GRANT,
        "The grant was revoked and a new sign-in is needed.",
    ),
    sub(
        "token_expired",
        code(
            70043,
            GRANT,
            "The refresh token is too old for the sign-in frequency that policy sets.",
        ),
    ),
    sub(
        "token_expired",
        code(
            70044,
            GRANT,
            "The session is too old for the sign-in frequency that policy sets.",
        ),
    ),
    code(
        700_082,
        GRANT,
        "The refresh token was not used for too long and has expired.",
    ),
    code(
        700_084,
        GRANT,
        "The refresh token of a single-page application has reached its fixed end.",
    ),
    sub(
        "basic_action",
        with_claims(code(
            50072,
            PERSON,
            "Multi-factor authentication has to be set up first.",
        )),
    ),
    sub(
        "basic_action",
        with_claims(code(
            50074,
            PERSON,
            "Strong authentication is needed and was not passed.",
        )),
    ),
    sub(
        "basic_action",
        with_claims(code(
            50076,
            PERSON,
            "Multi-factor authentication is needed for this resource.",
        )),
    ),
    sub(
        "basic_action",
        with_claims(code(
            50078,
            PERSON,
            "The multi-factor authentication has expired and is needed again.",
        )),
    ),
    sub(
        "basic_action",
        with_claims(code(
            50079,
            PERSON,
            "Multi-factor authentication has to be set up, or the place changed.",
        )),
    ),
    sub(
        "device_authentication_failed",
        code(50097, PERSON, "The device has to authenticate."),
    ),
    sub(
        "device_authentication_failed",
        code(50129, PERSON, "The device is not joined to the workplace."),
    ),
    sub(
        "message_only",
        code(
            50131,
            PERSON,
            "A device policy does not let this sign-in through.",
        ),
    ),
    sub(
        "message_only",
        with_claims(code(53000, PERSON, "The device is not compliant.")),
    ),
    sub(
        "message_only",
        with_claims(code(
            53001,
            PERSON,
            "The device is not joined to the domain.",
        )),
    ),
    sub(
        "message_only",
        with_claims(code(
            53003,
            GRANT,
            "Conditional Access has blocked this sign-in.",
        )),
    ),
    code(
        50020,
        GRANT,
        "The account is of another identity provider and does not exist in this tenant.",
    ),
    code(50034, GRANT, "The account does not exist in this tenant."),
    code(50057, GRANT, "The account is disabled."),
    code(
        50059,
        REQUEST,
        "Neither the request nor the account tells which tenant is meant.",
    ),
    code(90002, REQUEST, "The tenant was not found."),
    code(
        50105,
        GRANT,
        "The application is only for assigned people, and this account is not assigned.",
    ),
    code(
        50011,
        REQUEST,
        "The redirect address does not match a registered one.",
    ),
    code(
        501_481,
        GRANT,
        "The code verifier does not match the code challenge.",
    ),
    code(
        50194,
        REQUEST,
        "The application is not a multi-tenant one, and the common endpoint is not for it.",
    ),
    code(
        500_011,
        "invalid_resource",
        "The resource principal was not found in the tenant.",
    ),
    code(
        500_212,
        GRANT,
        "The other tenant's policy does not let this account out.",
    ),
    code(
        500_213,
        GRANT,
        "This tenant's policy does not let accounts of the other tenant in.",
    ),
    sub(
        "consent_required",
        code(
            65001,
            GRANT,
            "Neither the person nor an administrator has consented to the application.",
        ),
    ),
    sub(
        "consent_required",
        code(
            90094,
            GRANT,
            "An administrator has to consent to the application.",
        ),
    ),
    code(
        700_016,
        "unauthorized_client",
        "The application was not found in the tenant.",
    ),
    status(
        401,
        code(
            7_000_218,
            "invalid_client",
            "A client secret or assertion is missing: the application does not allow public flows.",
        ),
    ),
    code(
        70016,
        "authorization_pending",
        "The person has not finished yet.",
    ),
    code(
        70018,
        "bad_verification_code",
        "The device code is not known.",
    ),
    code(70019, "expired_token", "The device code has expired."),
    code(70020, "expired_token", "The code is past its time."),
    code(
        50196,
        GRANT,
        "The same request came again and again: a loop was ended.",
    ),
    code(
        293_004,
        GRANT,
        "The name of the target device was not found in the tenant.",
    ),
    // Beyond the table of 2.7, met by what sections 2.2 to 2.5 describe.
    code(
        54005,
        GRANT,
        "The authorization code has been used already.",
    ),
    code(70008, GRANT, "The authorization code has expired."),
    code(
        70000,
        GRANT,
        "The grant is not known, or not this application's.",
    ),
    code(900_144, REQUEST, "A parameter is missing or not valid."),
];

/// The line of a number; an unknown one is answered as `invalid_grant`.
pub(crate) fn of(number: u32) -> Code {
    let known = TABLE.iter().find(|code| code.number == number);
    known
        .copied()
        .unwrap_or_else(|| code(number, GRANT, "Simulated refusal."))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_stands_once() {
        let numbers: BTreeSet<u32> = TABLE.iter().map(|code| code.number).collect();
        assert_eq!(numbers.len(), TABLE.len());
    }

    #[test]
    fn an_unknown_number_is_played_too() {
        assert_eq!(of(4711).error, GRANT);
    }
}

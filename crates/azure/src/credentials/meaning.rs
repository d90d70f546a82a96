//! What a refusal of Entra's means: what it wants of whom, or that nothing can be done here.

use gangway_engine::problem::RefusedWhy;

use crate::error::EntraRefusal;

/// What a refusal means (contract 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Session or refresh token are over or revoked: a plain sign-in helps.
    Gone,
    /// The person has to do more than has been done: a browser helps.
    Person,
    /// The device has to be registered, joined or compliant. No browser window changes that.
    Device,
    /// Conditional Access says no.
    Blocked,
    /// The network one sits in forbids the tenant.
    Restricted,
    /// Nobody has consented to the app.
    Consent,
    /// The account is not in that tenant.
    Tenant,
    /// There is no such tenant.
    NoTenant,
    /// Refused for good, or by the person.
    Refused(RefusedWhy),
    /// The app's registration does not fit.
    App,
    /// A device code that is over.
    Lapsed,
    /// Entra itself is in trouble.
    Unavailable,
}

impl Meaning {
    /// `suberror` and `error` decide where they can; the number where they leave it open
    /// (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application>).
    pub(crate) fn of(refusal: &EntraRefusal) -> Self {
        by_suberror(&refusal.suberror)
            .or_else(|| by_error(&refusal.error))
            .or_else(|| by_number(refusal.code))
            .unwrap_or_else(|| otherwise(refusal))
    }
}

/// The ones that say it all
/// (<https://learn.microsoft.com/entra/msal/dotnet/advanced/exceptions/msal-error-handling>).
fn by_suberror(suberror: &str) -> Option<Meaning> {
    match suberror {
        "consent_required" => Some(Meaning::Consent),
        "bad_token" | "token_expired" => Some(Meaning::Gone),
        "device_authentication_failed" => Some(Meaning::Device),
        _ => None,
    }
}

/// Errors with one meaning, of RFC 6749, RFC 8628 and OpenID Connect.
fn by_error(error: &str) -> Option<Meaning> {
    match error {
        "consent_required" => Some(Meaning::Consent),
        "authorization_declined" => Some(Meaning::Refused(RefusedWhy::Declined)),
        "authorization_pending" | "slow_down" | "expired_token" => Some(Meaning::Lapsed),
        "temporarily_unavailable" | "server_error" => Some(Meaning::Unavailable),
        _ => None,
    }
}

/// Contract 2.7, and what Microsoft's list has beside it that a person may meet.
fn by_number(code: u32) -> Option<Meaning> {
    Some(match code {
        16000 | 50058 | 50085 | 50089 | 50132 | 50133 | 50173 | 70043 | 70044 | 700_082
        | 700_084 => Meaning::Gone,
        50055 | 50072 | 50074 | 50076 | 50078 | 50079 | 50125 | 50135 | 50144 | 50158 => {
            Meaning::Person
        }
        50005 | 50097 | 50127 | 50129 | 50131 | 50155 | 50187 | 53000 | 53001 => Meaning::Device,
        53002 | 53003 | 53004 | 53010 | 53011 | 530_034 | 530_035 => Meaning::Blocked,
        50002 | 500_021 | 500_022 => Meaning::Restricted,
        16003 | 50014 | 50020 | 50034 | 51004 => Meaning::Tenant,
        50059 | 50128 | 90002 => Meaning::NoTenant,
        50057 => Meaning::Refused(RefusedWhy::Disabled),
        50105 => Meaning::Refused(RefusedWhy::NotAssigned),
        500_212 | 500_213 => Meaning::Refused(RefusedWhy::CrossTenant),
        50196 => Meaning::Refused(RefusedWhy::Loop),
        65004 => Meaning::Refused(RefusedWhy::Declined),
        50053 | 54005 | 70018 | 293_004 => Meaning::Refused(RefusedWhy::Other),
        65001 | 90094 => Meaning::Consent,
        50001
        | 50011
        | 50012
        | 50194
        | 65005
        | 500_011
        | 501_481
        | 700_016
        | 700_024
        | 700_027
        | 7_000_200..=7_000_299 => Meaning::App,
        70016 | 70019 | 70020 => Meaning::Lapsed,
        _ => return None,
    })
}

/// What is left has a number that nobody has told us of, or none.
fn otherwise(refusal: &EntraRefusal) -> Meaning {
    match (refusal.error.as_str(), refusal.suberror.as_str()) {
        (_, "basic_action" | "additional_action" | "user_password_expired") => Meaning::Person,
        (_, "message_only" | "protection_policy_required") => Meaning::Refused(RefusedWhy::Other),
        ("interaction_required" | "login_required", _) => Meaning::Person,
        ("access_denied", _) => Meaning::Refused(RefusedWhy::Declined),
        (
            "invalid_client"
            | "unauthorized_client"
            | "invalid_request"
            | "invalid_resource"
            | "invalid_scope"
            | "unsupported_grant_type"
            | "unsupported_response_type",
            _,
        ) => Meaning::App,
        ("bad_verification_code", _) => Meaning::Refused(RefusedWhy::Other),
        _ => Meaning::Gone,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("invalid_grant", "bad_token", 50076, Meaning::Gone)]
    #[case("invalid_grant", "consent_required", 0, Meaning::Consent)]
    #[case("invalid_grant", "basic_action", 99999, Meaning::Person)]
    #[case("invalid_grant", "message_only", 53003, Meaning::Blocked)]
    #[case(
        "invalid_grant",
        "message_only",
        99999,
        Meaning::Refused(RefusedWhy::Other)
    )]
    #[case("interaction_required", "", 53003, Meaning::Blocked)]
    #[case("interaction_required", "", 99999, Meaning::Person)]
    #[case("invalid_grant", "", 99999, Meaning::Gone)]
    #[case("access_denied", "", 0, Meaning::Refused(RefusedWhy::Declined))]
    #[case("access_denied", "", 50105, Meaning::Refused(RefusedWhy::NotAssigned))]
    #[case("unauthorized_client", "", 99999, Meaning::App)]
    #[case("temporarily_unavailable", "", 90033, Meaning::Unavailable)]
    #[case("", "", 99999, Meaning::Gone)]
    #[case("invalid_grant", "", 51004, Meaning::Tenant)]
    #[case("invalid_request", "", 90002, Meaning::NoTenant)]
    #[case("invalid_grant", "", 50055, Meaning::Person)]
    #[case("interaction_required", "", 53002, Meaning::Blocked)]
    #[case("interaction_required", "", 50187, Meaning::Device)]
    #[case("access_denied", "", 500_022, Meaning::Restricted)]
    fn words_decide_before_numbers(
        #[case] error: &str,
        #[case] suberror: &str,
        #[case] code: u32,
        #[case] meaning: Meaning,
    ) {
        let refusal = EntraRefusal {
            code,
            error: error.to_owned(),
            suberror: suberror.to_owned(),
            ..EntraRefusal::default()
        };
        assert_eq!(Meaning::of(&refusal), meaning);
    }
}

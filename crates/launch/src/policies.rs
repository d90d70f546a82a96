//! What group policies say of .rdp files and of Remote Desktop here; nothing on other systems.
//!
//! Read under `SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services`, never written:
//! <https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-terminalserver>.

use crate::certificates::thumbprint;

/// What the policies say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RdpPolicies {
    /// "Allow .rdp files from unknown publishers" (`AllowUnsignedFiles`).
    pub unsigned_files: Rule,
    /// "Allow .rdp files from valid publishers and user's default .rdp settings"
    /// (`AllowSignedFiles`): signed files, and sessions without a file.
    pub signed_files: Rule,
    /// "Specify SHA1 thumbprints of certificates representing trusted .rdp publishers"
    /// (`TrustedCertThumbprints`), in upper case: the computer's and the person's. A file that
    /// one of these signed opens without a question, whatever `signed_files` says.
    pub publishers: Vec<String>,
    /// "Do not allow passwords to be saved" (`DisablePasswordSaving`).
    pub no_saved_passwords: bool,
    /// "Prompt for credentials on the client computer" (`PromptForCredsOnClient`).
    pub prompts_here: bool,
    /// The warnings from before April 2026 are back
    /// (`Client\RedirectionWarningDialogVersion` is 1).
    pub old_warnings: bool,
}

/// What a policy says of something, and of whom it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rule {
    /// Nothing: it is allowed.
    #[default]
    Unset,
    /// It is allowed.
    Allowed(Scope),
    /// It is forbidden.
    Forbidden(Scope),
}

/// Whom a policy is for. One for the computer goes before one for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everybody on this computer.
    Computer,
    /// The person.
    Person,
}

impl Rule {
    /// From the values of both scopes.
    #[must_use]
    pub fn of(computer: Option<u32>, person: Option<u32>) -> Self {
        let said = computer
            .map(|value| (value, Scope::Computer))
            .or(person.map(|value| (value, Scope::Person)));
        match said {
            None => Self::Unset,
            Some((0, scope)) => Self::Forbidden(scope),
            Some((_, scope)) => Self::Allowed(scope),
        }
    }

    /// Whether it does not forbid.
    #[must_use]
    pub const fn allows(self) -> bool {
        match self {
            Self::Unset | Self::Allowed(_) => true,
            Self::Forbidden(_) => false,
        }
    }
}

impl RdpPolicies {
    /// Names the publishers in a policy's text besides. What is no thumbprint in it is ignored
    /// by Windows, and here.
    #[must_use]
    pub fn with_publishers(mut self, text: &str) -> Self {
        let named = text.split([',', ';']).filter_map(thumbprint);
        self.publishers
            .extend(named.filter(|hash| hash.len() == 40));
        self
    }

    /// Whether a file that the certificate with this thumbprint (SHA-1, in hex) signed opens
    /// without a question.
    #[must_use]
    pub fn names(&self, thumbprint: &str) -> bool {
        self.publishers
            .iter()
            .any(|named| named.eq_ignore_ascii_case(thumbprint))
    }

    /// Whether a file that this certificate signed opens at all.
    #[must_use]
    pub fn opens_signed_by(&self, thumbprint: &str) -> bool {
        self.signed_files.allows() || self.names(thumbprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_computer_s_policy_goes_before_the_person_s() {
        assert_eq!(Rule::of(None, None), Rule::Unset);
        assert_eq!(Rule::of(Some(1), Some(0)), Rule::Allowed(Scope::Computer));
        assert_eq!(Rule::of(Some(0), Some(1)), Rule::Forbidden(Scope::Computer));
        assert_eq!(Rule::of(None, Some(0)), Rule::Forbidden(Scope::Person));
        assert!(Rule::Unset.allows() && !Rule::of(Some(0), None).allows());
    }

    #[test]
    fn a_publisher_that_is_named_opens_whatever_else_is_blocked() {
        let ours = "ab".repeat(20);
        let policies = RdpPolicies {
            signed_files: Rule::Forbidden(Scope::Computer),
            ..RdpPolicies::default()
        };
        let text = format!("nonsense, \u{200e}{}; {ours}", "cd ".repeat(20));
        let policies = policies.with_publishers(&text);
        assert_eq!(policies.publishers, ["CD".repeat(20), "AB".repeat(20)]);
        assert!(policies.opens_signed_by(&ours));
        assert!(!policies.opens_signed_by(&"ef".repeat(20)));
    }
}

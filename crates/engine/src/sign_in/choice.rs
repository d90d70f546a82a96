//! Which sign-in could help: by which way, at which tenant, as which account.

use crate::account::{Account, Way};
use crate::id::TenantId;
use crate::problem::{Cause, ForbiddenWhy, Problem};

use super::{Desk, SignInPlan, SignInWish};

/// Whose tokens serve a tenant.
enum Serving<'a> {
    /// This account's.
    Account(&'a Account),
    /// The Azure CLI's.
    AzureCli,
    /// The environment's, which no person can sign in for.
    Environment,
    /// Nobody's.
    Nobody,
}

impl Desk {
    /// The sign-in that a person means.
    pub(crate) fn meant(&self, wish: SignInWish) -> SignInPlan {
        let again = wish.account.as_ref().and_then(|id| {
            let accounts = &self.known.as_ref()?.accounts;
            accounts.iter().find(|account| account.id == *id)
        });
        let way = wish
            .way
            .or(again.map(|account| account.way))
            .or_else(|| self.best())
            .unwrap_or(Way::Browser);
        SignInPlan {
            way,
            tenant: wish.tenant,
            account: wish.account,
            claims: None,
        }
    }

    /// The sign-in that could end this problem, where one could. `tenant` is the one that
    /// it is about, as far as the problem itself does not say.
    pub(crate) fn remedy(
        &self,
        problem: &Problem,
        tenant: Option<&TenantId>,
    ) -> Option<SignInPlan> {
        if let Cause::MfaRequired { tenant, claims } = &problem.cause {
            let claims = Some(claims.clone()).filter(|claims| !claims.is_empty());
            let plan = self.by_who_is_used(tenant)?;
            return Some(SignInPlan { claims, ..plan });
        }
        if let Cause::WrongTenant { tenant } = &problem.cause {
            return self.by_anybody(Some(tenant));
        }
        let nobody = matches!(
            problem.cause,
            Cause::NotSignedIn | Cause::TokensUnreadable { .. }
        );
        nobody.then(|| self.once_more(tenant))?
    }

    /// Whether the environment serves, so that no sign-in of a person's changes anything.
    pub(crate) fn is_automatic(&self) -> bool {
        let otherwise = self.known.as_ref().and_then(|known| known.otherwise);
        otherwise == Some(Way::Environment)
    }

    /// Whether a signed-in account is used in this tenant.
    pub(crate) fn serves(&self, tenant: &TenantId) -> bool {
        match self.serving(Some(tenant)) {
            Some(Serving::Account(_)) => true,
            Some(Serving::AzureCli | Serving::Environment | Serving::Nobody) | None => false,
        }
    }

    /// What stands against a way, as far as the accounts were observed.
    pub(super) fn hindrance(&self, way: Way) -> Option<Problem> {
        let ways = &self.known.as_ref()?.ways;
        match ways.iter().find(|offer| offer.way == way) {
            Some(offer) => offer.hindrance.clone(),
            None => Some(Problem::new(Cause::WayForbidden {
                way,
                why: ForbiddenWhy::NotSetUp,
            })),
        }
    }

    /// A challenge is answered by whose token it was put to.
    fn by_who_is_used(&self, tenant: &TenantId) -> Option<SignInPlan> {
        match self.serving(Some(tenant))? {
            Serving::Account(account) => as_before(account, Some(tenant)),
            Serving::AzureCli => Some(plan(Way::AzureCli, Some(tenant))),
            Serving::Environment => None,
            Serving::Nobody => self.by_anybody(Some(tenant)),
        }
    }

    /// A sign-in that is no longer accepted is made once more; where none was, the person
    /// chooses as whom.
    fn once_more(&self, tenant: Option<&TenantId>) -> Option<SignInPlan> {
        match self.serving(tenant)? {
            Serving::Account(account) => as_before(account, tenant),
            Serving::Environment => None,
            Serving::AzureCli | Serving::Nobody => self.by_anybody(tenant),
        }
    }

    fn by_anybody(&self, tenant: Option<&TenantId>) -> Option<SignInPlan> {
        if self.is_automatic() {
            return None;
        }
        Some(plan(self.best()?, tenant))
    }

    /// `None` while the accounts were not observed.
    fn serving(&self, tenant: Option<&TenantId>) -> Option<Serving<'_>> {
        let known = self.known.as_ref()?;
        let account = tenant.and_then(|tenant| known.used_in(tenant));
        Some(match (known.otherwise, account) {
            (Some(Way::Environment), _) => Serving::Environment,
            (_, Some(account)) => Serving::Account(account),
            (Some(Way::AzureCli), None) => Serving::AzureCli,
            (Some(Way::Browser | Way::DeviceCode | Way::Broker) | None, None) => Serving::Nobody,
        })
    }

    /// The first way that nothing stands against; where there is none, the first, so that
    /// what stands against it is told.
    fn best(&self) -> Option<Way> {
        let ways = &self.known.as_ref()?.ways;
        let free = ways.iter().find(|offer| offer.hindrance.is_none());
        free.or(ways.first()).map(|offer| offer.way)
    }
}

/// What stands against a plan whatever the way: nothing is asked of Entra for a tenant that
/// is no name of one.
pub(super) fn unusable(plan: &SignInPlan) -> Option<Problem> {
    let tenant = plan.tenant.as_ref()?;
    (!names_a_tenant(tenant)).then(|| {
        Problem::new(Cause::TenantUnknown {
            tenant: tenant.clone(),
        })
    })
}

/// Whether a text can name a tenant: a GUID, a domain, or one of Entra's own words for many
/// ("OpenID Connect on the Microsoft identity platform", `{tenant}`).
fn names_a_tenant(text: &str) -> bool {
    const MANY: [&str; 3] = ["common", "consumers", "organizations"];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let labels = || text.split('.');
    let domain = labels().count() > 1
        && text.len() <= 253
        && labels().all(|label| (1..=63).contains(&label.len()) && label.bytes().all(plain));
    let lengths = text.split('-').map(str::len);
    let guid = lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    guid || domain || MANY.contains(&text)
}

fn plan(way: Way, tenant: Option<&TenantId>) -> SignInPlan {
    SignInPlan {
        way,
        tenant: tenant.map(ToString::to_string),
        account: None,
        claims: None,
    }
}

/// The same account by the same way, where a person can do that.
fn as_before(account: &Account, tenant: Option<&TenantId>) -> Option<SignInPlan> {
    let by_hand = account.way != Way::Environment;
    by_hand.then(|| SignInPlan {
        account: Some(account.id.clone()),
        ..plan(account.way, tenant)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_by_guid_or_domain() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "aaaaaaaa-0000-0000-0000-00000000000A",
            "contoso.example",
            "contoso.onmicrosoft.com",
            "xn--bcher-kva.example",
            "organizations",
        ] {
            assert!(names_a_tenant(text), "{text}");
        }
        for text in [
            "",
            ".",
            "contoso",
            "contoso.",
            "con toso.example",
            "contoso.example/x",
            "a..b",
            "aaaaaaaa-0000-0000-0000-00000000000",
            "höhe.example",
            &long,
        ] {
            assert!(!names_a_tenant(text), "{text}");
        }
    }
}

//! People who sign in, and the one application that they sign in to.

use serde::{Deserialize, Serialize};

use super::{Role, Tenant};

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What is typed at the sign-in page, for instance `admin@contoso.example`.
    pub upn: String,
    /// Shown name.
    #[serde(default)]
    pub name: String,
    /// Object id in the home tenant, a GUID; empty means one that is made from `upn` and is the same at every start.
    #[serde(default)]
    pub oid: String,
    /// Id of the tenant where the account lives; empty means the estate's first.
    #[serde(default)]
    pub home: String,
    /// Ids of other tenants where this person is a guest.
    #[serde(default)]
    pub guest_of: Vec<String>,
    /// The account is disabled (AADSTS50057).
    #[serde(default)]
    pub disabled: bool,
    /// The application wants an assignment that this person does not have (AADSTS50105).
    #[serde(default)]
    pub not_assigned: bool,
    /// The roles that this person holds. Empty means Owner of everything.
    #[serde(default)]
    pub roles: Vec<Role>,
}

impl Person {
    /// A person at home in a tenant (its id).
    pub fn new(upn: &str, name: &str, home: &str) -> Self {
        Self {
            upn: upn.into(),
            name: name.into(),
            oid: crate::seed::guid(upn),
            home: home.into(),
            ..Self::default()
        }
    }

    /// Makes this person a guest of another tenant (its id) too.
    #[must_use]
    pub fn guest_of(mut self, tenant: &str) -> Self {
        self.guest_of.push(tenant.into());
        self
    }

    /// Gives this person one more role: with the first one, only roles count.
    #[must_use]
    pub fn with(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// Every tenant that knows this person, the home tenant first.
    pub fn tenants(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.home.as_str()).chain(self.guest_of.iter().map(String::as_str))
    }

    /// Whether this tenant (its id) knows this person.
    pub fn is_in(&self, tenant: &str) -> bool {
        self.tenants().any(|t| t.eq_ignore_ascii_case(tenant))
    }

    /// The object id that a tenant gives to this person: a guest has another one there than at home.
    pub fn oid_in(&self, tenant: &str) -> String {
        if tenant.eq_ignore_ascii_case(&self.home) {
            self.oid.clone()
        } else {
            crate::seed::guid(&format!("{}#EXT#{}", self.oid, tenant.to_lowercase()))
        }
    }
}

/// The public client registration that people sign in to: redirect `http://localhost`, delegated rights on ARM only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicApp {
    /// Application id.
    pub id: String,
    /// Name on the sign-in and consent pages.
    pub name: String,
}

impl Default for PublicApp {
    fn default() -> Self {
        Self {
            id: "b7e2c9d4-3a51-4f0e-9c66-2d8f71a0e534".into(),
            name: "Gangway (simulated registration)".into(),
        }
    }
}

/// The three roles of every estate: at home in the first tenant, the administrator a guest of each other one.
pub fn roles(tenants: &[Tenant]) -> Vec<Person> {
    let home = tenants.first().map_or("", |t| t.id.as_str());
    let mut admin = Person::new("admin@contoso.example", "Admin (Contoso)", home);
    admin.guest_of = tenants.iter().skip(1).map(|t| t.id.clone()).collect();
    vec![
        admin,
        Person::new("worker@contoso.example", "Worker (Contoso)", home),
        Person::new("helpdesk@contoso.example", "Help Desk (Contoso)", home),
    ]
}

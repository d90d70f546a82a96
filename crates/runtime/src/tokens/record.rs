//! What is kept of an account: who it is, how it signed in, and its refresh token.

use std::fmt;

use gangway_engine::account::Way;
use gangway_engine::id::TenantId;
use serde::{Deserialize, Serialize};

/// One account. Its `Debug` does not tell the token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The name it signs in with. Data.
    pub(crate) username: String,
    /// The person's name. Data.
    pub(crate) name: Option<String>,
    /// The cloud it belongs to.
    pub(crate) cloud: String,
    /// The host that signed it in. A definition may bear any name: what was issued by one
    /// authority is never sent to another.
    pub(crate) authority: String,
    /// How it was signed in.
    pub(crate) way: Way,
    /// The tenant it signed in at first.
    pub(crate) tenant: TenantId,
    /// When it signed in first, in milliseconds since 1970: the order in which accounts show.
    pub(crate) since: i64,
    /// The application it signed in to.
    pub(crate) client_id: String,
    /// The refresh token; `None` where it lies elsewhere.
    pub(crate) refresh_token: Option<String>,
}

impl Record {
    /// Whether it is one of that cloud, by name and by authority.
    pub(crate) fn is_of(&self, cloud: &str, authority: &str) -> bool {
        self.cloud == cloud && self.authority == authority
    }

    /// The name of its cloud as it is told from `here`, a cloud's name and authority. Another
    /// cloud that bears the same name is told apart by its authority; no cloud is called so.
    pub(crate) fn cloud_from(&self, here: Option<(&str, &str)>) -> String {
        match here {
            Some((cloud, authority)) if self.cloud == cloud && self.authority != authority => {
                format!("{cloud} ({})", self.authority)
            }
            _ => self.cloud.clone(),
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("cloud", &self.cloud)
            .field("authority", &self.authority)
            .field("way", &self.way)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn record(of: &str) -> Record {
        Record {
            username: format!("{of}@contoso.example"),
            name: None,
            cloud: "public".to_owned(),
            authority: "login.microsoftonline.com".to_owned(),
            way: Way::Browser,
            tenant: TenantId::new("t"),
            since: 0,
            client_id: "app".to_owned(),
            refresh_token: Some(format!("canary-{of}")),
        }
    }

    #[test]
    fn debug_does_not_tell_the_token() {
        let told = format!("{:?}", record("a.t"));
        assert!(!told.contains("canary") && !told.contains('@'), "{told}");
    }
}

//! Who the demo acts as: a person who signs in through a browser, or, where no keyring could keep that, a client secret.

use std::env::consts::EXE_SUFFIX;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::place;
use crate::platform;

/// Who signs in where nobody sits here.
const PERSON: &str = "admin@contoso.example";

/// What gangway would take for the account where it is set.
const SECRET: [&str; 3] = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];

/// Whose account the demo uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// A person's, signed in through a browser.
    Person {
        /// Whether that is the person's own browser, and not one without a screen.
        own_browser: bool,
    },
    /// A service principal's, by its secret in the environment.
    Secret,
}

impl Account {
    /// As a person where the machine has a keyring, which `accounts`, the answer of `gangway accounts --json`, tells.
    pub(super) fn fitting(accounts: &Value, alone: bool) -> Self {
        let own_browser = !alone && platform::has_display();
        if accounts["kept"] == "keyring" {
            Self::Person { own_browser }
        } else {
            Self::Secret
        }
    }

    /// What the settings need for it.
    pub(super) fn settings(self, told: &Value) -> Result<String> {
        let Self::Person { own_browser } = self else {
            return Ok(String::new());
        };
        let id = told["public_client_id"]
            .as_str()
            .context("azure-sim told of no public_client_id")?;
        let mut settings = format!("client_id = {id:?}\n");
        if !own_browser {
            let visitor = place::target()
                .join("debug")
                .join(format!("azure-sim{EXE_SUFFIX}"));
            let visitor = visitor.display().to_string();
            settings += &format!("browser = [{visitor:?}, \"visit\", \"--as\", {PERSON:?}]\n");
        }
        Ok(settings)
    }

    /// Sets the environment of a gangway that acts as this account, and no other's.
    pub(super) fn lend(self, told: &Value, command: &mut Command) {
        let keys = ["tenant", "client_id", "client_secret"];
        for (name, key) in SECRET.into_iter().zip(keys) {
            match self {
                Self::Person { .. } => command.env_remove(name),
                Self::Secret => command.env(name, told[key].as_str().unwrap_or_default()),
            };
        }
        command.env_remove("AZURE_CLIENT_CERTIFICATE_PATH");
    }

    /// What is said before it signs in.
    pub(super) fn introduction(self) -> String {
        match self {
            Self::Person { own_browser: true } => format!(
                "Nobody is signed in. Your browser opens, on the stand-in's own page, which says what it is: choose {PERSON} there; no password is asked for."
            ),
            Self::Person { own_browser: false } => format!(
                "Nobody is signed in, and nobody sits before a browser: `azure-sim visit` follows the page's forms in its place, as {PERSON}."
            ),
            Self::Secret => "This session has no keyring that is unlocked, so no sign-in could be kept from one command to the next. \
                 The demo goes on with a client secret from the environment, as automation does; on a desktop it signs in through the browser."
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_keyring_a_secret_is_used() {
        let memory = json!({"kept": "memory"});
        assert_eq!(Account::fitting(&memory, true), Account::Secret);
        assert_eq!(Account::fitting(&memory, false), Account::Secret);
        assert_eq!(Account::Secret.settings(&json!({})).unwrap(), "");
    }

    #[test]
    fn where_nobody_sits_the_simulators_own_visitor_is_the_browser() {
        let keyring = json!({"kept": "keyring"});
        let account = Account::fitting(&keyring, true);
        assert_eq!(account, Account::Person { own_browser: false });
        let settings = account
            .settings(&json!({"public_client_id": "a-1"}))
            .unwrap();
        let settings: toml::Table = settings.parse().unwrap();
        assert_eq!(settings["client_id"].as_str(), Some("a-1"));
        let browser = settings["browser"].as_array().unwrap();
        assert_eq!(browser[1].as_str(), Some("visit"));
        let own = Account::Person { own_browser: true };
        let settings = own.settings(&json!({"public_client_id": "a-1"})).unwrap();
        assert!(!settings.contains("browser"), "{settings}");
    }
}

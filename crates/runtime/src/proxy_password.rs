//! The proxy's password: in the keyring, for one proxy and user.

use gangway_azure::Secret;
use gangway_engine::problem::{Cause, Problem};

use crate::keyring::Entry;
use crate::runtime::Runtime;

impl Runtime {
    /// Keeps the password for the proxy and the user that the settings name in the keyring,
    /// or removes it: it goes to no other proxy. It is used from the next start on.
    ///
    /// # Errors
    /// `settings-invalid` where the settings name none; `keyring-missing`: a password is kept
    /// nowhere else.
    pub async fn set_proxy_password(&self, password: Option<Secret>) -> Result<(), Problem> {
        let settings = self.world.settings();
        let network = &settings.network;
        let (Some(proxy), Some(user)) = (&network.proxy, &network.proxy_user) else {
            return Err(Problem::new(Cause::SettingsInvalid {
                file: self.world.home.settings_file().display().to_string(),
                line: 0,
                column: 0,
                mistake: "a password is for one proxy and user: set proxy and proxy_user first"
                    .to_owned(),
            }));
        };
        let entry = Entry::proxy_password(proxy, user);
        let keyring = &self.world.keyring;
        let done = match password {
            Some(password) => {
                let password = password.expose().as_bytes().to_vec();
                keyring.set(entry, password).await
            }
            None => keyring.remove(entry).await,
        };
        done.map_err(|error| error.problem())
    }
}

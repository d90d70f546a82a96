//! The token file as `azure` uses it: refresh tokens, under the lock.

use async_trait::async_trait;
use gangway_azure::{Error, OpenVault, Secret, Stored, Vault};
use gangway_engine::account::{AccountId, Way};
use gangway_engine::problem::Problem;

use super::{OpenTokens, Record, TokenFile};
use crate::clock::Clock;

/// The vault of a cloud's accounts.
#[derive(Debug)]
pub(crate) struct TokenVault {
    pub(crate) file: TokenFile,
    pub(crate) cloud: String,
    /// The host that signs people in there.
    pub(crate) authority: String,
    pub(crate) clock: Clock,
}

struct Opened {
    open: OpenTokens,
    cloud: String,
    authority: String,
    now: i64,
}

#[async_trait]
impl Vault for TokenVault {
    async fn open(&self) -> Result<Box<dyn OpenVault>, Error> {
        Ok(Box::new(Opened {
            open: self.file.open().await,
            cloud: self.cloud.clone(),
            authority: self.authority.clone(),
            now: self.clock.now().as_millisecond(),
        }))
    }
}

impl Opened {
    /// An account's record, unless another authority signed it in: that one's token is
    /// neither read nor changed here.
    fn own(&self, account: &AccountId) -> Result<Option<Record>, Error> {
        let record = self.open.get(account).map_err(named)?;
        Ok(record.filter(|record| record.is_of(&self.cloud, &self.authority)))
    }
}

impl OpenVault for Opened {
    fn read(&mut self, account: &AccountId) -> Result<Option<Stored>, Error> {
        let record = self.own(account)?;
        Ok(record.and_then(|record| {
            Some(Stored {
                client_id: record.client_id,
                refresh_token: Secret::new(record.refresh_token?),
            })
        }))
    }

    /// Where nothing can be written, the token is kept in memory: that is told with the
    /// accounts, and no reason to lose it.
    fn write(&mut self, account: &AccountId, stored: &Stored) -> Result<(), Error> {
        let known = self.own(account).ok().flatten();
        // A new account's names come a moment later, with the sign-in's own record.
        let mut record = known.unwrap_or_else(|| Record {
            username: String::new(),
            name: None,
            cloud: self.cloud.clone(),
            authority: self.authority.clone(),
            way: Way::Browser,
            tenant: account.tenant(),
            since: self.now,
            client_id: String::new(),
            refresh_token: None,
        });
        record.client_id.clone_from(&stored.client_id);
        record.refresh_token = Some(stored.refresh_token.expose().to_owned());
        self.open.put(account, record);
        Ok(())
    }

    /// The token goes; that the account was signed in is for the person to forget.
    fn remove(&mut self, account: &AccountId) -> Result<(), Error> {
        if let Some(mut record) = self.own(account)? {
            record.refresh_token = None;
            self.open.put(account, record);
        }
        Ok(())
    }
}

fn named(problem: Problem) -> Error {
    Error::Named(Box::new(problem))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gangway_azure::Cloud;
    use gangway_engine::id::TenantId;

    use super::*;
    use crate::home::Home;
    use crate::keyring::{Keyring, MemoryKeyring};

    /// The vault of a cloud of that definition.
    fn vault(file: &TokenFile, authority: &str) -> TokenVault {
        let definition = format!(
            r#"{{"name":"lab","authority":"https://{authority}","resource_manager":"https://127.0.0.1:2","audience":"https://management.azure.com"}}"#
        );
        let cloud = Cloud::parse(&definition, "lab.json").unwrap();
        TokenVault {
            file: file.clone(),
            cloud: cloud.name().to_owned(),
            authority: cloud.authority_host(),
            clock: Clock::default(),
        }
    }

    #[tokio::test]
    async fn clouds_of_one_name_and_two_authorities_exchange_no_token() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::at(place.path());
        let keyring = Keyring::new(Arc::new(MemoryKeyring::default()), &home);
        let file = TokenFile::new(&home, keyring);
        let account = AccountId::new("a", &TenantId::new("t")).unwrap();
        let stored = |token: &str| Stored {
            client_id: "app".to_owned(),
            refresh_token: Secret::new(token),
        };
        let (one, other) = (vault(&file, "127.0.0.1:1"), vault(&file, "127.0.0.1:9"));
        let write = async |vault: &TokenVault, token: &str| {
            let mut open = vault.open().await.unwrap();
            open.write(&account, &stored(token)).unwrap();
        };
        let read = async |vault: &TokenVault| vault.open().await.unwrap().read(&account).unwrap();

        write(&one, "one's").await;
        assert_eq!(read(&one).await, Some(stored("one's")));
        assert_eq!(read(&other).await, None);
        other.open().await.unwrap().remove(&account).unwrap();
        assert_eq!(read(&one).await, Some(stored("one's")));

        // Who signs in there is another account, whatever its id says.
        write(&other, "other's").await;
        assert_eq!(read(&other).await, Some(stored("other's")));
        assert_eq!(read(&one).await, None);
        let record = file.open().await.get(&account).unwrap().unwrap();
        assert_eq!(record.authority, "127.0.0.1:9");
        let here = |host| record.cloud_from(Some(("lab", host)));
        assert_eq!(here("127.0.0.1:9"), "lab");
        assert_eq!(here("127.0.0.1:1"), "lab (127.0.0.1:9)");
        assert_eq!(record.cloud_from(Some(("public", "x"))), "lab");
    }
}

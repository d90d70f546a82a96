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
    pub(crate) clock: Clock,
}

struct Opened {
    open: OpenTokens,
    cloud: String,
    now: i64,
}

#[async_trait]
impl Vault for TokenVault {
    async fn open(&self) -> Result<Box<dyn OpenVault>, Error> {
        Ok(Box::new(Opened {
            open: self.file.open().await,
            cloud: self.cloud.clone(),
            now: self.clock.now().as_millisecond(),
        }))
    }
}

impl OpenVault for Opened {
    fn read(&mut self, account: &AccountId) -> Result<Option<Stored>, Error> {
        let record = self.open.get(account).map_err(named)?;
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
        let known = self.open.get(account).ok().flatten();
        // A new account's names come a moment later, with the sign-in's own record.
        let mut record = known.unwrap_or_else(|| Record {
            username: String::new(),
            name: None,
            cloud: self.cloud.clone(),
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
        if let Some(mut record) = self.open.get(account).map_err(named)? {
            record.refresh_token = None;
            self.open.put(account, record);
        }
        Ok(())
    }
}

fn named(problem: Problem) -> Error {
    Error::Named(Box::new(problem))
}

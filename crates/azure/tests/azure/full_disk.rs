//! A vault that cannot be written: what replaced a refresh token is not lost for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use gangway_azure::{
    Accounts, Azure, Error, MemoryVault, OpenVault, SignIn, Sleeper, Stored, Vault,
};
use gangway_engine::account::AccountId;
use gangway_engine::problem::Cause;

use crate::people::people;
use crate::stage::cloud;

/// A vault on a disk that is full or is not.
#[derive(Debug, Clone, Default)]
struct OnDisk {
    inner: MemoryVault,
    full: Arc<AtomicBool>,
}

struct Open {
    inner: Box<dyn OpenVault>,
    full: Arc<AtomicBool>,
}

#[async_trait]
impl Vault for OnDisk {
    async fn open(&self) -> Result<Box<dyn OpenVault>, Error> {
        Ok(Box::new(Open {
            inner: self.inner.open().await?,
            full: self.full.clone(),
        }))
    }
}

impl OpenVault for Open {
    fn read(&mut self, account: &AccountId) -> Result<Option<Stored>, Error> {
        self.inner.read(account)
    }

    fn write(&mut self, account: &AccountId, stored: &Stored) -> Result<(), Error> {
        if self.full.load(Ordering::SeqCst) {
            let path = "tokens.bin".to_owned();
            let full = Cause::StoreNotWritable { path };
            return Err(Error::Named(Box::new(full.into())));
        }
        self.inner.write(account, stored)
    }

    fn remove(&mut self, account: &AccountId) -> Result<(), Error> {
        self.inner.remove(account)
    }
}

#[tokio::test]
async fn a_successor_that_could_not_be_written_is_written_later() {
    let people = people().await;
    let admin = people.admin().await;
    let disk = OnDisk {
        inner: people.vault.clone(),
        ..OnDisk::default()
    };
    let accounts = SignIn::Accounts(Accounts {
        vault: Arc::new(disk.clone()),
        chooser: people.choice.clone(),
    });
    let sleeper: Sleeper = Arc::new(|_| Box::pin(std::future::ready(())));
    let azure =
        Azure::with_sleeper(cloud(&people.sim), accounts, Arc::new(|_| {}), sleeper).unwrap();
    let before = people.kept(&admin.account).await;
    disk.full.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let error = azure.subscriptions(&people.home).await.unwrap_err();
        assert_eq!(error.problem().code(), "store-not-writable");
    }
    assert_eq!(
        people.sim.sign_ins().refreshes,
        1,
        "no use before it is kept"
    );
    assert_eq!(people.kept(&admin.account).await, before);
    disk.full.store(false, Ordering::SeqCst);
    assert!(azure.subscriptions(&people.home).await.is_ok());
    let counts = people.sim.sign_ins();
    assert_eq!((counts.refreshes, counts.rotated_reused), (2, 0));
    assert_ne!(people.kept(&admin.account).await, before);
}

//! The system's keyring: the key of the token file and the proxy's password, and nothing else.
//!
//! A keyring may be missing (no session bus, a bare server), locked, or waiting for a person
//! who is not there. So it is asked on a thread of its own and never waited for longer than
//! [`LIMIT`]; what comes later is used by whoever asks next.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::error::{Error, chain};
use crate::home::Home;
use crate::platform;

/// Under which name every entry of ours stands.
const SERVICE: &str = "dev.gangway.Gangway";

/// How long a keyring is waited for.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// What keeps small secrets for this person. Its methods may take long: they are called on
/// a thread of their own.
pub trait KeyHolder: fmt::Debug + Send + Sync {
    /// The secret of that name; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Keyring`] where it cannot be asked.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error>;

    /// Keeps a secret in place of the one that bore the name.
    ///
    /// # Errors
    /// [`Error::Keyring`] where it cannot be kept.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error>;

    /// Removes a secret; one that is not there is as good as removed.
    ///
    /// # Errors
    /// [`Error::Keyring`] where it cannot be removed.
    fn remove(&self, name: &str) -> Result<(), Error>;

    /// Whether there is one at all, as far as can be said without asking it.
    fn may_be_here(&self) -> bool {
        true
    }
}

/// The entries there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A key of the token file, by its mark. No two keys share a name, so none is ever
    /// overwritten, and what comes late concerns no key but its own.
    TokenKey(String),
    /// The password for one proxy and one user there: it goes to no other.
    ProxyPassword(String),
}

impl Entry {
    /// The password that `user` has at the proxy of this address.
    pub(crate) fn proxy_password(address: &str, user: &str) -> Self {
        let address = address.trim().trim_end_matches('/').to_ascii_lowercase();
        let address = match address.contains("://") {
            true => address,
            false => format!("http://{address}"),
        };
        let whose = format!("{address}\0{user}");
        let hash = ring::digest::digest(&ring::digest::SHA256, whose.as_bytes());
        let start = hash.as_ref().iter().take(6);
        Self::ProxyPassword(start.map(|byte| format!("{byte:02x}")).collect())
    }
}

/// A keyring, asked with patience but not for ever.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    holder: Arc<dyn KeyHolder>,
    /// Homes do not share entries.
    mark: Option<String>,
    /// A question that nobody has answered yet; another one is not asked meanwhile.
    open: Arc<AtomicBool>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Keyring {
    pub(crate) fn new(holder: Arc<dyn KeyHolder>, home: &Home) -> Self {
        Self {
            holder,
            mark: home.mark(),
            open: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// Whether there is a keyring at all, as far as can be said without asking it.
    pub(crate) fn may_be_here(&self) -> bool {
        self.holder.may_be_here()
    }

    /// Whether it answers: a name that no entry bears is asked for.
    ///
    /// # Errors
    /// As [`Keyring::get`].
    pub(crate) async fn reach(&self) -> Result<(), Error> {
        self.get(Entry::TokenKey("none".to_owned())).await.map(drop)
    }

    /// The secret of an entry.
    ///
    /// # Errors
    /// [`Error::Keyring`] where there is no keyring, or it gave no answer in time.
    pub(crate) async fn get(&self, entry: Entry) -> Result<Option<Vec<u8>>, Error> {
        self.ask(entry, |holder, name| holder.get(name)).await
    }

    /// Keeps a secret.
    ///
    /// # Errors
    /// As [`Keyring::get`].
    pub(crate) async fn set(&self, entry: Entry, secret: Vec<u8>) -> Result<(), Error> {
        self.ask(entry, move |holder, name| holder.set(name, &secret))
            .await
    }

    /// Removes an entry.
    ///
    /// # Errors
    /// As [`Keyring::get`].
    pub(crate) async fn remove(&self, entry: Entry) -> Result<(), Error> {
        self.ask(entry, |holder, name| holder.remove(name)).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        entry: Entry,
        work: impl FnOnce(&dyn KeyHolder, &str) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let late = || Error::Keyring {
            why: format!("the keyring gave no answer within {} s", LIMIT.as_secs()),
        };
        let _turn = self.turn.lock().await;
        if self.open.swap(true, Ordering::SeqCst) {
            return Err(late());
        }
        let open = Arc::clone(&self.open);
        let (tell, told) = oneshot::channel();
        let (holder, name) = (Arc::clone(&self.holder), self.name(&entry));
        // Not one of tokio's threads: the end of the program would wait for those.
        let asking = std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                // Also where a keyring's own code panics, the next question is asked.
                let over = Over(open);
                let answer = work(holder.as_ref(), &name);
                drop(over);
                // Whoever asked may have given up.
                let _unheard = tell.send(answer);
            });
        if let Err(error) = asking {
            self.open.store(false, Ordering::SeqCst);
            return Err(missing(&error));
        }
        match timeout(LIMIT, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_gone)) => Err(Error::Keyring {
                why: "the keyring failed".to_owned(),
            }),
            Err(_late) => Err(late()),
        }
    }

    fn name(&self, entry: &Entry) -> String {
        let (name, which) = match entry {
            Entry::TokenKey(mark) => ("token-cache", mark),
            Entry::ProxyPassword(whose) => ("proxy-password", whose),
        };
        match &self.mark {
            Some(mark) => format!("{name}-{mark}-{which}"),
            None => format!("{name}-{which}"),
        }
    }
}

/// A question to the keyring that has been answered, once this is dropped.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// The keyring of this system: Credential Manager, Keychain or the Secret Service. Nothing
/// is opened before it is asked.
#[derive(Debug)]
pub struct SystemKeyring;

impl KeyHolder for SystemKeyring {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        found(entry(name)?.get_secret())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        entry(name)?.set_secret(secret).map_err(|e| missing(&e))
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        found(entry(name)?.delete_credential()).map(drop)
    }

    fn may_be_here(&self) -> bool {
        platform::may_have_keyring()
    }
}

/// A keyring in memory, for a program that keeps nothing, and for tests.
#[derive(Default)]
pub struct MemoryKeyring(Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyHolder for MemoryKeyring {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.get(name).cloned())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(name);
        Ok(())
    }
}

#[cfg(test)]
impl MemoryKeyring {
    /// The names of all entries.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.keys().cloned().collect()
    }
}

impl fmt::Debug for MemoryKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeyring(..)")
    }
}

fn entry(name: &str) -> Result<keyring_core::Entry, Error> {
    let store = platform::keyring().map_err(|error| missing(&error))?;
    let modifiers: HashMap<_, _> = platform::ENTRY.iter().copied().collect();
    store
        .build(SERVICE, name, Some(&modifiers))
        .map_err(|error| missing(&error))
}

fn found<T>(read: keyring_core::Result<T>) -> Result<Option<T>, Error> {
    match read {
        Ok(secret) => Ok(Some(secret)),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(missing(&error)),
    }
}

fn missing(error: &dyn std::error::Error) -> Error {
    Error::Keyring { why: chain(error) }
}

#[cfg(test)]
pub(crate) mod tests;

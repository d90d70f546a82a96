//! Tests of the keyring, and keyrings to test with.

use super::*;

/// A keyring that is not there.
#[derive(Debug)]
pub(crate) struct NoKeyring;

impl KeyHolder for NoKeyring {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        Err(none())
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), Error> {
        Err(none())
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        Err(none())
    }
}

/// A keyring that comes and goes.
#[derive(Debug)]
pub(crate) struct Switched {
    holder: Arc<dyn KeyHolder>,
    on: AtomicBool,
}

impl Switched {
    pub(crate) fn new(holder: Arc<dyn KeyHolder>) -> Self {
        let on = AtomicBool::new(true);
        Self { holder, on }
    }

    pub(crate) fn switch(&self, on: bool) {
        self.on.store(on, Ordering::SeqCst);
    }

    fn here(&self) -> Result<&dyn KeyHolder, Error> {
        let on = self.on.load(Ordering::SeqCst);
        on.then_some(self.holder.as_ref()).ok_or_else(none)
    }
}

impl KeyHolder for Switched {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.here()?.get(name)
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        self.here()?.set(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        self.here()?.remove(name)
    }
}

/// A keyring whose question nobody answers until the sender is dropped.
#[derive(Debug)]
struct Hanging(Mutex<std::sync::mpsc::Receiver<()>>);

impl KeyHolder for Hanging {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        let _ended = self.0.lock().unwrap().recv();
        Ok(None)
    }

    fn set(&self, name: &str, _: &[u8]) -> Result<(), Error> {
        self.get(name).map(drop)
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        self.get(name).map(drop)
    }
}

fn key() -> Entry {
    Entry::TokenKey("a".to_owned())
}

fn password(address: &str) -> Entry {
    Entry::proxy_password(address, "clerk")
}

fn none() -> Error {
    Error::Keyring {
        why: "there is none".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_keyring_that_hangs_is_not_waited_for_for_ever() {
    let (end, hangs) = std::sync::mpsc::channel();
    let keyring = Keyring {
        holder: Arc::new(Hanging(Mutex::new(hangs))),
        mark: None,
        open: Arc::default(),
        turn: Arc::default(),
    };
    let error = keyring.get(key()).await.unwrap_err();
    assert!(error.to_string().contains("within 5 s"), "{error}");
    let began = tokio::time::Instant::now();
    assert!(keyring.get(key()).await.is_err());
    assert_eq!(began.elapsed(), Duration::ZERO);
    drop(end);
}

#[tokio::test]
async fn homes_do_not_share_entries() {
    let holder: Arc<dyn KeyHolder> = Arc::new(MemoryKeyring::default());
    let keyring = |home: &str| Keyring::new(Arc::clone(&holder), &Home::at(home));
    let (one, other) = (keyring("/one"), keyring("/other"));
    one.set(key(), vec![1]).await.unwrap();
    assert_eq!(other.get(key()).await.unwrap(), None);
    assert_eq!(one.get(password("proxy:8080")).await.unwrap(), None);
    assert_eq!(keyring("/one").get(key()).await.unwrap(), Some(vec![1]));
    one.remove(key()).await.unwrap();
    one.remove(key()).await.unwrap();
    assert_eq!(one.get(key()).await.unwrap(), None);
}

#[test]
fn a_password_is_bound_to_its_proxy_and_user() {
    let one = password("http://Proxy.contoso.example:8080/");
    assert_eq!(one, password("proxy.contoso.example:8080"));
    assert_ne!(one, password("https://proxy.contoso.example:8080"));
    assert_ne!(one, password("proxy.contoso.example:8081"));
    assert_ne!(one, password("other.contoso.example:8080"));
    let other = Entry::proxy_password("proxy.contoso.example:8080", "worker");
    assert_ne!(one, other);
}

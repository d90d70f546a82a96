//! Tests of the key: a keyring that says nothing of it, holds another one, or answers late.

use super::*;
use crate::error::Error;

/// A keyring that is locked in the way of those that then seem to be empty.
#[derive(Debug)]
struct Locked;

impl KeyHolder for Locked {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), Error> {
        Err(locked())
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        Err(locked())
    }
}

/// A keyring that keeps what it is given, and says that it did not.
#[derive(Debug)]
struct Late(Arc<MemoryKeyring>);

impl KeyHolder for Late {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.0.get(name)
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        self.0.set(name, secret)?;
        Err(locked())
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        self.0.remove(name)
    }
}

fn locked() -> Error {
    Error::Keyring {
        why: "it is locked".to_owned(),
    }
}

fn kept(problem: Option<Problem>) -> Option<String> {
    match problem.unwrap().cause {
        Cause::TokensUnreadable { kept, .. } => kept,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_locked_keyring_that_seems_empty_costs_nobody_their_accounts() {
    let mut stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let (before, names) = (fs::read(stage.file()).unwrap(), stage.names());
    let there = std::mem::replace(&mut stage.keys, Arc::new(Locked));
    let tokens = stage.tokens();
    assert_eq!(kept(tokens.look().await.problem), None);
    drop(tokens.open().await);
    assert!(tokens.forget(&id("a.t")).await.is_err());
    // Not even somebody who signs in while it is locked moves anything.
    assert_eq!(put(&tokens, "b.t").await, Kept::Memory);
    assert_eq!(fs::read(stage.file()).unwrap(), before);
    assert_eq!(stage.files(), ["tokens.bin", "tokens.lock"]);
    stage.keys = there;
    assert_eq!(stage.names(), names);
    assert_eq!(ids(&stage.tokens()).await, ["a.t"]);
    // The same process reads again what it could not, and keeps what it had.
    let stage_now = Stage {
        keys: Arc::new(Locked),
        ..stage
    };
    assert_eq!(ids(&stage_now.tokens()).await, [""; 0]);
}

#[tokio::test]
async fn what_is_unlocked_later_is_told_no_more() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let name = stage.names().remove(0);
    let key = stage.keys.get(&name).unwrap().unwrap();
    stage.keys.remove(&name).unwrap();
    let tokens = stage.tokens();
    assert_eq!(code(tokens.look().await.problem), "tokens-unreadable");
    stage.keys.set(&name, &key).unwrap();
    assert_eq!(ids(&tokens).await, ["a.t"]);
    assert_eq!(code(tokens.look().await.problem), "none");
}

#[tokio::test]
async fn a_file_without_its_key_stays_until_somebody_signs_in() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let other = Stage::new();
    let bytes = fs::read(stage.file()).unwrap();
    for aside in ["tokens.bin.unreadable-1", "tokens.bin.unreadable-2"] {
        fs::copy(stage.file(), other.file()).unwrap();
        let (tokens, names) = (other.tokens(), other.names());
        let held = tokens.look().await;
        assert!(held.records.is_empty());
        assert_eq!(kept(held.problem), None);
        assert_eq!(held.kept, Kept::Keyring);
        assert_eq!(fs::read(other.file()).unwrap(), bytes);
        assert_eq!(other.names(), names);
        assert_eq!(put(&tokens, "b.t").await, Kept::Keyring);
        assert_eq!(ids(&other.tokens()).await, ["b.t"]);
        assert_eq!(code(tokens.look().await.problem), "none");
        assert_eq!(fs::read(other.place.path().join(aside)).unwrap(), bytes);
    }
}

#[tokio::test]
async fn what_was_put_aside_goes_with_its_key() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let name = stage.names().remove(0);
    let key = stage.keys.get(&name).unwrap().unwrap();
    // Locked in a way that looks like gone, while somebody else signs in.
    stage.keys.remove(&name).unwrap();
    assert_eq!(put(&stage.tokens(), "b.t").await, Kept::Keyring);
    stage.keys.set(&name, &key).unwrap();
    assert_eq!(stage.names().len(), 2);
    let tokens = stage.tokens();
    let aside = tokens.remove_put_aside().await.unwrap();
    assert_eq!(aside, [stage.place.path().join("tokens.bin.unreadable-1")]);
    assert!(!aside[0].exists());
    assert!(!stage.names().contains(&name));
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);
}

#[tokio::test]
async fn an_entry_that_is_no_key_is_not_overwritten() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let name = stage.names().remove(0);
    for entry in [&[7_u8; 12][..], &[7; 32]] {
        stage.keys.set(&name, entry).unwrap();
        assert_eq!(kept(stage.tokens().look().await.problem), None);
        assert!(stage.file().exists());
    }
    assert_eq!(put(&stage.tokens(), "b.t").await, Kept::Keyring);
    assert_eq!(stage.keys.get(&name).unwrap().unwrap(), [7; 32]);
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);
}

#[tokio::test]
async fn looking_leaves_no_key_behind() {
    let stage = Stage::new();
    drop(stage.tokens().open().await);
    stage.tokens().look().await;
    stage.tokens().ask_keyring().await;
    assert_eq!(stage.names(), [""; 0]);
}

#[tokio::test]
async fn a_key_that_came_late_is_the_one_that_is_used_then() {
    let mut stage = Stage::new();
    let there = Arc::clone(&stage.entries);
    stage.keys = Arc::new(Late(there));
    let tokens = stage.tokens();
    assert_eq!(put(&tokens, "a.t").await, Kept::Memory);
    assert_eq!(put(&tokens, "b.t").await, Kept::Memory);
    assert_eq!(stage.names().len(), 1);
    tokens.forget(&id("a.t")).await.unwrap();
    tokens.forget(&id("b.t")).await.unwrap();
    assert_eq!(stage.names(), [""; 0]);
}

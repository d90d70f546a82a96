//! Tests of the token file: what is kept, by whom it is seen, and what happens to a bad one.

mod keys;
mod memory;

use std::fs;
use std::path::Path;

use gangway_engine::problem::Cause;

use super::record::tests::record;
use super::*;
use crate::keyring::tests::NoKeyring;
use crate::keyring::{KeyHolder, MemoryKeyring};

struct Stage {
    place: tempfile::TempDir,
    keys: Arc<dyn KeyHolder>,
    entries: Arc<MemoryKeyring>,
}

impl Stage {
    fn new() -> Self {
        let entries = Arc::new(MemoryKeyring::default());
        let keys = Arc::clone(&entries) as Arc<dyn KeyHolder>;
        Self {
            place: tempfile::tempdir().unwrap(),
            keys,
            entries,
        }
    }

    fn with(keys: Arc<dyn KeyHolder>) -> Self {
        Self {
            keys,
            ..Self::new()
        }
    }

    /// The names of the keyring's entries.
    fn names(&self) -> Vec<String> {
        self.entries.names()
    }

    fn home(&self) -> Home {
        Home::at(self.place.path())
    }

    /// As another process would see the file.
    fn tokens(&self) -> TokenFile {
        let home = self.home();
        let keyring = Keyring::new(Arc::clone(&self.keys), &home);
        TokenFile::new(&home, keyring)
    }

    fn file(&self) -> std::path::PathBuf {
        self.home().tokens_file()
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.place.path()).unwrap().flatten();
        let mut names: Vec<_> = names
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

async fn put(tokens: &TokenFile, of: &str) -> Kept {
    tokens.open_to_sign_in().await.put(&id(of), record(of))
}

async fn ids(tokens: &TokenFile) -> Vec<String> {
    let held = tokens.look().await;
    let mut ids: Vec<_> = held
        .records
        .into_iter()
        .map(|(id, ..)| id.as_str().to_owned())
        .collect();
    ids.sort();
    ids
}

fn code(problem: Option<Problem>) -> &'static str {
    problem.as_ref().map_or("none", Problem::code)
}

#[tokio::test]
async fn an_account_is_kept_for_the_next_process() {
    let stage = Stage::new();
    assert!(!stage.tokens().may_hold_any());
    assert_eq!(put(&stage.tokens(), "a.t").await, Kept::Keyring);
    let other = stage.tokens();
    assert!(other.may_hold_any());
    assert_eq!(ids(&other).await, ["a.t"]);
    let open = other.open().await;
    assert_eq!(open.get(&id("a.t")), Ok(Some(record("a.t"))));
    assert_eq!(open.get(&id("b.t")), Ok(None));
    drop(open);
    assert_eq!(stage.files(), ["tokens.bin", "tokens.lock"]);
    for file in [stage.file(), stage.home().tokens_lock()] {
        assert!(crate::platform::is_private(&file).unwrap());
    }
}

#[tokio::test]
async fn the_last_account_takes_file_and_key_with_it() {
    let stage = Stage::new();
    let tokens = stage.tokens();
    put(&tokens, "a.t").await;
    put(&tokens, "b.t").await;
    tokens.forget(&id("a.t")).await.unwrap();
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);
    tokens.forget(&id("b.t")).await.unwrap();
    assert_eq!(stage.files(), ["tokens.lock"]);
    assert_eq!(stage.names(), [""; 0]);
    // And it begins anew, with another key, also where the first process knows the old one.
    put(&stage.tokens(), "c.t").await;
    assert_eq!(ids(&tokens).await, ["c.t"]);
    put(&tokens, "d.t").await;
    assert_eq!(ids(&stage.tokens()).await, ["c.t", "d.t"]);
}

#[tokio::test]
async fn without_a_keyring_accounts_live_in_memory_and_nothing_is_written() {
    let stage = Stage::with(Arc::new(NoKeyring));
    let tokens = stage.tokens();
    assert_eq!(put(&tokens, "a.t").await, Kept::Memory);
    let open = tokens.open().await;
    assert_eq!(open.get(&id("a.t")), Ok(Some(record("a.t"))));
    assert_eq!(code(open.in_the_way().cloned()), "keyring-missing");
    drop(open);
    assert_eq!(ids(&tokens).await, ["a.t"]);
    assert_eq!(tokens.look().await.kept, Kept::Memory);
    assert_eq!(stage.files(), ["tokens.lock"]);
    assert_eq!(ids(&stage.tokens()).await, [""; 0]);
    tokens.forget(&id("a.t")).await.unwrap();
    assert!(!tokens.may_hold_any());
}

#[tokio::test]
async fn a_keyring_that_is_away_for_a_while_costs_nothing_that_was_kept() {
    let mut stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let before = fs::read(stage.file()).unwrap();
    let there = std::mem::replace(&mut stage.keys, Arc::new(NoKeyring));
    let tokens = stage.tokens();
    let held = tokens.look().await;
    assert!(held.records.is_empty());
    assert_eq!(code(held.problem), "keyring-missing");
    put(&tokens, "b.t").await;
    assert!(tokens.forget(&id("a.t")).await.is_err());
    assert_eq!(fs::read(stage.file()).unwrap(), before);
    stage.keys = there;
    assert_eq!(ids(&stage.tokens()).await, ["a.t"]);
}

#[tokio::test]
async fn what_was_kept_in_memory_goes_to_the_disk_as_soon_as_it_can() {
    let stage = Stage::new();
    let folder = stage.place.path().to_owned();
    let tokens = stage.tokens();
    // A folder in the file's place: nothing can be written there.
    fs::create_dir(stage.file()).unwrap();
    assert_eq!(put(&tokens, "a.t").await, Kept::Memory);
    let held = tokens.look().await;
    assert_eq!((held.records.len(), held.kept), (1, Kept::Memory));
    assert_eq!(code(held.problem), "store-not-writable");
    fs::remove_dir(folder.join("tokens.bin")).unwrap();
    drop(tokens.open().await);
    assert_eq!(ids(&stage.tokens()).await, ["a.t"]);
    assert_eq!(tokens.look().await.kept, Kept::Keyring);
}

#[tokio::test]
async fn a_file_cut_short_is_put_aside_and_told() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let whole = fs::read(stage.file()).unwrap();
    for length in [0, 5, 20, whole.len() - 1] {
        fs::write(stage.file(), &whole[..length]).unwrap();
        let held = stage.tokens().look().await;
        assert_eq!(code(held.problem), "tokens-unreadable", "{length}");
        assert!(!stage.file().exists());
    }
}

#[tokio::test]
async fn a_newer_file_is_left_as_it_is() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let mut bytes = fs::read(stage.file()).unwrap();
    bytes[8] = 7;
    fs::write(stage.file(), &bytes).unwrap();
    let tokens = stage.tokens();
    let problem = tokens.look().await.problem;
    assert!(
        matches!(
            &problem,
            Some(Problem {
                cause: Cause::StoreNewer { found: 7, known: 1 },
                ..
            })
        ),
        "{problem:?}"
    );
    assert_eq!(put(&tokens, "b.t").await, Kept::Memory);
    assert!(tokens.forget(&id("a.t")).await.is_err());
    assert_eq!(fs::read(stage.file()).unwrap(), bytes);
}

#[tokio::test]
async fn two_that_sign_in_at_once_lose_neither() {
    let stage = Stage::new();
    let all = ["a.t", "b.t", "c.t", "d.t", "e.t", "f.t"];
    let puts = all.map(|of| {
        let tokens = stage.tokens();
        async move { put(&tokens, of).await }
    });
    let kept = futures_util::future::join_all(puts).await;
    assert_eq!(kept, [Kept::Keyring; 6]);
    assert_eq!(ids(&stage.tokens()).await, all);
}

#[tokio::test]
async fn what_a_dead_process_left_does_no_harm() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    fs::write(stage.place.path().join("tokens.bin.new"), "half").unwrap();
    let tokens = stage.tokens();
    put(&tokens, "b.t").await;
    assert_eq!(ids(&tokens).await, ["a.t", "b.t"]);
    assert!(!Path::exists(&stage.place.path().join("tokens.bin.new")));
}

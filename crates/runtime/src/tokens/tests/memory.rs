//! Tests of what is kept in memory: it never beats what another process has written since.

use super::*;

fn renewed(of: &str, token: &str) -> Record {
    Record {
        refresh_token: Some(token.to_owned()),
        ..record(of)
    }
}

fn token(record: Option<Record>) -> Option<String> {
    record.and_then(|record| record.refresh_token)
}

impl Stage {
    /// Nothing can be written while the successor's name is a folder with something in it.
    fn block(&self) {
        // Whoever holds the file has made room there.
        let _room = fs::remove_file(self.blocked());
        fs::create_dir_all(self.blocked().join("full")).unwrap();
    }

    fn unblock(&self) {
        fs::remove_dir_all(self.blocked()).unwrap();
    }

    fn blocked(&self) -> std::path::PathBuf {
        self.place.path().join("tokens.bin.new")
    }
}

#[tokio::test]
async fn a_token_that_could_not_be_kept_is_kept_later() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let tokens = stage.tokens();
    let mut open = tokens.open().await;
    stage.block();
    assert_eq!(open.put(&id("a.t"), renewed("a.t", "two")), Kept::Memory);
    assert_eq!(open.put(&id("a.t"), renewed("a.t", "three")), Kept::Memory);
    drop(open);
    assert_eq!(tokens.look().await.records[0].2, Kept::Memory);
    stage.unblock();
    let open = tokens.open().await;
    assert_eq!(token(open.get(&id("a.t")).unwrap()).unwrap(), "three");
    drop(open);
    let open = stage.tokens().open().await;
    assert_eq!(token(open.get(&id("a.t")).unwrap()).unwrap(), "three");
}

#[tokio::test]
async fn a_newer_token_on_the_disk_beats_one_in_memory() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    let tokens = stage.tokens();
    let mut open = tokens.open().await;
    stage.block();
    open.put(&id("a.t"), renewed("a.t", "two"));
    drop(open);
    stage.unblock();
    // Another process signs in anew meanwhile.
    let other = stage.tokens();
    let mut open = other.open().await;
    open.put(&id("a.t"), renewed("a.t", "of the other"));
    drop(open);
    let held = tokens.look().await;
    assert_eq!(held.records[0].2, Kept::Keyring);
    let open = tokens.open().await;
    assert_eq!(
        token(open.get(&id("a.t")).unwrap()).unwrap(),
        "of the other"
    );
}

#[tokio::test]
async fn who_was_signed_out_elsewhere_does_not_come_back_from_memory() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    put(&stage.tokens(), "b.t").await;
    let tokens = stage.tokens();
    let mut open = tokens.open().await;
    stage.block();
    open.put(&id("a.t"), renewed("a.t", "two"));
    drop(open);
    stage.unblock();
    stage.tokens().forget(&id("a.t")).await.unwrap();
    assert_eq!(ids(&tokens).await, ["b.t"]);
    let open = tokens.open().await;
    assert_eq!(open.get(&id("a.t")), Ok(None));
    drop(open);
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);
}

#[tokio::test]
async fn a_sign_in_without_the_keyring_yields_to_what_was_written_since() {
    for since in [false, true] {
        let stage = Stage::new();
        put(&stage.tokens(), "a.t").await;
        let keys = Arc::new(crate::keyring::tests::Switched::new(Arc::clone(
            &stage.keys,
        )));
        let tokens = TokenFile::new(
            &stage.home(),
            Keyring::new(Arc::clone(&keys) as Arc<dyn KeyHolder>, &stage.home()),
        );
        keys.switch(false);
        let mut open = tokens.open_to_sign_in().await;
        let mine = renewed("a.t", "signed in again");
        assert_eq!(open.put(&id("a.t"), mine), Kept::Memory);
        drop(open);
        if since {
            let mut open = stage.tokens().open().await;
            open.put(&id("a.t"), renewed("a.t", "since"));
        }
        keys.switch(true);
        let open = tokens.open().await;
        let expected = if since { "since" } else { "signed in again" };
        assert_eq!(token(open.get(&id("a.t")).unwrap()).unwrap(), expected);
    }
}

#[tokio::test]
async fn signing_out_wants_no_room() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    put(&stage.tokens(), "b.t").await;
    let tokens = stage.tokens();
    stage.block();
    tokens.forget(&id("a.t")).await.unwrap();
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);
    // What stands in the way is told, and stops no other step.
    assert!(tokens.forget(&id("b.t")).await.is_err());
    assert!(!stage.file().exists());
    assert_eq!(stage.names(), [""; 0]);
}

#[tokio::test]
async fn an_account_in_memory_is_forgotten_on_the_disk_too_or_that_is_told() {
    let stage = Stage::new();
    put(&stage.tokens(), "a.t").await;
    put(&stage.tokens(), "b.t").await;
    let tokens = stage.tokens();
    let mut open = tokens.open().await;
    stage.block();
    open.put(&id("a.t"), renewed("a.t", "two"));
    drop(open);
    tokens.forget(&id("a.t")).await.unwrap();
    stage.unblock();
    assert_eq!(ids(&stage.tokens()).await, ["b.t"]);

    let away = Stage {
        keys: Arc::new(NoKeyring),
        ..stage
    };
    let tokens = away.tokens();
    put(&tokens, "b.t").await;
    put(&tokens, "c.t").await;
    // One lies on the disk as well and cannot be taken from there; the other never did.
    assert!(tokens.forget(&id("b.t")).await.is_err());
    tokens.forget(&id("c.t")).await.unwrap();
    assert_eq!(ids(&tokens).await, [""; 0]);
}

//! A client that really runs: its files are there while it does, and gone after.
//!
//! The client is this test program itself, told by a variable to play one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::vm::Protocol;
use gangway_launch::{Argument, Encoding, Invocation, NewFile, Preparation, Stage, start, sweep};

const ROLE: &str = "GANGWAY_TEST_ROLE";
const FOLDER: &str = "GANGWAY_TEST_FOLDER";

/// Runs this program again as `client`; the file's path travels as the value of an option
/// that the harness ignores.
fn invocation(text: &str) -> Invocation {
    Invocation {
        protocol: Protocol::Rdp,
        program: std::env::current_exe().unwrap(),
        arguments: vec![
            "--exact".into(),
            "client".into(),
            "--nocapture".into(),
            "--skip".into(),
            Argument::File(0),
        ],
        environment: vec![(ROLE.to_owned(), "client".to_owned())],
        files: vec![NewFile {
            extension: "rdp",
            text: text.to_owned(),
            encoding: Encoding::Utf16,
            executable: false,
        }],
        before: Vec::new(),
        otherwise: None,
        stage: Stage::Apart,
        stays: true,
        view: LaunchView {
            way: LaunchWay::File,
            notes: Vec::new(),
        },
    }
}

/// The client: ends with 7 when it finds its file as it should be.
#[test]
fn client() {
    if std::env::var_os(ROLE).is_none_or(|role| role != "client") {
        return;
    }
    let path = std::env::args()
        .find(|argument| argument.ends_with(".rdp"))
        .unwrap();
    let bytes = std::fs::read(path).unwrap();
    if bytes.ends_with(&utf16(SIGNATURE)) {
        std::process::exit(9);
    }
    let found = bytes.starts_with(&[0xFF, 0xFE]) && bytes[2..4] == [b'f', 0];
    std::process::exit(if found { 7 } else { 8 });
}

/// What signs the client's file, unless it holds the word that it dislikes.
#[test]
fn signer() {
    if std::env::var_os(ROLE).is_none_or(|role| role != "client") {
        return;
    }
    let path = std::env::args()
        .find(|argument| argument.ends_with(".rdp"))
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.contains(&b'#'));
    // One that writes another target, or no signature, is no help.
    if bytes.contains(&b'$') {
        bytes = [&[0xFF, 0xFE][..], &utf16("full address:s:other\r\n")].concat();
    }
    if !bytes.contains(&b'%') {
        bytes.extend(utf16(SIGNATURE));
    }
    std::fs::write(path, bytes).unwrap();
}

const SIGNATURE: &str = "signscope:s:Full Address\r\nsignature:s:AQAB\r\n";

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn signed(text: &str) -> Invocation {
    let mut run = invocation(text);
    let mut arguments = run.arguments.clone();
    arguments[1] = "signer".into();
    run.before.push(Preparation {
        program: run.program.clone(),
        arguments,
        setting: "rdp.thumbprint",
        signs: Some(0),
    });
    run
}

#[tokio::test]
async fn a_file_is_signed_before_the_client_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&signed("full address:s:x\r\n"), folder.path())
        .await
        .unwrap();
    assert_eq!(running.wait().await, Some(9));
    for refused in ["#", "$", "%"] {
        let run = signed(&format!("full address:s:{refused}\r\n"));
        let problem = start(&run, folder.path()).await.unwrap_err();
        assert_eq!(problem.code(), "setting-refused", "{refused}");
        assert_eq!(files_in(folder.path()), 0);
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_started_otherwise_and_told() {
    let folder = tempfile::tempdir().unwrap();
    for refused in ["#", "gone"] {
        let mut run = signed("full address:s:#\r\n");
        if refused == "gone" {
            run.before[0].program = PathBuf::from("no-such-program-here");
        }
        let mut otherwise = invocation("full address:s:x\r\n");
        otherwise.view.notes.push(LaunchNote::SigningFailed);
        run.otherwise = Some(Box::new(otherwise));
        let running = start(&run, folder.path()).await.unwrap();
        assert_eq!(running.view().notes, [LaunchNote::SigningFailed]);
        // Its own file, which nobody signed, and nothing of the first.
        assert_eq!(files_in(folder.path()), 2);
        assert_eq!(running.wait().await, Some(7));
        assert_eq!(files_in(folder.path()), 0);
    }
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn files_live_as_long_as_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("state").join("rdp");
    let running = start(&invocation("full address:s:x\r\n"), &ours)
        .await
        .unwrap();
    assert!(running.id().is_some());
    assert_eq!(files_in(&ours), 2);
    assert_eq!(sweep(&ours).unwrap(), 0);
    assert_eq!(running.wait().await, Some(7));
    assert_eq!(files_in(&ours), 0);
}

#[tokio::test]
async fn what_was_left_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let mut ends_at_once = invocation("full address:s:x\r\n");
    ends_at_once.stays = false;
    let running = start(&ends_at_once, folder.path()).await.unwrap();
    assert!(!running.tells_its_end());
    assert_eq!(running.wait().await, None);
    assert_eq!(files_in(folder.path()), 2);
    assert_eq!(sweep(folder.path()).unwrap(), 1);
    assert_eq!(files_in(folder.path()), 0);
}

#[tokio::test]
async fn a_program_that_is_gone_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut gone = invocation("full address:s:x\r\n");
    gone.program = PathBuf::from("no-such-program-here");
    let problem = start(&gone, folder.path()).await.unwrap_err();
    assert_eq!(problem.code(), "client-missing");
    assert!(problem.details.observed.is_some());
    assert_eq!(files_in(folder.path()), 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("file");
    std::fs::write(&occupied, "").unwrap();
    let problem = start(&invocation("x"), &occupied.join("rdp"))
        .await
        .unwrap_err();
    assert_eq!(problem.code(), "store-not-writable");
}

/// Plays both bad disks, within a namespace where they were mounted.
#[tokio::test]
async fn bad_disk() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let large = "full address:s:x\r\n".repeat(4_096);
    for disk in ["full", "read-only"] {
        let problem = start(&invocation(&large), &folder.join(disk).join("rdp"))
            .await
            .unwrap_err();
        assert_eq!(problem.code(), "store-not-writable", "{disk}");
        assert_eq!(files_in(&folder.join(disk).join("rdp")), 0, "{disk}");
    }
}

/// Root may write where permissions forbid it, so the disks are real ones: a small tmpfs and
/// a read-only mount.
#[test]
fn a_full_or_read_only_disk_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    for disk in ["full", "read-only"] {
        std::fs::create_dir(folder.path().join(disk)).unwrap();
    }
    let script = "mount -t tmpfs -o size=16k tmpfs \"$1/full\" && mount -t tmpfs -o ro tmpfs \"$1/read-only\" \
                  && exec \"$2\" --exact bad_disk --nocapture";
    let mount = |script: &str| {
        Command::new("unshare")
            .args([
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                "sh",
            ])
            .arg(folder.path())
            .arg(std::env::current_exe().unwrap())
            .env(FOLDER, folder.path())
            .output()
    };
    match mount("mount -t tmpfs -o ro tmpfs \"$1/read-only\"") {
        Ok(done) if done.status.success() => {}
        Ok(done) => {
            gangway_skips::skip_without_namespaces(&String::from_utf8_lossy(&done.stderr));
            return;
        }
        Err(error) => {
            gangway_skips::skip_without_namespaces(&format!("unshare: {error}"));
            return;
        }
    }
    let done = mount(script).unwrap();
    assert!(
        done.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

//! The browser's visits: how often one was opened, and what each met.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Longer than a visit takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// Where every visit is told of.
pub(crate) struct Visits {
    address: SocketAddr,
    begun: Arc<AtomicUsize>,
    ended: Receiver<Value>,
}

impl Visits {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let begun = Arc::new(AtomicUsize::new(0));
        let (sender, ended) = channel();
        let count = Arc::clone(&begun);
        // It ends with the test's process: nobody connects any more.
        thread::spawn(move || {
            for visit in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let sender = sender.clone();
                thread::spawn(move || hear(visit, &sender));
            }
        });
        Self {
            address,
            begun,
            ended,
        }
    }

    /// How often a browser was opened.
    pub(crate) fn count(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// Waits for the end of a visit: where it ended, and what the last page says.
    pub(crate) fn next(&self) -> Value {
        let told = self.ended.recv_timeout(LIMIT).expect("a browser's visit");
        assert!(told["error"].is_null(), "{told:#}");
        told
    }

    /// The program and its words, for settings.toml; the page's address comes last.
    pub(crate) fn browser(&self, person: &str, more: &[&str]) -> Vec<String> {
        let mut words = vec![
            env!("CARGO_BIN_EXE_browser").to_owned(),
            "--as".to_owned(),
            person.to_owned(),
            "--tell".to_owned(),
            self.address.to_string(),
        ];
        words.extend(more.iter().map(|&word| word.to_owned()));
        words
    }
}

/// A folder for pictures that are looked at afterwards.
pub(crate) fn shots(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("sign-in")
        .join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a real browser can be driven here; where not, that is said.
pub(crate) fn has_browser() -> bool {
    if env::consts::FAMILY != "unix" {
        gangway_skips::skip("the browser is spoken to through /bin/sh");
        return false;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let in_path =
        env::split_paths(&path).any(|folder| names.iter().any(|name| folder.join(name).is_file()));
    let apps = [
        "Chromium.app/Contents/MacOS/Chromium",
        "Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    let has = in_path
        || apps
            .iter()
            .any(|app| Path::new("/Applications").join(app).is_file());
    if !has {
        gangway_skips::skip_without("there is no Chromium (cargo xtask setup browser)");
    }
    has
}

fn hear(visit: TcpStream, to: &Sender<Value>) {
    for line in BufReader::new(visit).lines().map_while(Result::ok) {
        if let Ok(told) = serde_json::from_str(&line) {
            // A test that is over hears nothing more.
            let _ = to.send(told);
        }
    }
}

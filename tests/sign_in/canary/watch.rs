//! Everything that could give a secret away, collected while the program runs and after it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::stage::LIMIT;

/// How often the arguments of all processes are looked at.
const PACE: Duration = Duration::from_millis(2);

/// Where something was seen, and the bytes.
pub(crate) type Seen = BTreeMap<String, Vec<u8>>;

/// Looks at what passes by: the arguments of every process, and what is rung on the bell.
pub(crate) struct Watch {
    stop: Sender<()>,
    arguments: JoinHandle<()>,
    bell: (PathBuf, JoinHandle<()>),
    seen: Arc<Mutex<Seen>>,
}

impl Watch {
    /// Begins, with a bell in this folder.
    pub(crate) fn begin(bells: &Path) -> Self {
        let seen = Arc::new(Mutex::new(Seen::new()));
        let (stop, stopped) = channel();
        let into = Arc::clone(&seen);
        let arguments = thread::spawn(move || {
            while stopped.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
                look_at_arguments(&into);
            }
        });
        Self {
            stop,
            arguments,
            bell: hang(bells, Arc::clone(&seen)),
            seen,
        }
    }

    /// Something that was said: standard output, standard error.
    pub(crate) fn said(&self, what: &str, bytes: &[u8]) {
        note(&self.seen, what, bytes);
    }

    /// Every file below a folder, raw, as it lies there now.
    pub(crate) fn files(&self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.files(&path),
                Ok(kind) if kind.is_file() => {
                    let bytes = fs::read(&path).unwrap();
                    note(&self.seen, &format!("file {}", path.display()), &bytes);
                }
                _ => {}
            }
        }
    }

    /// Waits until something was seen in a kind of place.
    pub(crate) fn until_seen(&self, kind: &str, text: &str) {
        let until = Instant::now() + LIMIT;
        let is_there = || {
            let seen = self.seen.lock().unwrap();
            let mut places = seen.iter().filter(|(place, _)| place.starts_with(kind));
            places.any(|(_, bytes)| contains(bytes, text.as_bytes()))
        };
        while !is_there() {
            assert!(Instant::now() < until, "{kind} was never seen");
            thread::yield_now();
        }
    }

    /// Ends, and hands over what was seen.
    pub(crate) fn end(self) -> Seen {
        drop(self.stop);
        self.arguments.join().unwrap();
        let (path, heard) = self.bell;
        // Its own last ring ends the listening.
        ring(&path, b"over");
        heard.join().unwrap();
        fs::remove_file(path).unwrap();
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

/// Rings a bell with these bytes.
pub(crate) fn ring(bell: &Path, bytes: &[u8]) {
    let socket = Socket::new(Domain::UNIX, Type::DGRAM, None).unwrap();
    let sent = socket.send_to(bytes, &SockAddr::unix(bell).unwrap());
    assert_eq!(sent.unwrap(), bytes.len());
}

/// A bell among the program's own; everything that is rung there is kept.
fn hang(folder: &Path, seen: Arc<Mutex<Seen>>) -> (PathBuf, JoinHandle<()>) {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(format!("{}-canary.bell", std::process::id()));
    let mut socket = Socket::new(Domain::UNIX, Type::DGRAM, None).unwrap();
    socket.bind(&SockAddr::unix(&path).unwrap()).unwrap();
    let heard = thread::spawn(move || {
        let mut bytes = vec![0; 65_536];
        while let Ok(length) = socket.read(&mut bytes) {
            note(&seen, "bell", &bytes[..length]);
            if &bytes[..length] == b"over" {
                return;
            }
        }
    });
    (path, heard)
}

fn look_at_arguments(seen: &Mutex<Seen>) {
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        // A process may end while it is looked at.
        if let Ok(bytes) = fs::read(entry.path().join("cmdline")) {
            let place = format!("arguments {name}");
            let mut seen = seen.lock().unwrap();
            let known = seen.get(&place);
            if known.is_none_or(|known| !contains(known, &bytes)) {
                seen.entry(place).or_default().extend(bytes);
            }
        }
    }
}

fn note(seen: &Mutex<Seen>, place: &str, bytes: &[u8]) {
    let mut seen = seen.lock().unwrap();
    let kept = seen.entry(place.to_owned()).or_default();
    // A file is seen many times over; what it held once counts.
    if !contains(kept, bytes) {
        kept.extend_from_slice(bytes);
        kept.push(b'\n');
    }
}

/// Whether these bytes stand somewhere in those.
pub(crate) fn contains(heap: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(heap, needle).is_some()
}

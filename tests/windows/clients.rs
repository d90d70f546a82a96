//! Hears the stand-ins: each tells how it was started, and waits for a word.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Longer than a program takes to start on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// Where the stand-ins report.
pub(crate) struct Clients {
    address: SocketAddr,
    heard: Receiver<Started>,
}

/// A program that was started and waits.
pub(crate) struct Started {
    pub(crate) told: Told,
    stream: TcpStream,
}

/// How it was started.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    /// Its own path.
    pub(crate) program: String,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// The .rdp file among them.
    pub(crate) file: Option<String>,
    /// What was in that.
    bytes: Option<String>,
}

impl Clients {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, heard) = channel();
        // It waits for callers as long as the tests run.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut line = String::new();
                if BufReader::new(&stream).read_line(&mut line).is_err() {
                    continue;
                }
                let Ok(told) = serde_json::from_str(&line) else {
                    continue;
                };
                if tell.send(Started { told, stream }).is_err() {
                    return;
                }
            }
        });
        Self { address, heard }
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The next program that was started; nothing where none comes.
    pub(crate) fn next(&self) -> Option<Started> {
        self.heard.recv_timeout(LIMIT).ok()
    }

    /// Whether one was started that nobody asked after.
    pub(crate) fn more(&self) -> bool {
        self.heard.try_recv().is_ok()
    }
}

impl Started {
    /// The .rdp file that it was given.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let bytes = self.told.bytes.as_ref().expect("a file");
        STANDARD.decode(bytes).unwrap()
    }

    /// It ends with this code.
    pub(crate) fn ends(self, code: u8) {
        self.hears(&code.to_string());
    }

    /// It signs the file that it was given, and ends well.
    pub(crate) fn signs(self) {
        self.hears("sign");
    }

    fn hears(mut self, word: &str) {
        writeln!(self.stream, "{word}").unwrap();
    }
}

//! Programs that stand for `ssh`, a terminal and a remote desktop: they tell what they were started with, and stay until
//! they are let go.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::program::run;
use crate::wait::LIMIT;

/// What can be started.
const NAMES: &[&str] = &["ssh", "xterm", "sdl-freerdp"];

/// The clients of one desktop.
pub(crate) struct Clients {
    folder: PathBuf,
    started: Receiver<Started>,
    /// As long as this end is open they wait.
    _leave: File,
}

/// A client that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Started {
    pub(crate) process: u32,
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    /// The file that it was told its target by.
    pub(crate) rdp: Option<String>,
}

impl Clients {
    pub(crate) fn put(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let (told, leave) = (folder.join("told"), folder.join("leave"));
        run(Command::new("mkfifo").arg(&told).arg(&leave)).unwrap();
        for name in NAMES {
            let program = folder.join(name);
            fs::write(&program, script(&told, &leave)).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let both = |path: &Path| OpenOptions::new().read(true).write(true).open(path);
        let told = BufReader::new(both(&told).unwrap());
        let (tell, started) = channel();
        thread::spawn(move || {
            for record in told.split(0).map_while(Result::ok) {
                let record = String::from_utf8(record).unwrap();
                if tell.send(Started::read(&record)).is_err() {
                    return;
                }
            }
        });
        Self {
            folder: folder.to_owned(),
            started,
            _leave: both(&leave).unwrap(),
        }
    }

    /// Where they lie: all that a program finds on its path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The next one that is started.
    pub(crate) fn next(&self) -> Started {
        self.started.recv_timeout(LIMIT).expect("a client starts")
    }

    /// Lets a client go, as when a person closes its window.
    pub(crate) fn leave(&self, client: &Started) {
        let ended = Command::new("kill")
            .arg(client.process.to_string())
            .status();
        assert!(ended.unwrap().success(), "{client:?}");
    }

    /// The next one, if any is started within this time.
    pub(crate) fn within(&self, limit: Duration) -> Option<Started> {
        self.started.recv_timeout(limit).ok()
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        // Their end of the pipe closes with ours; what was not taken note of is let go, too.
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

impl Started {
    fn read(record: &str) -> Self {
        let mut lines = record.lines();
        let process = lines.next().unwrap().parse().unwrap();
        let name = lines.next().unwrap().to_owned();
        let words: Vec<&str> = lines.collect();
        let end = words.iter().position(|word| *word == "--rdp--").unwrap();
        let rdp = words[end + 1..].join("\n");
        Self {
            process,
            name,
            arguments: words[..end].iter().map(ToString::to_string).collect(),
            rdp: (!rdp.is_empty()).then_some(rdp),
        }
    }
}

/// One record in one write: process, name, arguments, the file that it was given.
fn script(told: &Path, leave: &Path) -> String {
    format!(
        "#!/bin/sh\nrdp=\nfor word do case $word in *.rdp) rdp=$(/bin/cat \"$word\");; esac; done\n\
         record=$(printf '%s\\n' \"$$\" \"${{0##*/}}\" \"$@\" --rdp-- \"$rdp\")\n\
         printf '%s\\0' \"$record\" >{}\nread -r _ <{}\nexit 0\n",
        told.display(),
        leave.display()
    )
}

//! A `gangway --json` that runs beside the test, and what it tells.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Longer than anything here takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// It is ended when this goes: with Remote Desktop open, it would stay until its access ends.
pub(crate) struct Road {
    child: Child,
    lines: Receiver<Value>,
    heard: Vec<Value>,
}

impl Road {
    pub(crate) fn begin(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok);
            let events = lines.filter_map(|line| serde_json::from_str(&line).ok());
            for event in events {
                if tell.send(event).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines,
            heard: Vec::new(),
        }
    }

    /// What it told so far.
    pub(crate) fn heard(&mut self) -> &[Value] {
        self.heard.extend(self.lines.try_iter());
        &self.heard
    }

    /// The next event of this name.
    pub(crate) fn tells(&mut self, name: &str) -> Value {
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(event) if event["event"] == name => return event,
                Ok(event) => self.heard.push(event),
                Err(_) => panic!("never heard of {name}: {:#?}", self.heard),
            }
        }
    }

    /// Its result, with which it ended by this code.
    pub(crate) fn ends(mut self, code: i32) -> Value {
        let result = self.tells("result");
        let ended = self.child.wait().unwrap();
        assert_eq!(ended.code(), Some(code), "{:#?} {result:#}", self.heard);
        result
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        // One that ended by itself needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

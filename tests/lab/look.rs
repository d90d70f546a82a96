//! What a TCP connect from a namespace brings: the lab's own probe, independent of the product's.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::ground::LAB;
use crate::program::{inside, run};

/// How a look ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Seen {
    Silent,
    Refused,
    /// Completed; what the machine said within a second, if anything.
    Open {
        greeting: Vec<u8>,
        after_ms: u64,
    },
}

/// How long to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// One connect, however it ends.
    Once,
    /// Again and again until one completes.
    Open,
}

impl Seen {
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// What was said, as text.
    pub(crate) fn greeting(&self) -> String {
        match self {
            Self::Open { greeting, .. } => String::from_utf8_lossy(greeting).trim_end().to_owned(),
            Self::Silent | Self::Refused => String::new(),
        }
    }
}

/// X.224 Connection Request with an RDP negotiation request for TLS and NLA (MS-RDPBCGR 2.2.1.1).
const CONNECTION_REQUEST: [u8; 19] = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];

/// Looks from a namespace: this program again, started there.
pub(crate) fn from(
    namespace: &str,
    address: &str,
    port: u16,
    within: Duration,
    until: Until,
) -> Result<Seen> {
    let mut command = inside(namespace, &[LAB, "--look", &format!("{address}:{port}")]);
    command.args(["--within-ms", &within.as_millis().to_string()]);
    if until == Until::Open {
        command.arg("--until-open");
    }
    serde_json::from_str(&run(&mut command)?).context("the look told nothing")
}

/// The look itself.
pub(crate) fn look(at: SocketAddr, within: Duration, until: Until) -> Seen {
    let started = Instant::now();
    loop {
        let left = within
            .saturating_sub(started.elapsed())
            .max(Duration::from_millis(1));
        // A short connect, so that the next one is not kept waiting by the system's own retransmission.
        let wait = if until == Until::Open {
            left.min(Duration::from_millis(125))
        } else {
            left
        };
        let outcome = match TcpStream::connect_timeout(&at, wait) {
            Ok(stream) => {
                let after_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                return Seen::Open {
                    greeting: greeting(stream, at.port()).unwrap_or_default(),
                    after_ms,
                };
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Seen::Refused,
            Err(_) => Seen::Silent,
        };
        if until == Until::Once || started.elapsed() >= within {
            return outcome;
        }
    }
}

fn greeting(mut stream: TcpStream, port: u16) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    if port == 3389 {
        stream.write_all(&CONNECTION_REQUEST)?;
    }
    let mut buffer = vec![0; 256];
    let length = stream.read(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

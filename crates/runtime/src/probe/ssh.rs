//! The SSH greeting: banner line and host key, up to where a login would begin.

use std::borrow::Cow;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use gangway_engine::host::HostIdentity;
use russh::client::{Config, Handler, connect_stream};
use russh::kex;
use russh::keys::{HashAlg, PublicKeyOrCertificate};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::identity;

/// Before its own line a server may send others (RFC 4253 4.2); more than this is no banner.
const LONGEST_BANNER: usize = 1_024;

/// What the host says it is; `None` when it did not get as far as its key. One that shares
/// no algorithm with us cannot show it: then the banner is all there is.
pub(super) async fn greet(stream: TcpStream, patience: Duration) -> Option<HostIdentity> {
    let heard = Arc::new(Mutex::new(Heard::default()));
    let config = Config {
        // The session ends by itself even when nobody waits for it any more.
        inactivity_timeout: Some(patience),
        preferred: preferred(),
        ..Config::default()
    };
    let listener = Listener {
        stream,
        heard: Arc::clone(&heard),
    };
    // The host key's check below says no, so that this ends with an error in any case.
    let ended = connect_stream(Arc::new(config), listener, Keys(Arc::clone(&heard))).await;
    let mut cannot_show = false;
    if let Err(Ended(error)) = &ended {
        tracing::trace!(%error, "ssh greeting over");
        cannot_show = matches!(error, russh::Error::NoCommonAlgo { .. });
    }
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    let banner = heard.banner()?;
    if heard.fingerprint.is_none() && !cannot_show {
        return None;
    }
    Some(HostIdentity {
        fingerprint: heard.fingerprint.clone(),
        names: Vec::new(),
        banner: Some(banner),
    })
}

/// Curve25519 first: half a millisecond instead of the hybrid's several, and nothing
/// secret is ever said on this connection.
fn preferred() -> russh::Preferred {
    let usual = russh::Preferred::default();
    let mut exchanges = vec![kex::CURVE25519, kex::CURVE25519_PRE_RFC_8731];
    exchanges.extend(
        usual
            .kex
            .iter()
            .filter(|name| !exchanges.contains(name))
            .copied()
            .collect::<Vec<_>>(),
    );
    russh::Preferred {
        kex: Cow::Owned(exchanges),
        ..usual
    }
}

#[derive(Debug, Default)]
struct Heard {
    /// The first bytes that came.
    bytes: Vec<u8>,
    fingerprint: Option<String>,
}

impl Heard {
    fn banner(&self) -> Option<String> {
        self.bytes
            .split(|byte| *byte == b'\n')
            .find(|line| line.starts_with(b"SSH-"))
            .map(identity::plain_line)
    }
}

/// Notes the host key, which russh has seen the host sign for, and goes no further.
struct Keys(Arc<Mutex<Heard>>);

#[derive(Debug)]
struct Ended(russh::Error);

impl From<russh::Error> for Ended {
    fn from(error: russh::Error) -> Self {
        Self(error)
    }
}

impl Handler for Keys {
    type Error = Ended;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Ended> {
        let key = match key {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.key_data(),
            PublicKeyOrCertificate::Certificate(certificate) => certificate.public_key(),
        };
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.fingerprint = Some(key.fingerprint(HashAlg::Sha256).to_string());
        Ok(false)
    }
}

/// The connection, its first bytes noted: russh does not tell the banner.
struct Listener {
    stream: TcpStream,
    heard: Arc<Mutex<Heard>>,
}

impl AsyncRead for Listener {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let room = LONGEST_BANNER.saturating_sub(heard.bytes.len());
        let came = buffer.filled().get(before..).unwrap_or_default();
        heard.bytes.extend(came.iter().take(room));
        polled
    }
}

impl AsyncWrite for Listener {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

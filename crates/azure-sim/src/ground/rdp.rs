//! The RDP front of a VM: X.224 Connection Confirm, TLS with the VM's name, then the end ([MS-RDPBCGR] 2.2.1.1, 2.2.1.2).

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ED25519};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::error::Error;
use crate::http::tls::server_config;

/// `requestedProtocols` bits.
const SSL: u32 = 1;
const HYBRID: u32 = 2;
/// Longest wait for a client that says nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// A VM as its RDP listener knows it.
pub(crate) struct Host {
    tls: Arc<ServerConfig>,
}

impl Host {
    /// Key and certificate come from the VM's id: the same estate shows the same certificate at every start.
    pub(crate) fn new(computer_name: &str, id: &str) -> Result<Self, Error> {
        let seed = crate::seed::bytes(&format!("rdp key of {}", id.to_lowercase()));
        let mut pkcs8 = vec![
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ];
        pkcs8.extend_from_slice(&seed);
        let der = PrivatePkcs8KeyDer::from(pkcs8);
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, computer_name);
        params.serial_number = Some(rcgen::SerialNumber::from_slice(&seed[..8]));
        let certificate = params.self_signed(&key)?;
        let tls = server_config(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
        Ok(Self { tls: Arc::new(tls) })
    }
}

pub(crate) async fn serve(host: Arc<Host>, stream: TcpStream) {
    match tokio::time::timeout(PATIENCE, talk(host, stream)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "an RDP client left early"),
        Err(_) => tracing::debug!("an RDP client said nothing"),
    }
}

async fn talk(host: Arc<Host>, mut stream: TcpStream) -> std::io::Result<()> {
    let mut header = [0_u8; 4];
    stream.read_exact(&mut header).await?;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if header[0] != 3 || !(7..=4096).contains(&length) {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0_u8; length - 4];
    stream.read_exact(&mut rest).await?;
    let Some(requested) = requested(&rest) else {
        return Err(std::io::ErrorKind::InvalidData.into());
    };
    let (answer, goes_on) = confirm(&rest, requested);
    stream.write_all(&answer).await?;
    if !goes_on {
        return stream.shutdown().await;
    }
    let mut tls = TlsAcceptor::from(Arc::clone(&host.tls))
        .accept(stream)
        .await?;
    // What a client sends first (CredSSP or MCS) is read, so that it is not cut off while it speaks.
    let mut first = [0_u8; 4096];
    let _ = tls.read(&mut first).await?;
    tls.shutdown().await
}

/// The protocols that the Connection Request asks for; `Some(0)` without a negotiation request.
fn requested(x224: &[u8]) -> Option<u32> {
    if x224.get(1)? & 0xf0 != 0xe0 {
        return None;
    }
    let tail = x224.len().checked_sub(8).map(|at| &x224[at..]);
    match tail {
        Some([1, _, 8, 0, a, b, c, d]) if x224.len() >= 14 => {
            Some(u32::from_le_bytes([*a, *b, *c, *d]))
        }
        _ => Some(0),
    }
}

/// Connection Confirm with the best of what was asked for, or `SSL_REQUIRED_BY_SERVER`.
fn confirm(x224: &[u8], requested: u32) -> (Vec<u8>, bool) {
    let source = [
        x224.get(4).copied().unwrap_or(0),
        x224.get(5).copied().unwrap_or(0),
    ];
    let (kind, value, goes_on) = if requested & HYBRID != 0 {
        (2, HYBRID, true)
    } else if requested & SSL != 0 {
        (2, SSL, true)
    } else {
        (3, 1, false)
    };
    let mut out = vec![
        3, 0, 0, 19, 14, 0xd0, source[0], source[1], 0x12, 0x34, 0, kind, 0, 8, 0,
    ];
    out.extend_from_slice(&u32::to_le_bytes(value));
    (out, goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Connection Request with a cookie, as mstsc sends it, without the TPKT header.
    fn request(protocols: u32) -> Vec<u8> {
        let mut out = vec![0, 0xe0, 0, 0, 0, 7, 0];
        out.extend_from_slice(b"Cookie: mstshash=me\r\n");
        out.extend_from_slice(&[1, 0, 8, 0]);
        out.extend_from_slice(&protocols.to_le_bytes());
        out
    }

    #[test]
    fn the_stronger_protocol_is_chosen() {
        let asked = requested(&request(3)).unwrap();
        let (answer, goes_on) = confirm(&request(3), asked);
        assert_eq!(answer.len(), 19);
        assert_eq!(&answer[11..], [2, 0, 8, 0, 2, 0, 0, 0]);
        assert!(goes_on);
    }

    #[test]
    fn plain_rdp_is_refused() {
        let (answer, goes_on) = confirm(&request(0), requested(&request(0)).unwrap());
        assert_eq!(answer[11], 3);
        assert!(!goes_on);
    }
}

//! The RDP greeting: X.224 negotiation, then TLS as far as the certificate
//! (<https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr/>, 2.2.1.1 and 2.2.1.2).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use gangway_engine::host::HostIdentity;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::identity;

/// A Connection Request that offers TLS, CredSSP and CredSSP with early authorisation.
pub(super) const REQUEST: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, // TPKT: version 3, 19 bytes
    0x0e, 0xe0, 0x00, 0x00, 0x00, 0x00, 0x00, // X.224: 14 bytes follow, Connection Request
    0x01, 0x00, 0x08, 0x00, 0x0b, 0x00, 0x00, 0x00, // RDP_NEG_REQ: SSL, HYBRID, HYBRID_EX
];

/// The code of a Connection Confirm, in the upper half of its byte.
const CONFIRM: u8 = 0xd0;

/// `RDP_NEG_RSP`.
const RESPONSE: u8 = 0x02;

/// A Connection Confirm is 11 or 19 bytes long; nobody needs more than this.
const LONGEST_CONFIRM: usize = 512;

/// What the host says it is; `None` when it does not answer as an RDP server does, or shows
/// no certificate that it holds the key of. Standard RDP security shows none: whoever holds
/// the address could speak it.
pub(super) async fn greet(mut stream: TcpStream, target: Ipv4Addr) -> Option<HostIdentity> {
    stream.write_all(&REQUEST).await.ok()?;
    confirm(&mut stream).await?;
    certificate(stream, target).await
}

/// Reads the Connection Confirm; `None` when TLS does not come next.
async fn confirm(stream: &mut TcpStream) -> Option<()> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.ok()?;
    let [3, _, high, low] = head else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if !(11..=LONGEST_CONFIRM).contains(&length) {
        return None;
    }
    let mut body = vec![0; length - 4];
    stream.read_exact(&mut body).await.ok()?;
    if body.get(1)? & 0xf0 != CONFIRM {
        return None;
    }
    // Old servers leave the negotiation out, and with it TLS.
    let negotiation = body.get(7..15)?;
    (negotiation[0] == RESPONSE && negotiation[4] != 0).then_some(())
}

async fn certificate(stream: TcpStream, target: Ipv4Addr) -> Option<HostIdentity> {
    let provider = Arc::new(ring::default_provider());
    let witness = Arc::new(Witness {
        provider: Arc::clone(&provider),
        seen: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::from(IpAddr::V4(target));
    let secured = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await;
    if let Ok(mut secured) = secured {
        let _ = secured.shutdown().await;
    }
    let seen = witness.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let Seen {
        certificate,
        proved: true,
    } = &*seen
    else {
        return None;
    };
    Some(HostIdentity {
        fingerprint: Some(identity::fingerprint(certificate)),
        names: identity::names(certificate),
        banner: None,
    })
}

#[derive(Debug, Default)]
struct Seen {
    certificate: Vec<u8>,
    /// The host signed with the certificate's key.
    proved: bool,
}

/// Takes down which certificate the host shows. It decides nothing: RDP certificates are
/// self-signed as a rule, and here they are evidence of which machine answers, not trust.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Seen>,
}

impl Witness {
    fn note(&self, proved: &Result<HandshakeSignatureValid, Error>) -> HandshakeSignatureValid {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.proved = proved.is_ok();
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.certificate = certificate.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(&verify_tls12_signature(
            message,
            certificate,
            signed,
            algorithms,
        )))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        Ok(self.note(&verify_tls13_signature(
            message,
            certificate,
            signed,
            algorithms,
        )))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

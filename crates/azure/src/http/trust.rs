//! Which certificates are believed: those of the cloud definition's own authorities, else what the system believes.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;

pub(crate) use super::stranger::Stranger;
use crate::error::Error;

/// TLS over `ring`, HTTP/2 preferred.
pub(crate) fn client_config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let trust =
        Trust::new(extra, provider.clone()).map_err(|error| Error::Setup(error.to_string()))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Setup(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The system's roots take some milliseconds to read. They are read at once where nothing
/// else could be believed, and otherwise only when an answer needs them.
struct Trust {
    provider: Arc<CryptoProvider>,
    extra: Option<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Result<Verifier, TlsError>>,
}

impl Trust {
    fn new(
        extra: &[CertificateDer<'static>],
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let system = OnceLock::new();
        if extra.is_empty() {
            let _ = system.set(Verifier::new(provider.clone()));
            return Ok(Self {
                provider,
                extra: None,
                system,
            });
        }
        let mut roots = RootCertStore::empty();
        for authority in extra {
            roots.add(authority.clone())?;
        }
        let extra = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(|error| TlsError::General(error.to_string()))?;
        Ok(Self {
            provider,
            extra: Some(extra),
            system,
        })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let by_extra = self.extra.as_ref().map(|extra| {
            extra.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        match by_extra {
            // Only a stranger to our own authorities is left to the system; one of theirs
            // that is expired or bears another name stays refused.
            None => {}
            Some(Err(TlsError::InvalidCertificate(ref error))) if is_of_a_stranger(error) => {}
            Some(decided) => return decided,
        }
        let by_system = match self
            .system
            .get_or_init(|| Verifier::new(self.provider.clone()))
        {
            Ok(system) => system.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            Err(error) => Err(error.clone()),
        };
        match by_system {
            Err(TlsError::InvalidCertificate(error)) if is_of_a_stranger(&error) => {
                Err(Stranger::new(end_entity, intermediates).into())
            }
            decided => decided,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Nobody known issued it, or somebody who only bears the name of one that is known, as the
/// root of a proxy does that was made anew.
fn is_of_a_stranger(error: &CertificateError) -> bool {
    matches!(
        error,
        CertificateError::UnknownIssuer | CertificateError::BadSignature
    )
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("extra", &self.extra.is_some())
            .finish_non_exhaustive()
    }
}

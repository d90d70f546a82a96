//! A service principal with a certificate: a signed statement instead of a secret
//! (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientMethodOptions;
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gangway_engine::id::TenantId;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use uuid::Uuid;

use super::adapter::Adapter;
use super::client_secret::client_options;
use crate::error::Error;
use crate::http::transport::Transport;

/// The largest file that is read, in bytes. A chain with a key has some thousand.
const LARGEST_FILE: u64 = 256 * 1024;
/// How long a statement holds. Entra recommends five to ten minutes.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

pub(crate) fn client_certificate(
    transport: &Transport,
    home: TenantId,
    client_id: String,
    file: &Path,
) -> Result<Adapter, Error> {
    let certificate = Arc::new(Certificate::read(file)?);
    let transport = transport.clone();
    let default_tenant = home.clone();
    Ok(Adapter {
        name: "client-certificate",
        home: Some(home),
        client_id: Some(client_id.clone()),
        is_azure_cli: false,
        spare: Mutex::default(),
        make: Box::new(move |tenant| {
            let tenant = tenant.unwrap_or(&default_tenant);
            let statement = Statement {
                certificate: certificate.clone(),
                transport: transport.clone(),
                tenant: tenant.clone(),
                client_id: client_id.clone(),
            };
            let options = ClientAssertionCredentialOptions {
                client_options: client_options(&transport),
            };
            let credential: Arc<dyn TokenCredential> = ClientAssertionCredential::new(
                tenant.to_string(),
                client_id.clone(),
                statement,
                Some(options),
            )?;
            Ok(credential)
        }),
    })
}

/// A certificate with its key.
struct Certificate {
    key: RsaKeyPair,
    /// `x5t#S256`: SHA-256 of the certificate, base64url.
    thumbprint: String,
}

impl Certificate {
    fn read(file: &Path) -> Result<Self, Error> {
        let mistake = |mistake: &str| Error::CertificateFile {
            file: file.display().to_string(),
            mistake: mistake.to_owned(),
        };
        let size = std::fs::metadata(file)
            .map_err(|error| mistake(&error.to_string()))?
            .len();
        if size > LARGEST_FILE {
            return Err(mistake("larger than a certificate with its key can be"));
        }
        let bytes = std::fs::read(file).map_err(|error| mistake(&error.to_string()))?;
        Self::parse(&bytes).map_err(mistake)
    }

    fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let holds = |label: &str| {
            let label = format!("-----BEGIN {label}-----");
            bytes
                .windows(label.len())
                .any(|part| part == label.as_bytes())
        };
        // A PFX is DER: a sequence, and no text.
        if bytes.first() == Some(&0x30) {
            return Err(
                "a PFX file is not read; write its certificate and key to a PEM file: openssl pkcs12 -in FILE.pfx -out FILE.pem -nodes",
            );
        }
        if holds("ENCRYPTED PRIVATE KEY") {
            return Err(
                "the key is encrypted; write it out without a password: openssl pkey -in FILE.pem",
            );
        }
        let key = PrivateKeyDer::from_pem_slice(bytes)
            .map_err(|_| "no private key in PEM (BEGIN PRIVATE KEY) is in it")?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err("the key is not an RSA key; Entra takes no other"),
        }
        .map_err(|_| "the key is not an RSA key of 2048 to 8192 bits; Entra takes no other")?;
        let certificate = CertificateDer::pem_slice_iter(bytes)
            .next()
            .and_then(Result::ok)
            .ok_or("no certificate in PEM (BEGIN CERTIFICATE) is in it")?;
        Ok(Self {
            key,
            thumbprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, &certificate)),
        })
    }

    /// A JSON Web Token with these claims, signed with PS256.
    fn sign(&self, claims: &Value) -> Result<String, ring::error::Unspecified> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint});
        let text = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key.sign(
            &RSA_PSS_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        )?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What makes a statement whenever one is wanted.
struct Statement {
    certificate: Arc<Certificate>,
    transport: Transport,
    tenant: TenantId,
    client_id: String,
}

#[async_trait]
impl ClientAssertion for Statement {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let authority = self.transport.cloud().authority();
        let claims = claims(
            authority,
            &self.tenant,
            &self.client_id,
            self.transport.dates().now(),
        );
        self.certificate.sign(&claims).map_err(|_| {
            azure_core::Error::with_message(
                azure_core::error::ErrorKind::Credential,
                "the certificate's key does not sign",
            )
        })
    }
}

/// By Azure's clock, where it is known: a wrong one of ours would make every statement void.
fn claims(authority: &Url, tenant: &TenantId, client_id: &str, now: Timestamp) -> Value {
    let end = now.checked_add(LIFE).unwrap_or(now);
    json!({
        "aud": format!("{authority}{tenant}/oauth2/v2.0/token"),
        "iss": client_id,
        "sub": client_id,
        "jti": Uuid::new_v4().to_string(),
        "iat": now.as_second(),
        "nbf": now.as_second(),
        "exp": end.as_second(),
    })
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

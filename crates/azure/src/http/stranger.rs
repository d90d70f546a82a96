//! A certificate that nobody here vouches for: who issued it, so that a person can be told.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error as TlsError, OtherError};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::credentials::entra::short;

/// Nobody whom this machine trusts issued the certificate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stranger {
    /// The authority that would have to be trusted, by its own words: data.
    pub(crate) issuer: String,
}

impl Stranger {
    pub(crate) fn new(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Self {
        Self {
            issuer: missing(leaf, others)
                .unwrap_or_else(|| "an authority without a name".to_owned()),
        }
    }

    /// The stranger inside an error of TLS.
    pub(crate) fn of(error: &TlsError) -> Option<&Self> {
        match error {
            TlsError::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
                inner.downcast_ref()
            }
            _ => None,
        }
    }
}

impl From<Stranger> for TlsError {
    fn from(stranger: Stranger) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(stranger))))
    }
}

/// The issuer at the end of the chain that was sent: the one whose certificate did not come.
fn missing(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Option<String> {
    let (_, mut at) = X509Certificate::from_der(leaf).ok()?;
    let mut others: Vec<X509Certificate<'_>> = others
        .iter()
        .filter_map(|der| X509Certificate::from_der(der).ok().map(|(_, c)| c))
        .collect();
    while let Some(next) = others.iter().position(|c| c.subject() == at.issuer()) {
        // Each one is taken once, so a circle of certificates ends.
        at = others.swap_remove(next);
    }
    called(at.issuer())
}

/// Its common name, else its organisation, else all of its name.
fn called(name: &X509Name<'_>) -> Option<String> {
    let text = name
        .iter_common_name()
        .chain(name.iter_organization())
        .find_map(|part| part.as_str().ok())
        .map_or_else(|| name.to_string(), str::to_owned);
    let text = short(&text);
    (!text.is_empty()).then_some(text)
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the certificate's issuer {:?} is not trusted",
            self.issuer
        )
    }
}

impl StdError for Stranger {}

//! Which account: Azure CLI's, a service principal's, or one that somebody brings along.

use std::path::PathBuf;
use std::sync::Arc;

use gangway_engine::id::TenantId;

use crate::Shared;
use crate::accounts::{Accounts, Served};
use crate::credentials::Credentials;
use crate::credentials::azure_cli::AzureCli;
use crate::credentials::client_certificate::client_certificate;
use crate::credentials::client_secret::client_secret;
use crate::error::Error;
use crate::http::transport::Transport;
use crate::secret::Secret;

/// How to sign in.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// The account that Azure CLI is signed in with.
    AzureCli,
    /// A service principal with a client secret.
    ClientSecret {
        /// Its home tenant.
        tenant: TenantId,
        /// Its application id.
        client_id: String,
        /// Its secret.
        secret: Secret,
    },
    /// A service principal with a certificate.
    ClientCertificate {
        /// Its home tenant.
        tenant: TenantId,
        /// Its application id.
        client_id: String,
        /// A PEM file with the certificate and its RSA key, unencrypted.
        certificate: PathBuf,
    },
    /// The accounts that people signed in with on this machine.
    Accounts(Accounts),
    /// Credentials of another kind.
    Other(Arc<dyn Credentials>),
}

impl SignIn {
    /// What the environment names, else Azure CLI.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::environment().unwrap_or(Self::AzureCli)
    }

    /// The service principal that the environment names: `AZURE_TENANT_ID` and
    /// `AZURE_CLIENT_ID` with `AZURE_CLIENT_SECRET`, or with
    /// `AZURE_CLIENT_CERTIFICATE_PATH`. `None` where that is not complete.
    #[must_use]
    pub fn environment() -> Option<Self> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let get = |name| get(name).filter(|value| !value.is_empty());
        let tenant = TenantId::new(get("AZURE_TENANT_ID")?);
        let client_id = get("AZURE_CLIENT_ID")?;
        if let Some(secret) = get("AZURE_CLIENT_SECRET") {
            return Some(Self::ClientSecret {
                tenant,
                client_id,
                secret: Secret::new(secret),
            });
        }
        Some(Self::ClientCertificate {
            tenant,
            client_id,
            certificate: get("AZURE_CLIENT_CERTIFICATE_PATH")?.into(),
        })
    }

    pub(crate) fn credentials(self, transport: &Transport) -> Result<Shared, Error> {
        Ok(match self {
            Self::AzureCli => Arc::new(AzureCli::new(transport.cloud())),
            Self::ClientSecret {
                tenant,
                client_id,
                secret,
            } => Arc::new(client_secret(transport.clone(), tenant, client_id, secret)),
            Self::ClientCertificate {
                tenant,
                client_id,
                certificate,
            } => Arc::new(client_certificate(
                transport,
                tenant,
                client_id,
                &certificate,
            )?),
            Self::Accounts(accounts) => Arc::new(Served::new(transport.clone(), &accounts)),
            Self::Other(credentials) => credentials,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 4] = [
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_CLIENT_CERTIFICATE_PATH",
    ];

    /// Everything set but these.
    fn without(missing: &[&str]) -> Option<SignIn> {
        SignIn::from_variables(|name| {
            assert!(ALL.contains(&name));
            let value = format!("{name}-X");
            Some(if missing.contains(&name) {
                String::new()
            } else {
                value
            })
        })
    }

    #[test]
    fn a_secret_goes_before_a_certificate() {
        let Some(SignIn::ClientSecret {
            tenant,
            client_id,
            secret,
        }) = without(&[])
        else {
            panic!("not taken");
        };
        assert_eq!(tenant, TenantId::new("azure_tenant_id-x"));
        assert_eq!(client_id, "AZURE_CLIENT_ID-X");
        assert!(!format!("{secret:?}").contains('X'));
        let Some(SignIn::ClientCertificate { certificate, .. }) = without(&ALL[2..3]) else {
            panic!("not taken");
        };
        assert_eq!(
            certificate,
            PathBuf::from("AZURE_CLIENT_CERTIFICATE_PATH-X")
        );
    }

    #[test]
    fn what_is_not_complete_is_nothing() {
        for missing in [&ALL[..1], &ALL[1..2], &ALL[2..]] {
            assert!(without(missing).is_none(), "{missing:?}");
        }
    }
}

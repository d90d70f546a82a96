//! Which account: Azure CLI's, a service principal's, or one that somebody brings along.

use std::sync::Arc;

use gangway_engine::id::TenantId;

use crate::Shared;
use crate::credentials::Credentials;
use crate::credentials::azure_cli::azure_cli;
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
    /// Credentials of another kind.
    Other(Arc<dyn Credentials>),
}

impl SignIn {
    /// The client secret from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
    /// `AZURE_CLIENT_SECRET` where all three are set, else Azure CLI.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name| get(name).filter(|value| !value.is_empty());
        match (
            get("AZURE_TENANT_ID"),
            get("AZURE_CLIENT_ID"),
            get("AZURE_CLIENT_SECRET"),
        ) {
            (Some(tenant), Some(client_id), Some(secret)) => Self::ClientSecret {
                tenant: TenantId::new(tenant),
                client_id,
                secret: Secret::new(secret),
            },
            _ => Self::AzureCli,
        }
    }

    pub(crate) fn credentials(self, transport: &Transport) -> Result<Shared, Error> {
        Ok(match self {
            Self::AzureCli if transport.cloud().is_loopback() => {
                return Err(Error::NotSignedIn {
                    observed: format!(
                        "azure cli knows no cloud {}; set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
                        transport.cloud()
                    ),
                });
            }
            Self::AzureCli => Arc::new(azure_cli()),
            Self::ClientSecret {
                tenant,
                client_id,
                secret,
            } => Arc::new(client_secret(transport.clone(), tenant, client_id, secret)),
            Self::Other(credentials) => credentials,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_variables_make_a_client_secret() {
        let all = |name: &str| Some(format!("{name}-X"));
        let SignIn::ClientSecret {
            tenant,
            client_id,
            secret,
        } = SignIn::from_variables(all)
        else {
            panic!("not taken");
        };
        assert_eq!(tenant, TenantId::new("azure_tenant_id-x"));
        assert_eq!(client_id, "AZURE_CLIENT_ID-X");
        assert!(!format!("{secret:?}").contains('X'));
        for missing in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
            let some = |name: &str| {
                if name == missing {
                    Some(String::new())
                } else {
                    all(name)
                }
            };
            assert!(
                matches!(SignIn::from_variables(some), SignIn::AzureCli),
                "{missing}"
            );
        }
    }
}

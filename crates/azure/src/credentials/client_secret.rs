//! A service principal with a client secret, over our own connection.

use std::sync::{Arc, Mutex};

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret as CoreSecret, TokenCredential};
use azure_core::http::{ClientOptions, RetryOptions, Transport as CoreTransport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use gangway_engine::id::TenantId;

use super::adapter::Adapter;
use crate::http::entra::EntraClient;
use crate::http::transport::Transport;
use crate::secret::Secret;

pub(crate) fn client_secret(
    transport: Transport,
    home: TenantId,
    client_id: String,
    secret: Secret,
) -> Adapter {
    let default_tenant = home.clone();
    Adapter {
        name: "client-secret",
        home: Some(home),
        client_id: Some(client_id.clone()),
        is_azure_cli: false,
        spare: Mutex::default(),
        make: Box::new(move |tenant| {
            let options = ClientSecretCredentialOptions {
                client_options: client_options(&transport),
            };
            let credential: Arc<dyn TokenCredential> = ClientSecretCredential::new(
                tenant.unwrap_or(&default_tenant).as_str(),
                client_id.clone(),
                CoreSecret::new(secret.expose().to_owned()),
                Some(options),
            )?;
            Ok(credential)
        }),
    }
}

/// azure_identity over our own connection.
pub(crate) fn client_options(transport: &Transport) -> ClientOptions {
    let mut configuration = CustomConfiguration::default();
    configuration.authority_host = transport.cloud().authority().to_string();
    let cloud: Arc<CloudConfiguration> = Arc::new(configuration.into());
    ClientOptions {
        // Ours knows what may be repeated; two layers would multiply.
        retry: RetryOptions::none(),
        transport: Some(CoreTransport::new(Arc::new(EntraClient::new(
            transport.clone(),
        )))),
        cloud: Some(cloud),
        ..ClientOptions::default()
    }
}

//! A token fetched without the client, for tests that bring their own credentials.

use azure_sim::Sim;

pub(crate) async fn token(sim: &Sim, tenant: &str, claims: Option<&str>) -> String {
    // Whoever comes first installs it; the client may have been there before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = reqwest::Certificate::from_pem(sim.ca_pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([ca])
        .build()
        .unwrap();
    let id = sim.client_id();
    let secret = sim.client_secret();
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
        ("scope", "https://management.azure.com/.default"),
    ];
    form.extend(claims.map(|claims| ("claims", claims)));
    let url = format!("{}/{tenant}/oauth2/v2.0/token", sim.base());
    let answer = client.post(url).form(&form).send().await.unwrap();
    let body: serde_json::Value = answer.json().await.unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

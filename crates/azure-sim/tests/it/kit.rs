//! What the tests share: a started simulator, a client with a token, and every exchange checked against the OpenAPI data.

use std::sync::Once;

use azure_sim::{ClockKind, Estate, Options, Sim, VmGround, estate};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::spec;

pub(crate) const PROD: &str = "6f1d2c3b-0001-4000-8000-000000000001";
pub(crate) const TEST: &str = "6f1d2c3b-0002-4000-8000-000000000002";
pub(crate) const PARTNER: &str = "6f1d2c3b-0003-4000-8000-000000000003";
pub(crate) const JIT: &str = "2020-01-01";
pub(crate) const NETWORK: &str = "2024-01-01";
pub(crate) const COMPUTE: &str = "2024-07-01";
/// The tunnel address that the tests pretend to have.
pub(crate) const ME: &str = "127.0.0.1";

/// A simulator and a client that is signed in to its first tenant.
pub(crate) struct Azure {
    pub(crate) sim: Sim,
    pub(crate) http: Client,
    pub(crate) token: String,
}

/// An answer that was read.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Got {
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("")
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or("")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Azure {
    /// The demo estate without listeners, its clock standing still.
    pub(crate) async fn still() -> Self {
        Self::of(
            estate::demo(),
            VmGround::Nothing,
            ClockKind::Manual(start()),
        )
        .await
    }

    /// The demo estate with listeners on loopback.
    pub(crate) async fn with_doors() -> Self {
        Self::of(
            estate::demo(),
            VmGround::Loopback,
            ClockKind::Manual(start()),
        )
        .await
    }

    pub(crate) async fn of(estate: Estate, vms: VmGround, clock: ClockKind) -> Self {
        let mut options = Options::new(estate);
        options.vms = vms;
        options.clock = clock;
        let sim = Sim::start(options).await.unwrap();
        let http = client(&sim);
        let mut azure = Self {
            sim,
            http,
            token: String::new(),
        };
        azure.token = azure.sign_in(&azure.sim.tenant(), None).await;
        azure
    }

    pub(crate) async fn sign_in(&self, tenant: &str, claims: Option<&str>) -> String {
        let got = self.token_request(tenant, &self.form(claims)).await;
        assert_eq!(got.status, 200, "{:?}", got.body);
        got.body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn form(&self, claims: Option<&str>) -> Vec<(&'static str, String)> {
        let mut form = vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", self.sim.client_id()),
            ("client_secret", self.sim.client_secret()),
            ("scope", "https://management.azure.com/.default".to_owned()),
        ];
        if let Some(claims) = claims {
            form.push(("claims", claims.to_owned()));
        }
        form
    }

    pub(crate) async fn token_request(&self, tenant: &str, form: &[(&'static str, String)]) -> Got {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.sim.base());
        let sent = self.http.post(url).form(form).send().await.unwrap();
        read(sent).await
    }

    /// Sends a call and checks what went and what came.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        version: &str,
        body: Option<&Value>,
    ) -> Got {
        let got = self.raw(method.clone(), path, version, body).await.unwrap();
        let got = read(got).await;
        spec::check(method.as_str(), path, body, got.status, &got.body);
        got
    }

    /// Sends a call whose answer may be anything, or none.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        version: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Response> {
        let url = if path.starts_with("https://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.sim.base())
        };
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if !version.is_empty() {
            request = request.query(&[("api-version", version)]);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    pub(crate) async fn get(&self, path: &str, version: &str) -> Got {
        self.send(Method::GET, path, version, None).await
    }

    pub(crate) async fn post(&self, path: &str, version: &str, body: &Value) -> Got {
        self.send(Method::POST, path, version, Some(body)).await
    }

    pub(crate) async fn graph(&self, body: &Value) -> Got {
        self.post(
            "/providers/Microsoft.ResourceGraph/resources",
            "2024-04-01",
            body,
        )
        .await
    }

    /// Asks for access to a VM on its first port, from here, for an hour.
    pub(crate) async fn ask(&self, vm: &str) -> Got {
        self.ask_from(vm, ME, "PT1H").await
    }

    pub(crate) async fn ask_from(&self, vm: &str, source: &str, duration: &str) -> Got {
        let port = self.sim.vm(vm).unwrap().port.unwrap();
        let port =
            json!({"number": port, "allowedSourceAddressPrefix": source, "duration": duration});
        self.initiate(vm, &port).await
    }

    /// Sends an initiate with this port entry to the policy `default` of the VM's group.
    pub(crate) async fn initiate(&self, vm: &str, port: &Value) -> Got {
        let body = json!({"virtualMachines": [{"id": self.id(vm), "ports": [port]}], "justification": "ticket 4711"});
        self.post(&format!("{}/initiate", self.policy(vm)), JIT, &body)
            .await
    }

    pub(crate) fn id(&self, vm: &str) -> String {
        self.sim.vm(vm).unwrap().id
    }

    /// Path of the policy `default` of a VM's group, in the region of its subscription.
    pub(crate) fn policy(&self, vm: &str) -> String {
        let id = self.id(vm);
        let region = if id.contains(PROD) {
            "westeurope"
        } else if id.contains(TEST) {
            "northeurope"
        } else {
            "germanywestcentral"
        };
        let group = id.split("/providers/").next().unwrap();
        format!(
            "{group}/providers/Microsoft.Security/locations/{region}/jitNetworkAccessPolicies/default"
        )
    }

    /// The newest request of the VM's policy, as its Get shows it.
    pub(crate) async fn newest(&self, vm: &str) -> Value {
        let got = self.get(&self.policy(vm), JIT).await;
        got.body["properties"]["requests"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone()
    }

    /// Status and reason of the newest request's first port.
    pub(crate) async fn status(&self, vm: &str) -> (String, String) {
        status_of(&self.newest(vm).await)
    }
}

pub(crate) fn status_of(request: &Value) -> (String, String) {
    let port = &request["virtualMachines"][0]["ports"][0];
    let text = |key: &str| port[key].as_str().unwrap().to_owned();
    (text("status"), text("statusReason"))
}

pub(crate) fn start() -> jiff::Timestamp {
    "2026-08-20T08:00:00.3658798Z".parse().unwrap()
}

pub(crate) fn client(sim: &Sim) -> Client {
    static RING: Once = Once::new();
    RING.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let ca = reqwest::Certificate::from_pem(sim.ca_pem().as_bytes()).unwrap();
    Client::builder()
        .tls_certs_only([ca])
        .no_proxy()
        .build()
        .unwrap()
}

pub(crate) async fn read(response: Response) -> Got {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Got {
        status,
        headers,
        body,
    }
}

//! Client credentials with a certificate: the assertion's shape, times, parties and signature.

use azure_sim::{ClockKind, Options, Sim, VmGround, estate};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use ring::{digest, rand, signature};
use rstest::rstest;
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde_json::{Value, json};

use crate::kit::{Azure, client, start};

/// Made with `openssl genpkey -algorithm RSA`; it opens nothing.
const KEY: &str = include_str!("application.key.pem");

struct Application {
    azure: Azure,
    certificate: Vec<u8>,
}

impl Application {
    async fn new() -> Self {
        let pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_RSA_SHA256).unwrap();
        let params = CertificateParams::new(vec!["application.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut options = Options::new(estate::demo());
        options.vms = VmGround::Nothing;
        options.clock = ClockKind::Manual(start());
        options.client_certificate = Some(certificate.pem());
        let sim = Sim::start(options).await.unwrap();
        let http = client(&sim);
        Self {
            azure: Azure {
                sim,
                http,
                token: String::new(),
            },
            certificate: certificate.der().to_vec(),
        }
    }

    fn head(&self, algorithm: &str) -> Value {
        let sum = digest::digest(&digest::SHA256, &self.certificate);
        json!({"alg": algorithm, "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(sum)})
    }

    fn body(&self) -> Value {
        let sim = &self.azure.sim;
        let now = sim.now().as_second();
        json!({
            "aud": format!("{}/{}/oauth2/v2.0/token", sim.base(), sim.tenant()),
            "iss": sim.client_id(), "sub": sim.client_id(), "jti": "one", "nbf": now, "exp": now + 600,
        })
    }

    async fn send(&self, head: &Value, body: &Value) -> (u16, Value) {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(body));
        self.post(&format!(
            "{signed}.{}",
            sign(&signed, head["alg"] == "PS256")
        ))
        .await
    }

    async fn post(&self, assertion: &str) -> (u16, Value) {
        let mut form = self.azure.form(None);
        form.retain(|(name, _)| *name != "client_secret");
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        form.push(("client_assertion_type", kind.into()));
        form.push(("client_assertion", assertion.into()));
        let got = self
            .azure
            .token_request(&self.azure.sim.tenant(), &form)
            .await;
        (got.status, got.body)
    }
}

fn sign(text: &str, pss: bool) -> String {
    let pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let key = signature::RsaKeyPair::from_pkcs8(pkcs8.secret_pkcs8_der()).unwrap();
    let mut out = vec![0; key.public().modulus_len()];
    let padding: &dyn signature::RsaEncoding = if pss {
        &signature::RSA_PSS_SHA256
    } else {
        &signature::RSA_PKCS1_SHA256
    };
    let random = rand::SystemRandom::new();
    key.sign(padding, &random, text.as_bytes(), &mut out)
        .unwrap();
    URL_SAFE_NO_PAD.encode(out)
}

#[rstest]
#[case("PS256")]
#[case("RS256")]
#[tokio::test]
async fn a_right_assertion_gives_a_token_that_arm_takes(#[case] algorithm: &str) {
    let mut application = Application::new().await;
    let (head, body) = (application.head(algorithm), application.body());
    let (status, got) = application.send(&head, &body).await;
    assert_eq!(status, 200, "{got:?}");
    application.azure.token = got["access_token"].as_str().unwrap().into();
    let got = application.azure.get("/tenants", "2022-12-01").await;
    assert_eq!(got.status, 200);
}

#[rstest]
#[case("aud", json!("https://login.example/token"), 700_027)]
#[case("exp", json!(0), 700_024)]
#[case("nbf", json!(9_999_999_999_i64), 700_027)]
#[case("iss", json!("somebody"), 700_027)]
#[case("jti", json!(""), 700_027)]
#[tokio::test]
async fn a_wrong_claim_is_told(#[case] name: &str, #[case] value: Value, #[case] number: u32) {
    let application = Application::new().await;
    let mut body = application.body();
    body[name] = value;
    let (status, got) = application.send(&application.head("PS256"), &body).await;
    assert_eq!(
        (status, got["error"].as_str()),
        (401, Some("invalid_client"))
    );
    assert_eq!(got["error_codes"][0], number);
}

#[tokio::test]
async fn shape_certificate_and_signature_are_looked_at() {
    let application = Application::new().await;
    let right = (application.head("PS256"), application.body());
    for head in [
        json!({"alg": "none", "x5t#S256": right.0["x5t#S256"]}),
        json!({"alg": "PS256"}),
        json!({"alg": "PS256", "x5t#S256": URL_SAFE_NO_PAD.encode([7; 32])}),
    ] {
        assert_eq!(application.send(&head, &right.1).await.0, 401, "{head}");
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", part(&right.0), part(&right.1));
    let other = STANDARD.encode([1; 256]);
    for assertion in [
        "nonsense".to_owned(),
        format!("{unsigned}."),
        format!("{unsigned}.{other}"),
        format!("{unsigned}.{}", sign("something else", true)),
    ] {
        assert_eq!(application.post(&assertion).await.0, 401, "{assertion}");
    }
}

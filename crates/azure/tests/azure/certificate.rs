//! A service principal with a certificate from the environment's file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use azure_sim::{Options, Sim, VmGround};
use gangway_azure::{Azure, Error, SignIn};
use gangway_engine::id::TenantId;
use jiff::SignedDuration;

use crate::stage::cloud;

/// A key and a certificate made for these tests and good for nothing else.
const PEM: &str = include_str!("../data/service-principal.pem");

async fn sim() -> Sim {
    let options = Options {
        vms: VmGround::Nothing,
        client_certificate: Some(PEM.to_owned()),
        ..Options::new(azure_sim::estate::demo())
    };
    Sim::start(options).await.unwrap()
}

fn with(sim: &Sim, certificate: PathBuf) -> Result<Azure, Error> {
    let sign_in = SignIn::ClientCertificate {
        tenant: TenantId::new(sim.tenant()),
        client_id: sim.client_id(),
        certificate,
    };
    Azure::new(cloud(sim), sign_in, Arc::new(|_| {}))
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/service-principal.pem")
}

#[tokio::test]
async fn a_certificate_signs_in() {
    let sim = sim().await;
    let azure = with(&sim, file()).unwrap();
    let tenant = azure.home_tenant().await.unwrap();
    assert!(!azure.tenants(&tenant).await.unwrap().is_empty());
    assert_eq!(sim.asked_on("token").len(), 1);
}

#[tokio::test]
async fn a_wrong_clock_of_ours_costs_one_refusal() {
    let sim = sim().await;
    sim.advance(SignedDuration::from_hours(1)).await;
    let azure = with(&sim, file()).unwrap();
    let tenant = TenantId::new(sim.tenant());
    assert!(azure.tenants(&tenant).await.is_ok());
    assert_eq!(sim.asked_on("token").len(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_what_to_do() {
    let sim = sim().await;
    let folder = tempfile::tempdir().unwrap();
    let key_begins = PEM.find("-----BEGIN PRIVATE KEY").unwrap();
    let (certificate_only, key_only) = PEM.split_at(key_begins);
    let encrypted = PEM.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (bytes, says) in [
        (&b"\x30\x82\x09\xff\x02\x01\x03"[..], "openssl pkcs12"),
        (encrypted.as_bytes(), "without a password"),
        (certificate_only.as_bytes(), "no private key"),
        (key_only.as_bytes(), "no certificate"),
        (b"", "no private key"),
        (&[b'x'; 300 * 1024], "larger"),
    ] {
        let path = folder.path().join("x.pem");
        std::fs::write(&path, bytes).unwrap();
        let error = with(&sim, path.clone()).unwrap_err();
        let Error::CertificateFile { file, mistake } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(*file, path.display().to_string());
        assert!(mistake.contains(says), "{mistake}");
        assert_eq!(error.problem().code(), "settings-invalid");
    }
    let missing = with(&sim, folder.path().join("missing.pem"));
    assert!(matches!(missing, Err(Error::CertificateFile { .. })));
}

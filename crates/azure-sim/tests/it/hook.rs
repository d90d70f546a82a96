//! The hook: told of the whole rule list at each change, in order. Also the verifier that takes any certificate.

use std::path::Path;
use std::sync::Mutex;

use azure_sim::{ClockKind, Estate, VmGround};
use jiff::SignedDuration;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use serde_json::{Value, json};

use crate::kit::{Azure, start};

/// One VM at a real address; the subnet has a group of its own.
fn estate() -> Estate {
    let text = json!({
        "tenants": [{"id": "72f988aa-4444-4000-8000-0000000000dd", "subscriptions": [{
            "id": "6f1d2c3b-0009-4000-8000-000000000009", "name": "lab",
            "networks": [{"name": "vnet", "resource_group": "rg", "location": "westeurope", "prefixes": ["10.1.0.0/16"],
                          "subnets": [{"name": "servers", "prefix": "10.1.0.0/24", "nsg": "subnet-nsg"}]}],
            "nsgs": [{"name": "vm1-nsg", "resource_group": "rg", "location": "westeurope"},
                     {"name": "subnet-nsg", "resource_group": "rg", "location": "westeurope",
                      "rules": [{"name": "pool", "priority": 200, "allow": true, "source": ["172.16.200.0/24"]}]}],
            "vms": [{"name": "vm1", "resource_group": "rg", "location": "westeurope", "os": "Linux",
                     "network": "vnet", "subnet": "servers",
                     "nics": [{"nsg": "vm1-nsg", "addresses": [{"address": "10.1.0.4"}]}],
                     "services": [{"port": 22, "kind": "ssh"}]}],
            "gateways": [{"name": "gw", "resource_group": "rg", "location": "westeurope", "network": "vnet",
                          "pools": ["172.16.200.0/24"]}],
            "policies": [{"name": "default", "resource_group": "rg", "location": "westeurope",
                          "vms": [{"vm": "vm1", "ports": [{"number": 22, "protocol": "TCP", "max": "PT3H"}]}]}]
        }]}]
    });
    Estate::parse(&text.to_string()).unwrap()
}

fn said(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn the_hook_hears_every_change() {
    if std::env::consts::FAMILY != "unix" {
        gangway_skips::skip("the test's hook is a shell script");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("hook.sh");
    std::fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/hook.sh"),
        &script,
    )
    .unwrap();
    let log = folder.path().join("hook.sh.log");
    let azure = Azure::of(estate(), VmGround::Hook(script), ClockKind::Manual(start())).await;
    let path = "/subscriptions/6f1d2c3b-0009-4000-8000-000000000009/resourceGroups/rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default/initiate";
    let body = json!({"virtualMachines": [{"id": azure.id("vm1"), "ports": [
        {"number": 22, "duration": "PT1H", "allowedSourceAddressPrefix": "172.16.200.5"}]}]});
    assert_eq!(azure.post(path, "2020-01-01", &body).await.status, 202);
    azure.sim.settle().await;
    azure.sim.advance(SignedDuration::from_hours(1)).await;

    let heard = said(&log);
    assert_eq!(heard.len(), 3, "start, rule, end");
    for one in &heard {
        assert_eq!(
            (one["vm"].as_str(), one["address"].as_str()),
            (Some("vm1"), Some("10.1.0.4"))
        );
    }
    let allows = |one: &Value| {
        let rules = one["rules"].as_array().unwrap().clone();
        let first = rules.iter().find(|r| {
            r["ports"]
                .as_array()
                .unwrap()
                .iter()
                .any(|p| p == "22" || p == "0-65535")
                && r["source"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|s| s == "172.16.200.5/32" || s == "172.16.200.0/24")
        });
        first.unwrap()["access"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        [allows(&heard[0]), allows(&heard[1]), allows(&heard[2])],
        ["Deny", "Allow", "Deny"]
    );
    let priorities: Vec<u64> = heard[1]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["priority"].as_u64().unwrap())
        .collect();
    assert!(priorities.is_sorted());
}

/// Takes any certificate and keeps it.
#[derive(Debug, Default)]
pub(crate) struct AnyCertificate(Mutex<Vec<u8>>);

impl AnyCertificate {
    pub(crate) fn seen(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = end_entity.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

//! The VMs on loopback: silent, refusing, open by rule, SSH and RDP with the VM's name, sessions that outlive the rule.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use azure_sim::Deed;
use jiff::SignedDuration;
use russh::client;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::kit::Azure;

/// What a connect met.
#[derive(Debug, PartialEq, Eq)]
enum Met {
    Silence,
    Refusal,
    Open,
}

async fn knock(azure: &Azure, vm: &str) -> Met {
    match tokio::time::timeout(Duration::from_millis(400), connect(azure, vm)).await {
        Err(_) => Met::Silence,
        Ok(Ok(_)) => Met::Open,
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => Met::Refusal,
        Ok(Err(error)) => panic!("{vm}: {error}"),
    }
}

async fn connect(azure: &Azure, vm: &str) -> std::io::Result<TcpStream> {
    let vm = azure.sim.vm(vm).unwrap();
    TcpStream::connect((vm.address.unwrap().as_str(), vm.port.unwrap())).await
}

/// Only Linux can be silent on loopback.
fn silence() -> Met {
    if std::env::consts::OS == "linux" {
        Met::Silence
    } else {
        Met::Refusal
    }
}

async fn ask(azure: &Azure, vm: &str) {
    assert_eq!(azure.ask(vm).await.status, 202);
    azure.sim.settle().await;
}

#[tokio::test]
async fn closed_open_and_closed_again() {
    let azure = Azure::with_doors().await;
    assert_eq!(knock(&azure, "vm-web-01").await, silence());
    assert_eq!(knock(&azure, "vm-refusing").await, Met::Refusal);
    for vm in ["vm-web-01", "vm-refusing"] {
        ask(&azure, vm).await;
        assert_eq!(knock(&azure, vm).await, Met::Open);
    }
    azure.sim.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(knock(&azure, "vm-web-01").await, silence());
    assert_eq!(knock(&azure, "vm-refusing").await, Met::Refusal);
    for vm in ["vm-web-01", "vm-refusing"] {
        ask(&azure, vm).await;
        assert_eq!(knock(&azure, vm).await, Met::Open);
    }
}

#[tokio::test]
async fn silence_holds_however_often_one_knocks() {
    let azure = Azure::with_doors().await;
    for _ in 0..5 {
        assert_eq!(knock(&azure, "vm-web-01").await, silence());
    }
}

#[tokio::test]
async fn an_access_for_another_source_opens_nothing_here() {
    let azure = Azure::with_doors().await;
    azure.ask_from("vm-web-01", "203.0.113.7", "PT1H").await;
    azure.sim.settle().await;
    assert_eq!(knock(&azure, "vm-web-01").await, silence());
}

#[tokio::test]
async fn without_jit_the_default_rules_let_the_pool_in() {
    let azure = Azure::with_doors().await;
    assert_eq!(knock(&azure, "vm-no-jit").await, Met::Open);
}

#[tokio::test]
async fn by_a_switch_the_pool_is_outside_the_network() {
    let azure = Azure::with_doors().await;
    azure.sim.set(|s| s.pools_in_virtual_network = false);
    azure.sim.settle().await;
    assert_eq!(knock(&azure, "vm-no-jit").await, silence());
}

#[tokio::test]
async fn a_network_manager_denies_before_any_group() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-web-01").await;
    assert_eq!(knock(&azure, "vm-web-01").await, Met::Open);
    let port = azure.sim.vm("vm-web-01").unwrap().port;
    azure.sim.set(|s| s.network_manager_denies = port);
    azure.sim.settle().await;
    assert_eq!(knock(&azure, "vm-web-01").await, silence());
}

#[tokio::test]
async fn a_stopped_vm_answers_when_started() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-stopped").await;
    assert_eq!(knock(&azure, "vm-stopped").await, silence());
    azure
        .sim
        .trigger(Deed::Power {
            vm: "vm-stopped".into(),
            state: Some("running".into()),
        })
        .await
        .unwrap();
    assert_eq!(knock(&azure, "vm-stopped").await, Met::Open);
}

#[tokio::test]
async fn a_service_that_is_off_refuses_and_a_mute_one_says_nothing() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-service-off").await;
    assert_eq!(knock(&azure, "vm-service-off").await, Met::Refusal);
    ask(&azure, "vm-mute").await;
    let mut stream = connect(&azure, "vm-mute").await.unwrap();
    let mut byte = [0];
    assert!(
        tokio::time::timeout(Duration::from_millis(200), stream.read(&mut byte))
            .await
            .is_err()
    );
}

#[derive(Clone, Default)]
struct Key(Arc<Mutex<String>>);

impl client::Handler for Key {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        *self.0.lock().unwrap() = format!("{key:?}");
        Ok(true)
    }
}

async fn log_in(azure: &Azure, vm: &str) -> (client::Handle<Key>, String) {
    let key = Key::default();
    let stream = connect(azure, vm).await.unwrap();
    let mut session = client::connect_stream(Arc::default(), stream, key.clone())
        .await
        .unwrap();
    assert!(session.authenticate_none("guest").await.unwrap().success());
    let seen = key.0.lock().unwrap().clone();
    (session, seen)
}

async fn run(session: &client::Handle<Key>, command: &str) -> (String, Option<u32>) {
    let mut channel = session.channel_open_session().await.unwrap();
    channel.exec(true, command).await.unwrap();
    let (mut said, mut code) = (Vec::new(), None);
    while let Some(message) = channel.wait().await {
        match message {
            russh::ChannelMsg::Data { data } => said.extend_from_slice(&data),
            russh::ChannelMsg::ExitStatus { exit_status } => code = Some(exit_status),
            _ => {}
        }
    }
    (String::from_utf8(said).unwrap(), code)
}

#[tokio::test]
async fn ssh_says_which_vm_it_is_and_keeps_its_key() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-web-01").await;
    let (session, first) = log_in(&azure, "vm-web-01").await;
    assert_eq!(
        run(&session, "hostname").await,
        ("vm-web-01\n".into(), Some(0))
    );
    assert_eq!(run(&session, "exit 7").await.1, Some(7));
    let (_, other) = {
        ask(&azure, "vm-web-02").await;
        log_in(&azure, "vm-web-02").await
    };
    assert_ne!(first, other);
    drop(azure);
    let again = Azure::with_doors().await;
    ask(&again, "vm-web-01").await;
    assert_eq!(log_in(&again, "vm-web-01").await.1, first);
}

#[tokio::test]
async fn a_shell_greets_and_ends_on_exit() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-web-01").await;
    let (session, _) = log_in(&azure, "vm-web-01").await;
    let mut channel = session.channel_open_session().await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel.data(&b"hostname\rexit\r"[..]).await.unwrap();
    let mut said = Vec::new();
    while let Some(message) = channel.wait().await {
        if let russh::ChannelMsg::Data { data } = message {
            said.extend_from_slice(&data);
        }
    }
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.starts_with("This is vm-web-01, a simulated VM."),
        "{said}"
    );
    assert!(said.contains("\r\nvm-web-01\r\n"));
}

#[tokio::test]
async fn a_session_outlives_its_rule() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-web-01").await;
    let (session, _) = log_in(&azure, "vm-web-01").await;
    azure.sim.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(knock(&azure, "vm-web-01").await, silence());
    assert_eq!(run(&session, "hostname").await.0, "vm-web-01\n");
}

#[tokio::test]
async fn rdp_confirms_and_shows_the_vms_name() {
    let azure = Azure::with_doors().await;
    ask(&azure, "vm-renamed").await;
    let mut stream = connect(&azure, "vm-renamed").await.unwrap();
    let request = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0];
    stream.write_all(&request).await.unwrap();
    let mut confirm = [0; 19];
    stream.read_exact(&mut confirm).await.unwrap();
    assert_eq!(
        (confirm[0], confirm[5], confirm[11], confirm[15]),
        (3, 0xd0, 2, 2)
    );
    let certificate = certificate(stream).await;
    assert!(certificate.windows(9).any(|part| part == b"WIN-7F3K2"));
}

/// The server's certificate, DER, whatever it is.
async fn certificate(stream: TcpStream) -> Vec<u8> {
    let seen = Arc::new(crate::hook::AnyCertificate::default());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(seen.clone())
        .with_no_client_auth();
    let name = "vm.invalid".try_into().unwrap();
    let _ = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    seen.seen()
}

#[tokio::test]
async fn two_simulators_do_not_meet() {
    let (one, two) = tokio::join!(Azure::with_doors(), Azure::with_doors());
    ask(&one, "vm-web-01").await;
    assert_eq!(knock(&one, "vm-web-01").await, Met::Open);
    assert_eq!(knock(&two, "vm-web-01").await, silence());
}

#[tokio::test]
async fn an_address_can_pass_to_another_machine() {
    let azure = Azure::with_doors().await;
    let old = azure.sim.vm("vm-web-01").unwrap().address;
    if old.as_deref() == Some("127.0.0.1") {
        gangway_skips::skip("all VMs share one loopback address on this system");
        return;
    }
    let swap = Deed::SwapAddresses {
        vm: "vm-web-01".into(),
        with: "vm-web-02".into(),
    };
    azure.sim.trigger(swap).await.unwrap();
    assert_eq!(azure.sim.vm("vm-web-02").unwrap().address, old);
    ask(&azure, "vm-web-02").await;
    let (session, _) = log_in(&azure, "vm-web-02").await;
    // The machine at the address is what it always was: only Azure's answers changed hands.
    assert_eq!(run(&session, "hostname").await.0, "vm-web-01\n");
}

//! The probe against real listeners on loopback.

use std::sync::Arc;
use std::time::Duration;

use gangway_engine::host::ExpectedHost;
use gangway_engine::schedule;
use gangway_engine::time::{millis, secs};
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::{self, Handler, Session};
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::*;

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const LIMIT: Duration = Duration::from_secs(20);

fn plan(protocol: Protocol, port: u16) -> ProbePlan {
    ProbePlan {
        source: HERE,
        target: HERE,
        service: Service { protocol, port },
        phases: schedule::after_initiated(),
        expected: ExpectedHost::default(),
    }
}

/// A probe under way and what it tells.
struct Probe {
    told: mpsc::UnboundedReceiver<Reachability>,
    task: JoinHandle<()>,
}

impl Probe {
    fn start(plan: ProbePlan) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            run(&plan, |now| {
                let _ = tell.send(now);
            })
            .await;
        });
        Self { told, task }
    }

    async fn next(&mut self) -> Reachability {
        timeout(LIMIT, self.told.recv())
            .await
            .expect("nothing was told")
            .expect("the probe ended")
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener whose queue is full: SYNs are dropped.
fn silent() -> (Socket, u16, Vec<std::net::TcpStream>) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SocketAddrV4::new(HERE, 0).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket_ipv4().unwrap();
    let mut held = Vec::new();
    while let Ok(stream) =
        std::net::TcpStream::connect_timeout(&address.into(), Duration::from_millis(200))
    {
        held.push(stream);
    }
    (listener, address.port(), held)
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((HERE, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn a_refusal_is_told_once_and_then_the_opening() {
    let (closed, port) = listener().await;
    drop(closed);
    let mut probe = Probe::start(plan(Protocol::Port, port));
    assert_eq!(probe.next().await, Reachability::Refused);
    let _opened = TcpListener::bind((HERE, port)).await.unwrap();
    let greeted = Reachability::Greeted(HostIdentity::default());
    assert_eq!(probe.next().await, greeted);
    assert_eq!(probe.told.recv().await, None);
}

#[tokio::test]
async fn silence_is_told_after_patience_and_the_first_open_moment_is_used() {
    let (listener, port, held) = silent();
    let mut probe = Probe::start(plan(Protocol::Port, port));
    if held.len() > 64 {
        gangway_skips::skip("this system never drops a SYN on loopback");
        return;
    }
    assert_eq!(probe.next().await, Reachability::Silent);
    listener.set_nonblocking(false).unwrap();
    let opened = Instant::now();
    for _ in &held {
        listener.accept().unwrap();
    }
    assert!(matches!(probe.next().await, Reachability::Greeted(_)));
    assert!(
        opened.elapsed() < Duration::from_millis(900),
        "{:?}",
        opened.elapsed()
    );
}

#[tokio::test]
async fn an_address_that_is_not_ours_cannot_send() {
    let mut probe = Probe::start(ProbePlan {
        source: Ipv4Addr::new(192, 0, 2, 7),
        ..plan(Protocol::Port, 9)
    });
    assert!(matches!(probe.next().await, Reachability::Unsendable(_)));
}

struct Host;

impl Handler for Host {
    type Error = russh::Error;

    async fn channel_open_session(
        &mut self,
        _channel: russh::Channel<server::Msg>,
        reply: russh::server::ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        drop(reply);
        Ok(())
    }
}

#[tokio::test]
async fn an_ssh_host_tells_its_key_and_banner() {
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
    let fingerprint = key.public_key().fingerprint(HashAlg::Sha256).to_string();
    let config = Arc::new(server::Config {
        keys: vec![key],
        ..server::Config::default()
    });
    let (listener, port) = listener().await;
    let (done, mut ended) = mpsc::unbounded_channel();
    let host = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let session = server::run_stream(Arc::clone(&config), stream, Host).await;
            done.send(session.is_ok()).unwrap();
        }
    });
    let began = Instant::now();
    let mut probe = Probe::start(plan(Protocol::Ssh, port));
    let Reachability::Greeted(identity) = probe.next().await else {
        panic!("no greeting");
    };
    println!("greeted after {:?}", began.elapsed());
    assert_eq!(identity.fingerprint, Some(fingerprint));
    assert!(identity.banner.unwrap().starts_with("SSH-2.0-"));
    assert_eq!(probe.told.recv().await, None);
    timeout(LIMIT, ended.recv()).await.unwrap();
    assert!(ended.try_recv().is_err(), "it was greeted twice");
    host.abort();
}

#[tokio::test]
async fn a_host_that_takes_connections_and_says_nothing_is_open_only() {
    let (listener, port) = listener().await;
    let host = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            drop(stream);
        }
    });
    for protocol in [Protocol::Ssh, Protocol::Rdp] {
        let mut probe = Probe::start(plan(protocol, port));
        assert_eq!(probe.next().await, Reachability::Open, "{protocol:?}");
    }
    host.abort();
}

#[tokio::test]
async fn an_rdp_host_tells_its_certificate() {
    let names = vec![
        "VM-WEB-01".to_owned(),
        "vm-web-01.contoso.example".to_owned(),
    ];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let der = made.cert.der().to_vec();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_single_cert(
        vec![made.cert.der().clone()],
        made.signing_key.serialize_der().try_into().unwrap(),
    )
    .unwrap();
    let (listener, port) = listener().await;
    let host = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 19];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request, rdp::REQUEST);
        let answer = [
            3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0,
        ];
        stream.write_all(&answer).await.unwrap();
        let secured = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let _ = secured.accept(stream).await;
    });
    let mut probe = Probe::start(plan(Protocol::Rdp, port));
    let Reachability::Greeted(identity) = probe.next().await else {
        panic!("no greeting");
    };
    assert_eq!(identity.fingerprint, Some(identity::fingerprint(&der)));
    assert!(
        identity.names.contains(&"VM-WEB-01".to_owned()),
        "{:?}",
        identity.names
    );
    host.await.unwrap();
}

#[tokio::test]
async fn what_is_no_rdp_answer_is_no_greeting() {
    for answer in [
        b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(),
        &[3, 0, 0, 5, 0],
        &[3, 0, 0xff, 0xff, 0],
        &[3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0],
    ] {
        let (listener, port) = listener().await;
        let host = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(answer).await.unwrap();
        });
        let stream = TcpStream::connect((HERE, port)).await.unwrap();
        let service = plan(Protocol::Rdp, port).service;
        assert_eq!(greet(stream, HERE, service).await, None);
        host.await.unwrap();
    }
}

#[tokio::test]
async fn an_rdp_host_without_a_certificate_is_open_only() {
    let plain = [3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0];
    let standard = [
        3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0,
    ];
    let tls_that_breaks = [
        3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0,
    ];
    for answer in [&plain[..], &standard, &tls_that_breaks] {
        assert_eq!(greeting_of(Protocol::Rdp, answer.to_vec()).await, None);
    }
}

#[tokio::test]
async fn an_ssh_banner_alone_is_no_greeting() {
    let banner = b"SSH-2.0-OpenSSH_9.6\r\n".to_vec();
    assert_eq!(greeting_of(Protocol::Ssh, banner).await, None);
}

/// What comes of a host that says this and hangs up.
async fn greeting_of(protocol: Protocol, said: Vec<u8>) -> Option<HostIdentity> {
    let (listener, port) = listener().await;
    let host = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&said).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    let stream = TcpStream::connect((HERE, port)).await.unwrap();
    let greeted = greet(stream, HERE, plan(protocol, port).service).await;
    host.await.unwrap();
    greeted
}

/// A host whose one key exchange nobody else knows.
async fn odd_ssh_host() -> (JoinHandle<()>, u16) {
    let lists = ["odd@contoso.example", "ssh-ed25519"]
        .into_iter()
        .chain(["aes256-ctr"; 2])
        .chain(["hmac-sha2-256"; 2])
        .chain(["none"; 2])
        .chain([""; 2]);
    let mut payload = vec![20];
    payload.extend([7; 16]);
    for list in lists {
        payload.extend(u32::try_from(list.len()).unwrap().to_be_bytes());
        payload.extend(list.as_bytes());
    }
    payload.extend([0; 5]);
    let padding = 16 - (payload.len() + 5) % 8;
    let length = u32::try_from(payload.len() + 1 + padding).unwrap();
    let mut said = b"SSH-2.0-Odd\r\n".to_vec();
    said.extend(length.to_be_bytes());
    said.push(u8::try_from(padding).unwrap());
    said.extend(payload);
    said.resize(said.len() + padding, 0);
    let (listener, port) = listener().await;
    let host = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(&said).await;
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
    });
    (host, port)
}

#[tokio::test]
async fn a_host_that_shares_no_algorithm_greets_only_where_its_key_is_not_known() {
    let (host, port) = odd_ssh_host().await;
    let mut probe = Probe::start(plan(Protocol::Ssh, port));
    let Reachability::Greeted(identity) = probe.next().await else {
        panic!("no greeting");
    };
    assert_eq!(identity.fingerprint, None);
    assert_eq!(identity.banner.as_deref(), Some("SSH-2.0-Odd"));
    let mut probe = Probe::start(ProbePlan {
        expected: ExpectedHost {
            fingerprints: vec!["SHA256:known".to_owned()],
            strangers: Vec::new(),
        },
        ..plan(Protocol::Ssh, port)
    });
    assert_eq!(probe.next().await, Reachability::Open);
    host.abort();
}

#[test]
fn the_pace_follows_the_phases() {
    let phases = [
        Phase {
            lasts: Some(secs(30)),
            every: millis(125),
            patience: millis(900),
        },
        Phase {
            lasts: Some(secs(90)),
            every: millis(500),
            patience: millis(900),
        },
        Phase {
            lasts: None,
            every: secs(2),
            patience: millis(800),
        },
    ];
    let every = |second| pace(&phases, Duration::from_secs(second)).0.as_millis();
    assert_eq!(
        [0, 29, 30, 119, 120, 9_999].map(every),
        [125, 125, 500, 500, 2_000, 2_000]
    );
    assert_eq!(pace(&[], Duration::ZERO).0, Duration::from_secs(2));
    let zero = Phase {
        lasts: None,
        every: millis(0),
        patience: millis(1),
    };
    assert_eq!(pace(&[zero], Duration::ZERO).0, LEAST_BETWEEN);
}

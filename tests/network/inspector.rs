//! mitmdump between us and the simulator: an authority of its own, made anew for each test.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use azure_sim::{Options, Sim, VmGround};
use serde_json::Value;
use tempfile::TempDir;

/// Longer than it takes to start on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// What the simulator calls itself: no name server knows it.
pub(crate) const HOST: &str = "azure.gangway.test";

/// A proxy that looks into TLS. It ends with the value.
pub(crate) struct Inspector {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Inspector {
    /// Starts it before this simulator; with `sign_in`, a `user:password` that it wants. Without
    /// mitmdump the test is skipped.
    pub(crate) fn before(sim: &Sim, sign_in: Option<&str>) -> Option<Self> {
        let Some(program) = mitmdump() else {
            gangway_skips::skip_without("mitmdump is absent (package mitmproxy)");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let upstream = folder.path().join("upstream.pem");
        std::fs::write(&upstream, sim.ca_pem()).unwrap();
        let port = free_port();
        let mut command = Command::new(program);
        command
            .args(["--listen-host", "127.0.0.1"])
            .args(["--listen-port", &port.to_string()])
            .args(["--set", &format!("confdir={}", folder.path().display())])
            // It never looks a name up: what it is asked for leads to the simulator.
            .args(["--set", "connection_strategy=lazy"])
            .args(["--set", "upstream_cert=false"])
            .args(["--map-remote", &format!("|//{HOST}/|//{}/", sim.address())])
            .arg("--set")
            .arg(format!(
                "ssl_verify_upstream_trusted_ca={}",
                upstream.display()
            ))
            .env("HOME", folder.path())
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(sign_in) = sign_in {
            command.args(["--proxyauth", sign_in]);
        }
        let mut started = Self {
            child: command.spawn().expect("mitmdump starts"),
            port,
            folder,
        };
        started.listens();
        Some(started)
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The file with its authority's certificate.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("mitmproxy-ca-cert.pem")
    }

    /// Waits until it says so, and hears it out from then on, or it would stop at a full pipe.
    fn listens(&mut self) {
        let out = BufReader::new(self.child.stdout.take().unwrap());
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // Nobody listens any more once it has started.
                let _ = said.send(line);
            }
        });
        loop {
            let line = heard.recv_timeout(LIMIT).expect("mitmdump says something");
            if line.contains("listening at") {
                return;
            }
        }
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A simulator that goes by a name which only the proxy knows.
pub(crate) async fn sim() -> Sim {
    let options = Options {
        vms: VmGround::Nothing,
        called: Some(HOST.to_owned()),
        ..Options::new(azure_sim::estate::demo())
    };
    Sim::start(options).await.unwrap()
}

/// Its cloud, without its own root: what the proxy shows is of the proxy's.
pub(crate) fn cloud(sim: &Sim) -> Value {
    let mut cloud = sim.cloud();
    cloud.as_object_mut().unwrap().remove("extra_ca");
    cloud
}

fn mitmdump() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder: PathBuf| Path::join(&folder, "mitmdump"))
        .find(|file| file.is_file())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

//! The account that Azure CLI is signed in with, run without a console and never for ever.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};
use gangway_engine::id::TenantId;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::adapter::Adapter;
use super::entra::short;
use super::{AccessToken, Claims, Credentials, Scope};
use crate::cloud::Cloud;
use crate::error::Error;
use crate::http::transport::Carried;
use crate::platform;

mod settings;

pub(crate) use settings::Settings;

/// How long Azure CLI may take. It needs a second or two, on a slow machine ten.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The most that is read of what it prints, in bytes. A token has a few thousand.
const MOST_OUTPUT: u64 = 256 * 1024;

/// The account of Azure CLI, where that is set to our cloud.
#[derive(Debug)]
pub(crate) struct AzureCli {
    adapter: Adapter,
    cloud: Cloud,
}

impl AzureCli {
    pub(crate) fn new(cloud: &Cloud) -> Self {
        Self {
            adapter: adapter(),
            cloud: cloud.clone(),
        }
    }

    /// Whatever token it has: of a tenant, or of its own.
    pub(crate) async fn any_token(
        &self,
        tenant: Option<&TenantId>,
        scope: &Scope,
    ) -> Result<AccessToken, Error> {
        self.check()?;
        self.adapter.any_token(tenant, scope).await
    }

    /// Its settings may change while we run.
    fn check(&self) -> Result<(), Error> {
        match Settings::of_this_person() {
            Some(settings) => settings.check(&self.cloud),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Credentials for AzureCli {
    async fn token(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        self.check()?;
        self.adapter.token(tenant, scope, claims).await
    }

    async fn home(&self, scope: &Scope) -> Result<TenantId, Error> {
        self.check()?;
        self.adapter.home(scope).await
    }
}

fn adapter() -> Adapter {
    Adapter {
        name: "azure-cli",
        home: None,
        client_id: None,
        is_azure_cli: true,
        spare: Mutex::default(),
        make: Box::new(|tenant| {
            let options = AzureCliCredentialOptions {
                tenant_id: tenant.map(ToString::to_string),
                executor: Some(Arc::new(Az(Patient { limit: TIME_LIMIT }))),
                ..AzureCliCredentialOptions::default()
            };
            let credential: Arc<dyn TokenCredential> = AzureCliCredential::new(Some(options))?;
            Ok(credential)
        }),
    }
}

/// Runs Azure CLI, and tells what it prints for a token from what is none.
#[derive(Debug)]
struct Az(Patient);

#[async_trait]
impl Executor for Az {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let output = self.0.run(program, args).await;
        let output = output.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => error,
            _ => unusable(false, error.to_string()),
        })?;
        judged(output)
    }
}

/// What the shells end with where a program is not there or cannot be run: POSIX's, and that
/// of `cmd` (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>, 2.8.2).
const NOT_RUN: [i32; 3] = [126, 127, 9009];

/// Its refusals are for a person to read; all else has to be a token.
fn judged(output: Output) -> io::Result<Output> {
    let text = String::from_utf8_lossy;
    match output.status.code() {
        Some(0) if Printed::is_token(&output.stdout) => Ok(output),
        Some(0) => Err(unusable(true, printed(&text(&output.stdout)))),
        Some(code) if NOT_RUN.contains(&code) || text(&output.stderr).contains(NOT_KNOWN) => {
            Err(unusable(false, printed(&text(&output.stderr))))
        }
        Some(code) if output.stderr.trim_ascii().is_empty() => {
            let says = printed(&text(&output.stdout));
            Err(unusable(
                true,
                format!("it ended with {code} and printed {says}"),
            ))
        }
        Some(_) => Ok(output),
        None => {
            let says = printed(&text(&output.stderr));
            Err(unusable(true, format!("{}: {says}", output.status)))
        }
    }
}

/// What `cmd` says of a program that is not there, with whichever code it ends.
const NOT_KNOWN: &str = "' is not recognized";

/// The longest word of what was printed that is shown: a token is longer.
const LONGEST_WORD: usize = 60;

/// What was printed, short, in one line, and without anything that may be a token.
fn printed(text: &str) -> String {
    if text.contains("accessToken") {
        return "a token that cannot be read; Azure CLI 2.54.0 or newer is needed".to_owned();
    }
    let words: Vec<_> = text
        .split_whitespace()
        .map(|word| {
            if word.len() > LONGEST_WORD {
                "..."
            } else {
                word
            }
        })
        .collect();
    match short(&words.join(" ")) {
        text if text.is_empty() => "nothing".to_owned(),
        text => text,
    }
}

fn unusable(runs: bool, observed: String) -> io::Error {
    io::Error::other(Carried(Error::AzureCli { runs, observed }))
}

/// What is read of a token that it prints
/// (<https://learn.microsoft.com/cli/azure/account#az-account-get-access-token>).
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "accessToken")]
    _token: IgnoredAny,
    #[serde(rename = "expires_on")]
    _end: i64,
}

impl Printed {
    fn is_token(stdout: &[u8]) -> bool {
        serde_json::from_slice::<Self>(stdout).is_ok()
    }
}

/// Runs a program up to a limit of time and output, apart from our terminal.
#[derive(Debug)]
struct Patient {
    limit: Duration,
}

#[async_trait]
impl Executor for Patient {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command.args(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.kill_on_drop(true);
        platform::keep_apart(&mut command);
        let mut running = Running::new(command.spawn()?);
        let child = &mut running.child;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let whole = async {
            let (stdout, stderr) = tokio::join!(read(out), read(err));
            let status = child.wait().await?;
            Ok(Output {
                status,
                stdout: stdout?,
                stderr: stderr?,
            })
        };
        match tokio::time::timeout(self.limit, whole).await {
            Ok(output) => output,
            Err(_) => {
                let text = format!("azure cli gave no answer within {} s", self.limit.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, text))
            }
        }
    }
}

/// A program that is ended, with everything it started, when nobody waits for it any more.
struct Running {
    child: Child,
    tree: platform::Tree,
}

impl Running {
    fn new(child: Child) -> Self {
        let tree = platform::Tree::of(&child);
        Self { child, tree }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Once it was waited for, its id may be another program's.
        if self.child.id().is_some() {
            self.tree.end();
        }
    }
}

async fn read(from: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(MOST_OUTPUT).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(limit: Duration, program: &OsStr, args: &[&str]) -> io::Result<Output> {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        Patient { limit }.run(program, &args).await
    }

    #[tokio::test]
    async fn what_a_program_prints_is_read() {
        let me = std::env::current_exe().unwrap();
        let output = run(Duration::from_secs(60), me.as_os_str(), &["--list"])
            .await
            .unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("what_a_program_prints_is_read"));
    }

    #[tokio::test]
    async fn a_program_that_gives_no_answer_is_ended() {
        let (program, args) = platform::ENDLESS;
        let error = run(Duration::from_millis(300), OsStr::new(program), args)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(error.to_string().contains("no answer within"), "{error}");
    }

    /// Set in the program that a program started: where it holds a connection.
    const PORT: &str = "GANGWAY_TEST_CHILD_PORT";

    #[tokio::test]
    async fn what_a_program_started_ends_when_nobody_waits_any_more() {
        if let Ok(port) = std::env::var(PORT) {
            let mut held = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
            let _ended = std::io::Read::read(&mut held, &mut [0]);
            return;
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let line = format!(
            "{} --exact credentials::azure_cli::tests::what_a_program_started_ends_when_nobody_waits_any_more",
            std::env::current_exe().unwrap().display()
        );
        let (shell, args) = platform::through_a_shell(PORT, &port, &line);
        let args = args.each_ref().map(String::as_str);
        let limit = Duration::from_secs(60);
        let mut held = tokio::select! {
            ended = run(limit, OsStr::new(shell), &args) => panic!("{ended:?}"),
            accepted = listener.accept() => accepted.unwrap().0,
        };
        let read = tokio::time::timeout(limit, held.read_u8()).await;
        assert!(read.unwrap().is_err(), "it says nothing and ends");
    }
}

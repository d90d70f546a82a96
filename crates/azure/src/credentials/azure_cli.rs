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
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::adapter::Adapter;
use super::{AccessToken, Claims, Credentials, Scope};
use crate::cloud::Cloud;
use crate::error::Error;
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
        is_azure_cli: true,
        spare: Mutex::default(),
        make: Box::new(|tenant| {
            let options = AzureCliCredentialOptions {
                tenant_id: tenant.map(ToString::to_string),
                executor: Some(Arc::new(Patient { limit: TIME_LIMIT })),
                ..AzureCliCredentialOptions::default()
            };
            let credential: Arc<dyn TokenCredential> = AzureCliCredential::new(Some(options))?;
            Ok(credential)
        }),
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
        let mut child = command.spawn()?;
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
                platform::end(&mut child);
                let text = format!("azure cli gave no answer within {} s", self.limit.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, text))
            }
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
}

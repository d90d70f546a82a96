//! What depends on the environment: each test starts itself once more, with the variables it needs.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use gangway_azure::{Azure, Cloud, Secret, SignIn};
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use gangway_engine::problem::Cause;

/// Set in the second process, which plays the part of the program.
const ROLE: &str = "GANGWAY_TEST_ROLE";

pub(crate) fn is_program() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Runs the test `name` of this program again, as the program, with these variables.
pub(crate) fn run(name: &str, variables: &[(&str, OsString)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]);
    for name in [
        "NO_PROXY",
        "no_proxy",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(name);
    }
    command.env(ROLE, "program");
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
async fn a_proxy_that_wants_a_sign_in_is_named_without_its_password() {
    if is_program() {
        return behind_a_proxy().await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0_u8; 512];
        let read = stream.read(&mut asked).unwrap();
        stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    let value = format!("http://user:hunter2@{address}");
    run(
        "environment::a_proxy_that_wants_a_sign_in_is_named_without_its_password",
        &[
            ("HTTPS_PROXY", value.into()),
            ("PROXY_NAME", address.to_string().into()),
        ],
    );
    assert!(
        proxy
            .join()
            .unwrap()
            .starts_with("CONNECT login.contoso.example:443")
    );
}

async fn behind_a_proxy() {
    let text = r#"{"name":"far","authority":"https://login.contoso.example","resource_manager":"https://arm.contoso.example","audience":"https://arm.contoso.example"}"#;
    let cloud = Cloud::parse(text, "far.json").unwrap();
    let tenant = TenantId::new("t");
    let sign_in = SignIn::ClientSecret {
        tenant: tenant.clone(),
        client_id: "c".to_owned(),
        secret: Secret::new("s"),
    };
    let azure = Azure::new(cloud, sign_in, Arc::new(|_| {})).unwrap();
    let problem = azure.tenants(&tenant).await.unwrap_err().problem();
    assert_eq!(
        problem.cause,
        Cause::ProxySignIn {
            proxy: std::env::var("PROXY_NAME").unwrap()
        }
    );
}

/// A folder with a program `az` that prints `text` and exits with `code`, first on the path.
fn fake_az(folder: &Path, text: &str, code: u8) -> OsString {
    std::fs::write(folder.join("text"), text).unwrap();
    let text = folder.join("text");
    // A copy of a program keeps the right to be run when its content is replaced.
    std::fs::copy(std::env::current_exe().unwrap(), folder.join("az")).unwrap();
    let args = folder.join("args");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > '{}'\ncat '{}'\ncat '{}' >&2\nexit {code}\n",
        args.display(),
        text.display(),
        text.display()
    );
    std::fs::write(folder.join("az"), script).unwrap();
    let script = format!(
        "@echo off\r\necho %* > \"{}\"\r\ntype \"{}\"\r\ntype \"{}\" >&2\r\nexit /b {code}\r\n",
        args.display(),
        text.display(),
        text.display()
    );
    std::fs::write(folder.join("az.cmd"), script).unwrap();
    let old = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(
        [folder.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&old)),
    )
    .unwrap()
}

#[tokio::test]
async fn azure_cli_is_asked_for_a_token() {
    if is_program() {
        return with_azure_cli().await;
    }
    let folder = tempfile::tempdir().unwrap();
    // The middle part of the token is {"tid":"home-tenant"}.
    let token = r#"{"accessToken":"h.eyJ0aWQiOiJob21lLXRlbmFudCJ9.s","expires_on":4102444800,"tokenType":"Bearer"}"#;
    let path = fake_az(folder.path(), token, 0);
    run(
        "environment::azure_cli_is_asked_for_a_token",
        &[("PATH", path)],
    );
    let args = std::fs::read_to_string(folder.path().join("args")).unwrap();
    assert_eq!(
        args.trim(),
        "account get-access-token -o json --scope https://management.azure.com/.default"
    );
}

async fn with_azure_cli() {
    let azure = Azure::new(Cloud::public(), SignIn::AzureCli, Arc::new(|_| {})).unwrap();
    assert_eq!(
        azure.home_tenant().await.unwrap(),
        TenantId::new("home-tenant")
    );
}

#[tokio::test]
async fn what_azure_cli_says_when_it_refuses_has_a_name() {
    if is_program() {
        return with_azure_cli_refusing().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let text = "ERROR: AADSTS53003: Access has been blocked by Conditional Access policies. Trace ID: 1\nPlease run: az login\n";
    let path = fake_az(folder.path(), text, 1);
    run(
        "environment::what_azure_cli_says_when_it_refuses_has_a_name",
        &[("PATH", path)],
    );
}

async fn with_azure_cli_refusing() {
    let azure = Azure::new(Cloud::public(), SignIn::AzureCli, Arc::new(|_| {})).unwrap();
    let problem = azure.home_tenant().await.unwrap_err().problem();
    assert_eq!(
        problem.cause,
        Cause::BlockedByConditionalAccess { entra_code: 53003 }
    );
    assert_eq!(
        problem.details.observed.as_deref(),
        Some("AADSTS53003: Access has been blocked by Conditional Access policies.")
    );
}

#[tokio::test]
async fn azure_cli_tells_whose_account_it_has() {
    if is_program() {
        return with_an_account().await;
    }
    let folder = tempfile::tempdir().unwrap();
    // {"tid":"t-1","oid":"o-1","upn":"admin@contoso.example","name":"Admin"}
    let token = r#"{"accessToken":"h.eyJ0aWQiOiJ0LTEiLCJvaWQiOiJvLTEiLCJ1cG4iOiJhZG1pbkBjb250b3NvLmV4YW1wbGUiLCJuYW1lIjoiQWRtaW4ifQ.s","expires_on":4102444800,"tokenType":"Bearer"}"#;
    let path = fake_az(folder.path(), token, 0);
    run(
        "environment::azure_cli_tells_whose_account_it_has",
        &[
            ("PATH", path),
            ("AZURE_CONFIG_DIR", folder.path().as_os_str().to_owned()),
        ],
    );
}

async fn with_an_account() {
    let azure = Azure::new(Cloud::public(), SignIn::AzureCli, Arc::new(|_| {})).unwrap();
    let found = azure.azure_cli_account(None, None).await.unwrap();
    assert_eq!(found.account.as_str(), "o-1.t-1");
    assert_eq!(found.username, "admin@contoso.example");
    assert_eq!(found.name.as_deref(), Some("Admin"));
    assert_eq!(
        (&found.tenant, &found.stored),
        (&TenantId::new("t-1"), &None)
    );
    let line = |tenant: &str| azure.azure_cli_command(Some(&TenantId::new(tenant)), None);
    assert_eq!(line("contoso.example"), "az login --tenant contoso.example");
    assert_eq!(line("x; rm -rf ~"), "az login");
    assert_eq!(line("--help"), "az login");
    // Who is expected is compared before anything is kept; a guest's id tells nothing of it.
    let other = |tenant: &str| AccountId::new("o-2", &TenantId::new(tenant)).unwrap();
    azure.forget(&TenantId::new("t-1")).await;
    let wrong = azure.azure_cli_account(None, Some(&other("t-1"))).await;
    let problem = wrong.unwrap_err().problem();
    assert_eq!(problem.code(), "sign-in-mistrusted");
    let guest = azure.azure_cli_account(None, Some(&other("t-2"))).await;
    assert_eq!(guest.unwrap().account, found.account);
    // A token that cannot be had at once and is the same as before is waited for.
    tokio::time::pause();
    let tenant = TenantId::new("t-1");
    let waited = azure.await_azure_cli(Some(&tenant), None, || {});
    let waited = tokio::time::timeout(gangway_azure::AZURE_CLI_LIMIT * 2, waited).await;
    let error = waited.unwrap().unwrap_err();
    assert_eq!(error.problem().code(), "sign-in-timed-out");
}

#[tokio::test]
async fn azure_cli_in_another_cloud_is_not_asked() {
    if is_program() {
        return with_another_cloud().await;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("config"),
        "[cloud]\nname = AzureUSGovernment\n",
    )
    .unwrap();
    let path = fake_az(folder.path(), "{}", 0);
    run(
        "environment::azure_cli_in_another_cloud_is_not_asked",
        &[
            ("PATH", path),
            ("AZURE_CONFIG_DIR", folder.path().as_os_str().to_owned()),
        ],
    );
    assert!(!folder.path().join("args").exists(), "it was run");
}

async fn with_another_cloud() {
    let azure = Azure::new(Cloud::public(), SignIn::AzureCli, Arc::new(|_| {})).unwrap();
    let problem = azure.home_tenant().await.unwrap_err().problem();
    assert_eq!(problem.code(), "not-signed-in");
    let seen = problem.details.observed.unwrap();
    assert!(seen.contains("AzureUSGovernment"), "{seen}");
}

#[tokio::test]
async fn azure_cli_that_cannot_be_used_is_told_at_once() {
    const NAME: &str = "environment::azure_cli_that_cannot_be_used_is_told_at_once";
    const WANTED: &str = "GANGWAY_TEST_WANTED";
    if is_program() {
        let wanted = std::env::var(WANTED).unwrap();
        return with_azure_cli_unusable(&wanted).await;
    }
    let long = "x".repeat(100);
    let old = format!(r#"{{"accessToken":"{long}","tokenType":"Bearer"}}"#);
    let rubbish = format!("Welcome\tto\nAzure {long}!\n");
    for (text, code, wanted) in [
        (rubbish.as_str(), 0, "answer-unusable: Welcome to Azure ..."),
        ("", 0, "answer-unusable: nothing"),
        (
            "",
            1,
            "answer-unusable: it ended with 1 and printed nothing",
        ),
        (
            &old,
            0,
            "answer-unusable: a token that cannot be read; Azure CLI 2.54.0 or newer is needed",
        ),
        ("az: no python\n", 127, "way-forbidden: az: no python"),
        (
            "Please run az login\n",
            1,
            "sign-in-timed-out: Please run az login",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = fake_az(folder.path(), text, code);
        run(
            NAME,
            &[
                ("PATH", path),
                ("AZURE_CONFIG_DIR", folder.path().as_os_str().to_owned()),
                (WANTED, wanted.into()),
            ],
        );
    }
}

async fn with_azure_cli_unusable(wanted: &str) {
    let azure = Azure::new(Cloud::public(), SignIn::AzureCli, Arc::new(|_| {})).unwrap();
    let (code, words) = wanted.split_once(": ").unwrap();
    if code != "sign-in-timed-out" {
        // Who only looks whether somebody is signed in hears that nobody is.
        let looked = azure.azure_cli_account(None, None).await.unwrap_err();
        assert_eq!(looked.problem().code(), "not-signed-in");
    }
    let before = tokio::time::Instant::now();
    let problem = azure.await_azure_cli(None, None, tokio::time::pause).await;
    let problem = problem.unwrap_err().problem();
    assert_eq!(problem.code(), code, "{problem:?}");
    let seen = match problem.cause {
        Cause::AnswerUnusable { came, .. } => came,
        _ => problem.details.observed.unwrap(),
    };
    assert!(seen.contains(words), "{seen}");
    let waited = before.elapsed() >= gangway_azure::AZURE_CLI_LIMIT;
    assert_eq!(waited, code == "sign-in-timed-out");
}

//! The browser without a screen: it stays on this machine, lands at the application's port, and is a program too.

use std::process::Stdio;

use azure_sim::{Error, Visitor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use url::Url;

use super::flow::*;

/// An application's loopback port: answers once, and gives the request's first line.
async fn lands(listener: TcpListener, answer: &'static str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        assert_ne!(read, 0);
        request.extend_from_slice(&part[..read]);
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
    let answer = format!("{head}{answer}");
    stream.write_all(answer.as_bytes()).await.unwrap();
    let request = String::from_utf8(request).unwrap();
    request.lines().next().unwrap().to_owned()
}

async fn port(ip: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind((ip, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, format!("http://localhost:{port}"))
}

#[tokio::test]
async fn the_redirect_is_followed_on_either_family_and_its_page_told() {
    let client = Client::new().await;
    for ip in ["127.0.0.1", "::1"] {
        let (listener, redirect) = port(ip).await;
        let fields = with(client.asks(), "redirect_uri", &redirect);
        let page = client.page("common", &fields);
        let mut browser = person(WORKER);
        let (line, visit) = tokio::join!(
            lands(listener, "<p>You can &quot;close&quot; this page.</p>"),
            browser.visit(&page)
        );
        let visit = visit.unwrap();
        assert!(visit.arrived());
        assert_eq!(visit.said, "You can \"close\" this page.");
        assert!(line.starts_with("GET /?code="), "{line}");
    }
}

#[tokio::test]
async fn form_post_lands_too() {
    let client = Client::new().await;
    let (listener, redirect) = port("127.0.0.1").await;
    let fields = with(client.asks(), "redirect_uri", &redirect);
    let fields = with(fields, "response_mode", "form_post");
    let page = client.page("common", &fields);
    let mut browser = person(WORKER);
    let (line, visit) = tokio::join!(lands(listener, "thanks"), browser.visit(&page));
    assert_eq!(visit.unwrap().said, "thanks");
    assert!(line.starts_with("POST / "), "{line}");
}

#[tokio::test]
async fn nothing_but_loopback_is_visited() {
    for address in [
        "https://login.example/",
        "http://192.0.2.1/",
        "http://localhost.example/",
        "file:///etc/hostname",
    ] {
        let error = Visitor::new().unwrap().visit(address).await.unwrap_err();
        assert!(matches!(error, Error::NotLoopback { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_strange_certificate_is_not_trusted() {
    let client = Client::new().await;
    let page = format!("{}/devicelogin", client.azure.sim.base());
    let error = Visitor::new().unwrap().visit(&page).await.unwrap_err();
    assert!(matches!(error, Error::Visit { .. }), "{error}");
}

async fn program(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_azure-sim"))
        .arg("visit")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), said)
}

#[tokio::test]
async fn the_program_does_the_same_and_its_exit_code_says_how_it_went() {
    let client = Client::new().await;
    let (listener, redirect) = port("127.0.0.1").await;
    let fields = with(client.asks(), "redirect_uri", &redirect);
    let page = client.page("common", &with(fields, "claims", ACRS));
    let arguments = ["--as", WORKER, "--mfa", page.as_str()];
    let (line, (well, said)) = tokio::join!(lands(listener, "welcome"), program(&arguments));
    assert!(well && line.contains("code="), "{line}");
    assert_eq!(said, "welcome\n");
    let (well, said) = program(&["--as", WORKER, page.as_str()]).await;
    assert!(!well && said.contains("Approve the sign-in"), "{said}");
}

#[tokio::test]
async fn the_program_visits_pages_over_tls_with_the_cloud_file() {
    let client = Client::new().await;
    let sim = &client.azure.sim;
    let folder = tempfile::tempdir().unwrap();
    let cloud = folder.path().join("cloud.json");
    sim.write_cloud(&cloud).unwrap();
    let mut page = Url::parse(sim.base()).unwrap();
    page.set_path("/common/oauth2/v2.0/logout");
    let cloud = cloud.to_str().unwrap();
    let (well, said) = program(&["--cloud", cloud, page.as_str()]).await;
    assert!(well && said.contains("signed out"), "{said}");
}

#[tokio::test]
async fn one_browser_is_signed_in_over_both_addresses_and_at_one_simulator() {
    let (client, other) = (Client::new().await, Client::new().await);
    let sim = &client.azure.sim;
    let mut browser = Visitor::trusting(sim.ca_pem())
        .unwrap()
        .signing_in_as(WORKER)
        .not_landing();
    let page = client.page("common", &client.asks());
    for (address, pages) in [
        (page.clone(), 2),
        (other.page("common", &other.asks()), 2),
        (page.replace(sim.pages(), sim.base()), 0),
        (page, 0),
    ] {
        let visit = browser.visit(&address).await.unwrap();
        assert_eq!(visit.pages.len(), pages, "{visit:?}");
    }
}

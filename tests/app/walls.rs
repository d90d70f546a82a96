//! What the page may not do, whatever ran inside of it, and what it never gets to see.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::driver::Driver;
use crate::session::Session;
use crate::stage::beside;
use crate::tray::Tray;
use crate::wait;

const ADMIN: &str = "admin@contoso.example";

/// What plugins and tauri itself could do, were it granted.
const OTHERS: &[(&str, &str)] = &[
    ("plugin:window|set_title", r#"{"value": "x"}"#),
    ("plugin:window|close", "{}"),
    (
        "plugin:webview|create_webview_window",
        r#"{"options": {"label": "x", "url": "https://contoso.example/"}}"#,
    ),
    (
        "plugin:event|emit",
        r#"{"event": "snapshot-changed", "payload": null}"#,
    ),
    ("plugin:app|version", "{}"),
    ("plugin:path|resolve_directory", r#"{"directory": 1}"#),
    ("plugin:menu|new", r#"{"kind": "Menu"}"#),
    ("plugin:tray|new", "{}"),
    (
        "plugin:opener|open_url",
        r#"{"url": "https://contoso.example/"}"#,
    ),
    ("plugin:opener|open_path", r#"{"path": "/etc/passwd"}"#),
    ("plugin:autostart|enable", "{}"),
    ("quit", "{}"),
];

fn invoke(driver: &Driver, command: &str, arguments: &str) -> Value {
    let command = Value::from(command);
    driver.promise(&format!(
        "window.__TAURI_INTERNALS__.invoke({command}, {arguments})"
    ))
}

#[test]
fn the_page_calls_three_commands_and_no_other() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "window"]);
    let tray = Tray::of(&desk);
    driver.until_text("Virtual machines");
    assert_eq!(driver.eval("'__TAURI__' in window"), false);
    for (command, arguments) in OTHERS {
        let answer = invoke(&driver, command, arguments);
        assert!(answer["error"].is_string(), "{command}: {answer}");
    }
    for (command, arguments) in [
        ("snapshot", "{}"),
        ("query", r#"{"query": {"query": "about"}}"#),
    ] {
        let answer = invoke(&driver, command, arguments);
        assert!(answer["ok"].is_object(), "{command}: {answer}");
    }
    tray.quit();
}

#[test]
fn no_foreign_code_runs_and_nothing_is_fetched() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "window"]);
    let tray = Tray::of(&desk);
    driver.until_text("Virtual machines");
    driver.eval("window.refused = [], document.addEventListener('securitypolicyviolation', (it) => window.refused.push(it.effectiveDirective)), null");
    let script = "document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' })), null";
    driver.eval(script);
    wait::until("the refusal", || {
        let refused = driver.eval("window.refused.some((it) => it.startsWith('script-src'))");
        (refused == true).then_some(())
    });
    assert_eq!(driver.eval("window.ran === undefined"), true);
    let evaluated = driver.promise("(async () => (0, eval)('1 + 1'))()");
    assert!(evaluated["error"].is_string(), "{evaluated}");
    let elsewhere = desk.stage.sim.base().to_owned();
    for address in [&*elsewhere, "http://127.0.0.1:9/", "file:///etc/passwd"] {
        let fetched = driver.promise(&format!("fetch({})", Value::from(address)));
        assert!(fetched["error"].is_string(), "{address}: {fetched}");
    }
    // A page of somebody else's is never shown, in this window or in another.
    driver.eval(&format!("window.open({}), null", Value::from(&*elsewhere)));
    driver.eval(&format!(
        "location.assign({}), null",
        Value::from(&*elsewhere)
    ));
    let here = driver.eval("location.href");
    assert!(
        here.as_str().unwrap().starts_with("tauri://localhost/"),
        "{here}"
    );
    assert_eq!(desk.screen.windows_of(tray.process()).len(), 1);
    tray.quit();
}

#[test]
fn a_sign_in_ends_without_a_secret_in_the_page() {
    let Some(session) = Session::with_keyring() else {
        return;
    };
    let Some(mut desk) = Desk::bare(session, azure_sim::estate::demo()) else {
        return;
    };
    desk.open_panel();
    let browser = json!([beside("azure-sim"), "visit", "--as", ADMIN, "--mfa"]);
    let client = desk.stage.sim.public_client_id();
    desk.set(&format!("client_id = {client:?}\nbrowser = {browser}\n"));
    desk.stage
        .sim
        .set(|switches| switches.canary = Some("canary4711".to_owned()));
    let driver = Driver::start(&desk, &mut desk.tray_of_nobody(&["--open", "window"]));
    let mut tray = Tray::of(&desk);
    driver.until_text("Sign in");
    tray.until("nobody", |look| {
        look.icon == "signed-out" && look.has("Sign in")
    });
    // Everything that the page is told from now on.
    driver.eval("window.heard = [], null");
    let listened = driver.promise(
        "window.__TAURI_INTERNALS__.invoke('plugin:event|listen', { event: 'snapshot-changed',
           target: { kind: 'Any' },
           handler: window.__TAURI_INTERNALS__.transformCallback((it) => window.heard.push(it)) })",
    );
    assert!(listened.get("ok").is_some(), "{listened}");
    let wish =
        json!({"wish": {"intent": "sign-in", "way": "browser", "tenant": null, "account": null}});
    let begun = invoke(&driver, "dispatch", &wish.to_string());
    assert!(begun.get("ok").is_some(), "{begun}");
    let look = tray.until("somebody", |look| look.icon == "ready");
    assert!(!look.has("Sign in"), "{look:#?}");
    let mut told = driver
        .eval("JSON.stringify(window.heard)")
        .as_str()
        .unwrap()
        .to_owned();
    assert!(told.contains(ADMIN), "the page was told who it is: {told}");
    told += &invoke(&driver, "snapshot", "{}").to_string();
    for query in ["about", "settings", "profiles", "subscriptions"] {
        let asked = json!({"query": {"query": query}});
        told += &invoke(&driver, "query", &asked.to_string()).to_string();
    }
    told += driver
        .eval("document.documentElement.outerHTML")
        .as_str()
        .unwrap();
    let secrets = desk.stage.sim.secrets();
    assert!(secrets.len() > 3, "{}", secrets.len());
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain(["canary4711", "eyJ"])
    {
        assert!(!told.contains(secret), "a secret reached the page");
    }
    tray.quit();
}

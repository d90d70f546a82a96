//! What leaves this program for the person's desktop: a text, a folder, a page.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tauri::{AppHandle, Manager as _, Url};

use crate::shell::Shell;

/// The clipboard. On X11 a text is there only as long as whoever put it there.
#[derive(Default)]
pub(crate) struct Clipboard(Mutex<Option<arboard::Clipboard>>);

/// Puts this text on the clipboard.
pub(crate) async fn copy(app: &AppHandle, text: String) {
    let app = app.clone();
    let copied = tokio::task::spawn_blocking(move || {
        let clipboard = app.state::<Clipboard>();
        let mut held = clipboard.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut clipboard = match held.take() {
            Some(clipboard) => clipboard,
            None => arboard::Clipboard::new()?,
        };
        clipboard.set_text(text)?;
        *held = Some(clipboard);
        Ok::<(), arboard::Error>(())
    });
    match copied.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "nothing was copied"),
        Err(_) => tracing::warn!("nothing was copied"),
    }
}

/// Shows a folder of this program in the desktop's own way.
pub(crate) async fn show_folder(folder: &Path) {
    let folder = folder.to_owned();
    let opened =
        tokio::task::spawn_blocking(move || tauri_plugin_opener::open_path(folder, None::<&str>));
    if let Ok(Err(error)) = opened.await {
        tracing::warn!(%error, "a folder was not shown");
    }
}

/// Opens a page in the person's browser: one that the engine named, no other.
pub(crate) async fn open(app: &AppHandle, page: &str) {
    let Ok(runtime) = app.state::<Shell>().runtime().await else {
        return;
    };
    let named = serde_json::to_value(&runtime.shown().snapshot)
        .is_ok_and(|snapshot| names(&snapshot, page));
    if !named || !is_page(page) {
        tracing::warn!("a page that nobody named was not opened");
        return;
    }
    let browser = runtime.settings().sign_in.browser.clone();
    if let Err(error) = gangway_runtime::open_page(page, &browser).await {
        tracing::warn!(%error, "a page was not opened");
    }
}

/// Whether this very text stands in the snapshot.
fn names(value: &Value, page: &str) -> bool {
    match value {
        Value::String(text) => text == page,
        Value::Array(values) => values.iter().any(|value| names(value, page)),
        Value::Object(fields) => fields.values().any(|value| names(value, page)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A page is read over TLS; on this machine itself it need not be.
fn is_page(text: &str) -> bool {
    let Ok(url) = text.parse::<Url>() else {
        return false;
    };
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => host == "127.0.0.1" || host == "localhost",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_snapshot_names_is_opened() {
        let page = "https://login.contoso.example/consent?client=1";
        let snapshot = json!({"connections": [{"ways_out": [{"page": page}]}], "other": 1});
        assert!(names(&snapshot, page));
        assert!(!names(&snapshot, "https://login.contoso.example/"));
        assert!(!names(&snapshot, ""));
    }

    #[test]
    fn a_page_is_no_program_and_no_file() {
        for (text, page) in [
            ("https://microsoft.com/devicelogin", true),
            ("http://127.0.0.1:4711/authorize", true),
            ("http://contoso.example/", false),
            ("file:///etc/passwd", false),
            ("gangway://connect?vm=x", false),
            ("javascript:alert(1)", false),
            ("xterm", false),
        ] {
            assert_eq!(is_page(text), page, "{text}");
        }
    }
}

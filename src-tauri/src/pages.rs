//! What leaves this program for the person's desktop: a text, a folder, a page.

use std::fmt::Display;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use gangway_engine::problem::{Cause, Deed, Problem};
use serde_json::Value;
use tauri::{AppHandle, Manager as _, Url};

use crate::shell::Shell;

/// The clipboard. On X11 a text is there only as long as whoever put it there.
#[derive(Default)]
pub(crate) struct Clipboard(Mutex<Option<arboard::Clipboard>>);

/// Puts this text on the clipboard.
pub(crate) async fn copy(app: &AppHandle, text: String) -> Result<(), Problem> {
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
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(not_done(Deed::Copy, &error)),
        Err(error) => Err(not_done(Deed::Copy, &error)),
    }
}

/// Shows a folder of this program in the desktop's own way.
pub(crate) async fn show_folder(folder: &Path) -> Result<(), Problem> {
    let folder = folder.to_owned();
    let opened =
        tokio::task::spawn_blocking(move || tauri_plugin_opener::open_path(folder, None::<&str>));
    match opened.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(not_done(Deed::ShowFolder, &error)),
        Err(error) => Err(not_done(Deed::ShowFolder, &error)),
    }
}

/// Opens a page in the person's browser: one that the engine named, no other.
pub(crate) async fn open(app: &AppHandle, page: &str) -> Result<(), Problem> {
    let runtime = app.state::<Shell>().runtime().await?;
    let named = serde_json::to_value(&runtime.shown().snapshot)
        .is_ok_and(|snapshot| names(&snapshot, page));
    if !named || !is_page(page) {
        return Err(not_done(Deed::OpenPage, &"nobody named this page"));
    }
    let browser = runtime.settings().sign_in.browser.clone();
    match gangway_runtime::open_page(page, &browser).await {
        Ok(_) => Ok(()),
        Err(error) => Err(not_done(Deed::OpenPage, &error)),
    }
}

fn not_done(deed: Deed, why: &dyn Display) -> Problem {
    tracing::warn!(%why, ?deed, "the desktop did not do it");
    Problem::new(Cause::NotDone { deed }).observed(why.to_string())
}

/// Whether the snapshot names this very text as a page. Names, and links from outside, stand
/// under other keys.
fn names(value: &Value, page: &str) -> bool {
    let is_it = |(key, value): (&String, &Value)| match value {
        Value::String(text) => key == "page" && text == page,
        _ => names(value, page),
    };
    match value {
        Value::Array(values) => values.iter().any(|value| names(value, page)),
        Value::Object(fields) => fields.iter().any(is_it),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => false,
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
    fn a_name_is_no_page() {
        let address = "https://phish.example/";
        let snapshot = json!({
            "link": {"vm": address, "found": {"vm": {"name": address, "tags": [address]}}},
            "connections": [{"vm_name": address, "problem": {"params": {"query": address}}}],
            "page": ["", address],
        });
        assert!(!names(&snapshot, address));
    }

    #[test]
    fn what_was_not_done_says_so() {
        let problem = not_done(Deed::Copy, &"no clipboard");
        assert_eq!(problem.code(), "not-done");
        assert_eq!(problem.details.observed.as_deref(), Some("no clipboard"));
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

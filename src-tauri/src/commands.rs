//! What views may call: three commands, as the build script names them.

use gangway_engine::problem::Problem;
use gangway_engine::query::{Page, Query};
use gangway_engine::snapshot::Shown;
use gangway_engine::wish::{Done, Wish};
use tauri::ipc::Invoke;
use tauri::{Manager as _, State, WebviewWindow, Wry};

use crate::shell::Shell;
use crate::wish::{self, Origin};

/// The commands.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![dispatch, query, snapshot]
}

/// Does what a person wants.
#[tauri::command]
async fn dispatch(window: WebviewWindow, wish: Wish) -> Result<Done, Problem> {
    wish::carry_out(window.app_handle(), wish, Origin::View(&window)).await
}

/// Reads a list.
#[tauri::command]
async fn query(shell: State<'_, Shell>, query: Query) -> Result<Page, Problem> {
    let mut page = shell.runtime().await?.query(query).await?;
    if let Page::About(about) = &mut page {
        about.web_view = tauri::webview_version().ok();
    }
    Ok(page)
}

/// The truth at this moment.
#[tauri::command]
async fn snapshot(shell: State<'_, Shell>) -> Result<Shown, Problem> {
    Ok(shell.shown().await)
}

//! macOS: icons are templates that the system shades, and notices are told by the system.

mod autostart;

use std::future::pending;

use gangway_engine::notice::NoticeView;
use notify_rust::{Notification, NotificationResponse};
use tauri::{RunEvent, WebviewWindow};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) use self::autostart::{own_program, start_no_more, start_with_session};
use super::Taskbar;
use crate::notices::{CLICK, Nonces};

/// It would stand beside the icon.
pub(crate) const TRAY_TITLE: Option<&str> = None;
/// The menu bar shades them.
pub(crate) const ICONS_ARE_TEMPLATES: bool = true;
/// Scheme and host of this program's own page (`use_https_scheme` is off).
pub(crate) const PAGE: (&str, &str) = ("tauri", "localhost");

/// The desktop knows this program by its files, and a terminal is there where one started it.
pub(crate) fn begin() {}

/// The views' processes end with this one.
pub(crate) fn end_views() {}

/// There is always a desktop.
pub(crate) fn has_desktop() -> bool {
    true
}

/// Returns when somebody ends this program; never where the system does not tell of that.
pub(crate) async fn told_to_end() {
    match signal(SignalKind::terminate()) {
        Ok(mut told) => drop(told.recv().await),
        Err(_) => pending().await,
    }
}

/// Shows a window and gives it the keyboard.
pub(crate) fn come_forward(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.set_focus()
}

/// The system's own view is ready when it is asked for.
pub(crate) fn draw_plainly(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// The links that the system hands over: there is no second start.
pub(crate) fn links(event: &RunEvent) -> Vec<String> {
    match event {
        RunEvent::Opened { urls } => urls.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Templates have no shade of their own: the ones for a bright bar are black.
pub(crate) fn taskbar() -> Taskbar {
    Taskbar::Light
}

/// The system shades the icons.
pub(crate) async fn follow_taskbar(_tell: impl FnMut(Taskbar)) {}

/// The menu bar is always there.
pub(crate) struct TrayHosts;

impl TrayHosts {
    pub(crate) async fn listen() -> Self {
        Self
    }

    /// Never returns: what could not be shown once will not be later.
    pub(crate) async fn comes(&mut self) {
        pending().await
    }
}

/// A notice on the desktop. A newer one stands beside it, for nothing here replaces one.
pub(crate) struct ShownNotice;

impl ShownNotice {
    /// There is no way to take one away through this system's older interface.
    pub(crate) async fn close(self) {}
}

/// Shows a notice. `answered` is told the button's key, or `None` when it went without.
pub(crate) async fn show_notice(
    view: &NoticeView,
    _nonces: &Nonces,
    _before: Option<ShownNotice>,
    answered: impl Fn(Option<String>) + Send + Sync + 'static,
) -> anyhow::Result<ShownNotice> {
    let mut notice = Notification::new();
    notice.summary(&view.title).body(&view.body);
    for button in &view.buttons {
        notice.action(&button.key, &button.label);
    }
    let handle = notice.show()?;
    // Waiting blocks a thread of its own until the notice is answered or gone.
    tokio::task::spawn_blocking(move || {
        let waited = handle.wait_for_response(move |response: &NotificationResponse| {
            answered(match response {
                NotificationResponse::Default => Some(CLICK.to_owned()),
                NotificationResponse::Action(key) => Some(key.clone()),
                NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
            });
        });
        if let Err(error) = waited {
            tracing::debug!(%error, "a notice was not waited for");
        }
    });
    Ok(ShownNotice)
}

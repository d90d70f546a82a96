//! The popover and the window: made when they are wanted, gone when they are closed.

mod build;
mod retire;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gangway_engine::snapshot::Shown;
use gangway_engine::wish::WindowPage;
use tauri::{AppHandle, Emitter as _, EventTarget, Manager as _, Rect, Theme, WebviewWindow};
use tauri::{Window, WindowEvent};
use tokio::task::AbortHandle;

use crate::place::Point;
use crate::shell::Shell;
use crate::{notices, platform, tray};

/// The popover at the tray.
pub(crate) const POPOVER: &str = "popover";
/// The window.
pub(crate) const WINDOW: &str = "window";
/// The one event that views hear.
const CHANGED: &str = "snapshot-changed";

/// A click on the tray takes the focus from the popover, which hides it, before it is heard:
/// it meant to hide it, not to bring it back.
const SAME_CLICK: Duration = Duration::from_millis(300);

/// The second click of two that meant one: on Windows both are told as clicks
/// (<https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-getdoubleclicktime>).
const SECOND_CLICK: Duration = Duration::from_millis(500);

/// What is known of the windows.
#[derive(Default)]
pub(crate) struct Windows {
    /// Held while one is made, so that two clicks make one.
    making: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Windows that have the focus: a person looks at them.
    focused: BTreeSet<String>,
    /// Whether the popover had the focus since it was shown: only then can it lose it.
    popover_was_focused: bool,
    popover_shown: Option<Instant>,
    popover_hidden: Option<Instant>,
    /// Where the tray was clicked last.
    anchor: Option<Point>,
    theme: Option<Theme>,
    /// The popover asks whether a person means to quit.
    asks_to_quit: bool,
    /// What destroys the hidden popover in time.
    retires: Option<AbortHandle>,
}

impl Windows {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an icon stands, where that is told at all.
pub(crate) fn anchor(icon: Rect) -> Option<Point> {
    let place = icon.position.to_physical::<i32>(1.0);
    let size = icon.size.to_physical::<i32>(1.0);
    let told = size.width > 0 && size.height > 0;
    told.then(|| (place.x + size.width / 2, place.y + size.height / 2))
}

/// Shows the popover at the place that was clicked, or hides it.
pub(crate) async fn toggle_popover(app: &AppHandle, anchor: Point) {
    let visible = popover_of(app).is_some_and(|popover| popover.is_visible().unwrap_or(false));
    let click = {
        let windows = app.state::<Windows>();
        let mut known = windows.known();
        known.anchor = Some(anchor);
        let since = |at: Option<Instant>| at.map(|at| at.elapsed());
        meant(
            visible,
            since(known.popover_shown),
            since(known.popover_hidden),
        )
    };
    match click {
        Click::Shows => popover(app).await,
        Click::Hides => hide_popover(app),
        Click::Nothing => {}
    }
}

/// What a click on the tray means to the popover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Click {
    Shows,
    Hides,
    Nothing,
}

/// What a click means, so long after the popover was shown and hidden.
fn meant(visible: bool, shown: Option<Duration>, hidden: Option<Duration>) -> Click {
    let second = shown.is_some_and(|ago| ago <= SECOND_CLICK);
    match (visible, second) {
        (true, true) => Click::Nothing,
        (true, false) => Click::Hides,
        // Its press took the focus away, and with it the popover.
        (false, true) => Click::Shows,
        (false, false) if hidden.is_some_and(|ago| ago <= SAME_CLICK) => Click::Nothing,
        (false, false) => Click::Shows,
    }
}

/// Shows the popover at the tray.
pub(crate) async fn popover(app: &AppHandle) {
    // Whatever it asked before, it does not ask any more.
    app.state::<Windows>().known().asks_to_quit = false;
    show_popover(app, "#/popover").await;
}

/// Asks in the popover whether a person means it: closing it is a no.
pub(crate) async fn ask_to_quit(app: &AppHandle) {
    show_popover(app, "#/popover/quit").await;
    app.state::<Windows>().known().asks_to_quit = true;
}

/// Whether the popover asks just now.
pub(crate) fn asks_to_quit(app: &AppHandle) -> bool {
    app.state::<Windows>().known().asks_to_quit
}

async fn show_popover(app: &AppHandle, hash: &str) {
    let windows = app.state::<Windows>();
    let _making = windows.making.lock().await;
    let made = match popover_of(app) {
        Some(popover) => go(&popover, hash)
            .and_then(|()| build::put_popover(app, &popover))
            .and_then(|()| appear(&popover)),
        None => build::popover(app, hash),
    };
    if let Err(error) = made {
        tracing::error!(%error, "no popover");
    }
}

/// Shows the window at this page, or where it is.
pub(crate) async fn window(app: &AppHandle, page: Option<&WindowPage>) {
    let windows = app.state::<Windows>();
    let _making = windows.making.lock().await;
    let made = match app.get_webview_window(WINDOW) {
        Some(window) => page
            .map_or(Ok(()), |page| go(&window, &build::hash(page)))
            .and_then(|()| window.unminimize())
            .and_then(|()| appear(&window)),
        None => build::window(app, page.unwrap_or(&WindowPage::Vms)),
    };
    match made {
        Ok(()) => hide_popover(app),
        Err(error) => tracing::error!(%error, "no window"),
    }
}

/// Brings what is open to the front; where nothing is, nothing happens.
pub(crate) fn bring_forward(app: &AppHandle) -> bool {
    let open = [POPOVER, WINDOW]
        .iter()
        .filter_map(|label| app.get_webview_window(label))
        .find(|window| window.is_visible().unwrap_or(false));
    open.is_some_and(|window| window.unminimize().and_then(|()| appear(&window)).is_ok())
}

/// Closes the window that asks. The popover stays for a while, so that it is there at once
/// when it is wanted again.
pub(crate) fn close(window: &WebviewWindow) {
    if window.label() == POPOVER {
        hide_popover(window.app_handle());
    } else if let Err(error) = window.close() {
        tracing::debug!(%error, "closed already");
    }
}

/// Tells every window that is open what is true now.
pub(crate) fn tell(app: &AppHandle, shown: &Shown) {
    for (label, window) in app.webview_windows() {
        if window.is_visible().unwrap_or(false) {
            tell_one(app, &label, shown);
        }
    }
}

/// Light, dark, or as the system has it.
pub(crate) fn theme(app: &AppHandle, theme: Option<Theme>) {
    let windows = app.state::<Windows>();
    let before = std::mem::replace(&mut windows.known().theme, theme);
    if before != theme {
        app.set_theme(theme);
    }
}

/// What happens to windows.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    let label = window.label();
    match event {
        WindowEvent::Focused(true) => {
            let windows = app.state::<Windows>();
            let mut known = windows.known();
            known.focused.insert(label.to_owned());
            known.popover_was_focused |= label == POPOVER;
            drop(known);
            watched(app);
        }
        WindowEvent::Focused(false) => {
            let windows = app.state::<Windows>();
            let mut known = windows.known();
            known.focused.remove(label);
            let blurred = label == POPOVER && known.popover_was_focused;
            drop(known);
            if blurred {
                hide_popover(app);
            }
            watched(app);
        }
        WindowEvent::Destroyed => {
            let windows = app.state::<Windows>();
            let mut known = windows.known();
            known.focused.remove(label);
            known.asks_to_quit &= label != POPOVER;
            drop(known);
            watched(app);
        }
        _ => {}
    }
}

fn popover_of(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(POPOVER)
}

fn hide_popover(app: &AppHandle) {
    let Some(popover) = popover_of(app) else {
        return;
    };
    if !popover.is_visible().unwrap_or(false) {
        return;
    }
    let windows = app.state::<Windows>();
    {
        let mut known = windows.known();
        known.focused.remove(POPOVER);
        known.popover_was_focused = false;
        known.popover_hidden = Some(Instant::now());
        known.asks_to_quit = false;
        let before = known.retires.replace(retire::later(app));
        if let Some(before) = before {
            before.abort();
        }
    }
    if let Err(error) = popover.hide() {
        tracing::debug!(%error, "the popover is gone");
    }
    watched(app);
}

/// Shows it, and then tells it what is true: whoever is hidden is told nothing, so what
/// changed before it was seen would never reach it.
fn appear(window: &WebviewWindow) -> tauri::Result<()> {
    let (app, label) = (window.app_handle(), window.label());
    if label == POPOVER {
        app.state::<Windows>().known().popover_shown = Some(Instant::now());
    }
    platform::come_forward(window)?;
    if let Some(shown) = app.state::<Shell>().shown_now() {
        tell_one(app, label, &shown);
    }
    Ok(())
}

/// The page stands in the hash: the view itself stays.
fn go(window: &WebviewWindow, hash: &str) -> tauri::Result<()> {
    let hash = serde_json::to_string(hash)?;
    window.eval(format!("location.hash = {hash}"))
}

fn tell_one(app: &AppHandle, label: &str, shown: &Shown) {
    let target = EventTarget::webview_window(label);
    if let Err(error) = app.emit_to(target, CHANGED, shown) {
        tracing::debug!(%error, label, "a window was told nothing");
    }
}

/// Tells the engine whether a person looks: what a window shows needs no notice.
pub(crate) fn watched(app: &AppHandle) {
    let watched = !app.state::<Windows>().known().focused.is_empty();
    if watched {
        notices::close_all(app);
    }
    if let Some(runtime) = app.state::<Shell>().runtime_now() {
        runtime.watched(watched);
    }
}

/// Where the tray is, as far as anybody told.
fn tray_place(app: &AppHandle) -> Option<Point> {
    let clicked = app.state::<Windows>().known().anchor;
    tray::place(app).and_then(anchor).or(clicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Option<Duration> {
        Some(Duration::from_millis(ms))
    }

    #[test]
    fn a_click_shows_and_a_later_one_hides() {
        assert_eq!(meant(false, None, None), Click::Shows);
        assert_eq!(meant(true, ms(2_000), None), Click::Hides);
        assert_eq!(meant(false, ms(9_000), ms(2_000)), Click::Shows);
    }

    #[test]
    fn the_click_that_took_the_focus_does_not_bring_it_back() {
        assert_eq!(meant(false, ms(2_000), ms(100)), Click::Nothing);
    }

    #[test]
    fn two_clicks_that_mean_one_leave_it_open() {
        assert_eq!(meant(true, ms(200), None), Click::Nothing);
        assert_eq!(meant(true, ms(200), ms(900)), Click::Nothing);
        assert_eq!(meant(false, ms(200), ms(80)), Click::Shows);
    }
}

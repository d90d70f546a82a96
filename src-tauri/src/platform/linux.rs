//! Linux: everything is said over the session bus.

mod autostart;
mod views;

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use gangway_engine::notice::NoticeView;
use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tauri::{RunEvent, WebviewWindow};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream};

pub(crate) use self::autostart::{own_program, start_no_more, start_with_session};
pub(crate) use self::views::end_views;
use super::Taskbar;
use crate::notices::{CLICK, Nonces};

/// Desktops show it as the tooltip's first line.
pub(crate) const TRAY_TITLE: Option<&str> = Some("Gangway");
/// The icons come in the taskbar's own shade.
pub(crate) const ICONS_ARE_TEMPLATES: bool = false;
/// Scheme and host of this program's own page (`use_https_scheme` is off).
pub(crate) const PAGE: (&str, &str) = ("tauri", "localhost");

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const APPEARANCE: &str = "org.freedesktop.appearance";
const SCHEME: &str = "color-scheme";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const PORTAL_SETTINGS: &str = "org.freedesktop.portal.Settings";

/// How long a desktop has to take a notice: the bus itself waits for ever, and the next
/// notice waits behind this one.
const TAKES: Duration = Duration::from_secs(10);

/// The desktop knows this program by its files, and a terminal is there where one started it.
pub(crate) fn begin() {}

/// Whether there is a screen to show anything on; what draws would end this program otherwise.
pub(crate) fn has_desktop() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Returns when somebody ends this program; never where the system does not tell of that.
pub(crate) async fn told_to_end() {
    let (Ok(mut ended), Ok(mut interrupted)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return pending().await;
    };
    tokio::select! {
        _ = ended.recv() => {}
        _ = interrupted.recv() => {}
    }
}

/// Shows a window and gives it the keyboard: a person asked for it just now.
pub(crate) fn come_forward(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    let on_main = window.clone();
    window.run_on_main_thread(move || match on_main.gtk_window() {
        Ok(window) => present(&window),
        Err(error) => tracing::debug!(%error, "the window is gone already"),
    })
}

/// A click in a panel is no event of ours, and a window manager takes the keyboard from nobody
/// for a window that cannot say when it was asked for: the screen's own time says it is now.
fn present(window: &gtk::ApplicationWindow) {
    use gtk::prelude::{Cast as _, GtkWindowExt as _, WidgetExt as _};

    window.realize();
    let screen = window
        .window()
        .and_then(|it| it.downcast::<gdkx11::X11Window>().ok());
    let now = screen.map_or(0, |it| gdkx11::functions::x11_get_server_time(&it));
    if !window.is_visible() {
        window.present_with_time(now);
    }
    // Only what is visible can be asked to be the one in use.
    window.present_with_time(now);
}

/// Tells a new view to draw its pages itself, without the graphics card: they are plain, and to
/// begin with a card, or with what stands in for one, takes as long as all the rest of a popover.
pub(crate) fn draw_plainly(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Links come by a second start.
pub(crate) fn links(_event: &RunEvent) -> Vec<String> {
    Vec::new()
}

/// Most panels are dark, whatever windows are; a desktop that prefers light says so later.
pub(crate) fn taskbar() -> Taskbar {
    Taskbar::Dark
}

/// Tells the taskbar's shade, now and whenever it changes, as the desktop's portal has it
/// (<https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html>).
pub(crate) async fn follow_taskbar(mut tell: impl FnMut(Taskbar)) {
    if let Err(error) = follow_scheme(&mut tell).await {
        tracing::debug!(%error, "no portal tells light from dark");
    }
}

async fn follow_scheme(tell: &mut impl FnMut(Taskbar)) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .interface(PORTAL_SETTINGS)?
        .member("SettingChanged")?
        .arg(0, APPEARANCE)?
        .build();
    let mut changes = MessageStream::for_match_rule(rule, &bus, Some(4)).await?;
    let now = bus
        .call_method(
            Some(PORTAL),
            PORTAL_PATH,
            Some(PORTAL_SETTINGS),
            "Read",
            &(APPEARANCE, SCHEME),
        )
        .await?;
    tell(shade(&now.body().deserialize::<OwnedValue>()?.into()));
    while let Some(change) = changes.next().await {
        let change = change?;
        let body = change.body();
        let (_, key, value): (&str, &str, Value<'_>) = body.deserialize()?;
        if key == SCHEME {
            tell(shade(&value));
        }
    }
    Ok(())
}

/// 2 is "prefers light"; the value comes in one wrapping or two.
fn shade(value: &Value<'_>) -> Taskbar {
    match value {
        Value::Value(inner) => shade(inner),
        Value::U32(2) => Taskbar::Light,
        _ => Taskbar::Dark,
    }
}

/// Hears of trays that come.
pub(crate) struct TrayHosts(Option<(MessageStream, MessageStream)>);

impl TrayHosts {
    pub(crate) async fn listen() -> Self {
        let listening = Self::on_the_bus().await;
        if let Err(error) = &listening {
            tracing::info!(%error, "no bus to hear of a tray");
        }
        Self(listening.ok())
    }

    /// Returns when a tray has come; never where nothing can tell.
    pub(crate) async fn comes(&mut self) {
        let Some((owners, hosts)) = &mut self.0 else {
            return pending().await;
        };
        let heard = tokio::select! {
            heard = owners.next() => heard,
            heard = hosts.next() => heard,
        };
        if heard.is_none() {
            // The bus is gone.
            pending::<()>().await;
        }
    }

    async fn on_the_bus() -> zbus::Result<(MessageStream, MessageStream)> {
        let bus = Connection::session().await?;
        let owner = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, WATCHER)?
            .build();
        let host = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface(WATCHER)?
            .member("StatusNotifierHostRegistered")?
            .build();
        Ok((
            MessageStream::for_match_rule(owner, &bus, Some(4)).await?,
            MessageStream::for_match_rule(host, &bus, Some(4)).await?,
        ))
    }
}

/// A notice on the desktop.
pub(crate) struct ShownNotice {
    handle: Arc<NotificationHandle>,
    waiting: AbortHandle,
}

impl ShownNotice {
    /// Takes it away.
    pub(crate) async fn close(self) {
        self.waiting.abort();
        if timeout(TAKES, self.handle.close_async()).await.is_err() {
            tracing::debug!("the desktop does not answer");
        }
    }
}

/// Shows a notice in the place of an earlier one. `answered` is told the button's key, or
/// `None` when it went without.
pub(crate) async fn show_notice(
    view: &NoticeView,
    _nonces: &Nonces,
    before: Option<ShownNotice>,
    answered: impl Fn(Option<String>) + Send + Sync + 'static,
) -> anyhow::Result<ShownNotice> {
    let mut notice = Notification::new();
    notice
        .appname("Gangway")
        .summary(&view.title)
        .body(&escape(&view.body))
        .icon("dev.gangway.Gangway")
        .hint(Hint::DesktopEntry("dev.gangway.Gangway".to_owned()))
        .action(
            CLICK,
            &gangway_engine::text::text("tray.open", &Default::default()),
        );
    for button in &view.buttons {
        notice.action(&button.key, &button.label);
    }
    if let Some(before) = before {
        before.waiting.abort();
        notice.id(before.handle.id());
    }
    let shown = timeout(TAKES, notice.show_async()).await;
    let handle = Arc::new(shown.context("the desktop does not answer")??);
    let waited = Arc::clone(&handle);
    let waiting = tokio::spawn(async move {
        waited
            .wait_for_action_async(|response: &NotificationResponse| {
                answered(match response {
                    NotificationResponse::Default => Some(CLICK.to_owned()),
                    NotificationResponse::Action(key) => Some(key.clone()),
                    NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
                });
            })
            .await;
    });
    Ok(ShownNotice {
        handle,
        waiting: waiting.abort_handle(),
    })
}

/// The body may be markup to the desktop; a name never is.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(escape("<b>vm</b> & co"), "&lt;b&gt;vm&lt;/b&gt; &amp; co");
    }

    #[test]
    fn only_a_desktop_that_prefers_light_has_a_light_taskbar() {
        let wrapped = |scheme: u32| Value::Value(Box::new(Value::U32(scheme)));
        assert_eq!(shade(&wrapped(2)), Taskbar::Light);
        assert_eq!(shade(&Value::U32(2)), Taskbar::Light);
        assert_eq!(shade(&wrapped(1)), Taskbar::Dark);
        assert_eq!(shade(&wrapped(0)), Taskbar::Dark);
        assert_eq!(shade(&Value::Str("light".into())), Taskbar::Dark);
    }
}

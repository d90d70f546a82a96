//! Windows: the taskbar's shade from the registry, toasts whose buttons are links.
#![allow(
    unsafe_code,
    reason = "the Win32 calls for the registry, the console and the shell have no safe form"
)]

mod autostart;

use std::future::pending;

use anyhow::Context as _;
use gangway_engine::notice::NoticeView;
use tauri::{RunEvent, WebviewWindow};
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    ToastDismissalReason, ToastDismissedEventArgs, ToastNotification, ToastNotificationManager,
};
use windows::Win32::Foundation::{ERROR_SUCCESS, WAIT_OBJECT_0};
use windows::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
use windows::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, KEY_NOTIFY, REG_NOTIFY_CHANGE_LAST_SET, RRF_RT_REG_DWORD,
    RegGetValueW, RegNotifyChangeKeyValue, RegOpenKeyExW,
};
use windows::Win32::System::Threading::{CreateEventW, INFINITE, WaitForSingleObject};
use windows::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;
use windows::core::{HSTRING, Owned, PCWSTR, w};

pub(crate) use self::autostart::{own_program, start_no_more, start_with_session};
use super::{Taskbar, toast};
use crate::notices::Nonces;

/// The tooltip says it all.
pub(crate) const TRAY_TITLE: Option<&str> = None;
/// The icons come in the taskbar's own shade.
pub(crate) const ICONS_ARE_TEMPLATES: bool = false;
/// Scheme and host of this program's own page (`use_https_scheme` is off).
pub(crate) const PAGE: (&str, &str) = ("http", "tauri.localhost");

/// Under which name toasts appear and windows are grouped; the Start-menu entry bears it too.
const APPLICATION: PCWSTR = w!("dev.gangway.Gangway");
/// All toasts of this program.
const GROUP: PCWSTR = w!("gangway");
/// Where the shade of taskbar and windows stands.
const PERSONALIZE: PCWSTR = w!("Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize");
const TASKBAR_IS_LIGHT: PCWSTR = w!("SystemUsesLightTheme");

/// Tells the shell who this is, and writes to the console that started this program, where
/// one did: a program with windows has none of its own.
pub(crate) fn begin() {
    // SAFETY: the name is a static string that ends with a zero.
    let named = unsafe { SetCurrentProcessExplicitAppUserModelID(APPLICATION) };
    // SAFETY: no pointers and no preconditions.
    let attached = unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    // Neither is needed: without a name toasts are not shown, without a console nobody reads.
    tracing::debug!(named = named.is_ok(), attached = attached.is_ok(), "begins");
}

/// The views' processes end with this one.
pub(crate) fn end_views() {}

/// There is always a desktop.
pub(crate) fn has_desktop() -> bool {
    true
}

/// Windows ends programs with windows by closing them; nothing else is told.
pub(crate) async fn told_to_end() {
    pending().await
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

/// Links come by a second start.
pub(crate) fn links(_event: &RunEvent) -> Vec<String> {
    Vec::new()
}

/// The taskbar's shade. Before Windows 10, version 1903, it was always dark.
pub(crate) fn taskbar() -> Taskbar {
    let mut light = 0_u32;
    let mut size = 4_u32;
    // SAFETY: the value is at most as large as `size` says, and both live until the call ends.
    let read = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            PERSONALIZE,
            TASKBAR_IS_LIGHT,
            RRF_RT_REG_DWORD,
            None,
            Some((&raw mut light).cast()),
            Some(&raw mut size),
        )
    };
    if read == ERROR_SUCCESS && light != 0 {
        Taskbar::Light
    } else {
        Taskbar::Dark
    }
}

/// Tells the taskbar's shade, now and whenever it changes.
pub(crate) async fn follow_taskbar(mut tell: impl FnMut(Taskbar)) {
    let (changed, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let watching = std::thread::Builder::new()
        .name("taskbar".to_owned())
        .spawn(move || {
            if let Err(error) = watch(|| changed.send(()).is_ok()) {
                tracing::debug!(%error, "the taskbar's shade is followed no more");
            }
        });
    if let Err(error) = watching {
        tracing::debug!(%error, "the taskbar's shade is not followed");
    }
    while changes.recv().await.is_some() {
        tell(taskbar());
    }
}

/// Blocks, and tells whenever a value beside the taskbar's shade may have changed, until
/// nobody hears it. What is told is read while the next change is listened for already: none
/// falls between two waits
/// (<https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regnotifychangekeyvalue>).
fn watch(tell: impl Fn() -> bool) -> windows::core::Result<()> {
    let mut key = HKEY::default();
    // SAFETY: the path is a static string that ends with a zero, the key is written once.
    let opened = unsafe {
        RegOpenKeyExW(
            HKEY_CURRENT_USER,
            PERSONALIZE,
            None,
            KEY_NOTIFY,
            &raw mut key,
        )
    };
    opened.ok()?;
    // SAFETY: it was opened above and nobody else has it.
    let key = unsafe { Owned::new(key) };
    // SAFETY: no pointers: it has neither rights nor a name of its own.
    let event = unsafe { CreateEventW(None, false, false, PCWSTR::null()) }?;
    // SAFETY: it was made above and nobody else has it.
    let event = unsafe { Owned::new(event) };
    loop {
        // SAFETY: key and event live until this function ends, and so does this thread's wish.
        let armed = unsafe {
            RegNotifyChangeKeyValue(*key, false, REG_NOTIFY_CHANGE_LAST_SET, Some(*event), true)
        };
        armed.ok()?;
        if !tell() {
            return Ok(());
        }
        // SAFETY: the event lives until this function ends.
        if unsafe { WaitForSingleObject(*event, INFINITE) } != WAIT_OBJECT_0 {
            return Err(windows::core::Error::from_thread());
        }
    }
}

/// The taskbar is always there; when Explorer starts anew the icon comes back by itself.
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

/// A toast, on the screen or in the notification centre.
pub(crate) struct ShownNotice {
    tag: HSTRING,
}

impl ShownNotice {
    /// Takes it away.
    pub(crate) async fn close(self) {
        let removed = ToastNotificationManager::History().and_then(|history| {
            history.RemoveGroupedTagWithId(&self.tag, &group(), &application())
        });
        if let Err(error) = removed {
            tracing::debug!(%error, "a toast is gone already");
        }
    }
}

/// Shows a toast; one with the same slot is replaced by it. Its buttons are links that come
/// back through a second start; `answered` is told when a person threw it away.
pub(crate) async fn show_notice(
    view: &NoticeView,
    nonces: &Nonces,
    _before: Option<ShownNotice>,
    answered: impl Fn(Option<String>) + Send + Sync + 'static,
) -> anyhow::Result<ShownNotice> {
    let tag = HSTRING::from(toast::tag(&view.slot));
    let document = XmlDocument::new().context("no document")?;
    document
        .LoadXml(&HSTRING::from(toast::xml(view, nonces)))
        .context("no toast")?;
    let toast = ToastNotification::CreateToastNotification(&document)?;
    toast.SetTag(&tag)?;
    toast.SetGroup(&group())?;
    toast.Dismissed(&TypedEventHandler::<
        ToastNotification,
        ToastDismissedEventArgs,
    >::new(move |_, dismissed| {
        // What went by itself lies in the notification centre and can still be pressed.
        let reason = dismissed.as_ref().map(ToastDismissedEventArgs::Reason);
        if let Some(Ok(ToastDismissalReason::UserCanceled)) = reason {
            answered(None);
        }
        Ok(())
    }))?;
    ToastNotificationManager::CreateToastNotifierWithId(&application())?
        .Show(&toast)
        .context("the desktop takes no toast")?;
    Ok(ShownNotice { tag })
}

fn application() -> HSTRING {
    // SAFETY: a static string that ends with a zero.
    unsafe { APPLICATION.to_hstring() }
}

fn group() -> HSTRING {
    // SAFETY: a static string that ends with a zero.
    unsafe { GROUP.to_hstring() }
}

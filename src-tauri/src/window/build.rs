//! How the two windows are made: what they show first, and what they may never show.

use gangway_engine::wish::WindowPage;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionResponse};
use tauri::{AppHandle, LogicalSize, Manager as _, Monitor, PhysicalPosition, Theme, Url};
use tauri::{WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};

use super::{POPOVER, WINDOW, Windows, appear, tray_place};
use crate::place::{self, Area, Point};
use crate::platform::{self, PAGE};
use crate::shell::Shell;

/// As large as the popover is, in points.
const POPOVER_SIZE: (f64, f64) = (400.0, 600.0);
/// So far it stays from the screen's edges, in points.
const GAP: f64 = 12.0;
/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Makes the popover; it appears as soon as its page is there.
pub(super) fn popover(app: &AppHandle, hash: &str) -> tauri::Result<()> {
    let popover = view(app, POPOVER, hash)
        .title("Gangway")
        .inner_size(POPOVER_SIZE.0, POPOVER_SIZE.1)
        .decorations(false)
        .resizable(false)
        .minimizable(false)
        .maximizable(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .shadow(true)
        .on_page_load(|popover, page| {
            if page.event() == PageLoadEvent::Finished {
                let put = put_popover(popover.app_handle(), &popover);
                shown(&popover, put);
            }
        })
        .build()?;
    platform::draw_plainly(&popover)?;
    put_popover(app, &popover)
}

/// Makes the window; it appears as soon as its page is there.
pub(super) fn window(app: &AppHandle, page: &WindowPage) -> tauri::Result<()> {
    let window = view(app, WINDOW, &hash(page))
        .title("Gangway")
        .inner_size(960.0, 680.0)
        .min_inner_size(720.0, 480.0)
        .center()
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished {
                shown(&window, Ok(()));
            }
        })
        .build()?;
    platform::draw_plainly(&window)
}

/// The hash of a page of the window.
pub(super) fn hash(page: &WindowPage) -> String {
    let name = match page {
        WindowPage::FirstRun => "first-run",
        WindowPage::Vms => "vms",
        WindowPage::Vm { vm } => {
            return format!(
                "#/window/vm/{}",
                utf8_percent_encode(vm.as_str(), COMPONENT)
            );
        }
        WindowPage::History => "history",
        WindowPage::Accounts => "accounts",
        WindowPage::Vpn => "vpn",
        WindowPage::Settings => "settings",
        WindowPage::About => "about",
    };
    format!("#/window/{name}")
}

/// Puts the popover at the tray.
pub(super) fn put_popover(app: &AppHandle, popover: &WebviewWindow) -> tauri::Result<()> {
    let anchor = tray_place(app);
    let monitor = match anchor {
        Some((x, y)) => app.monitor_from_point(f64::from(x), f64::from(y))?,
        None => None,
    };
    let Some(monitor) = monitor.map_or_else(|| app.primary_monitor(), |found| Ok(Some(found)))?
    else {
        return Ok(());
    };
    let (screen, work) = areas(&monitor);
    let scale = monitor.scale_factor();
    let size = LogicalSize::new(POPOVER_SIZE.0, POPOVER_SIZE.1).to_physical::<i32>(scale);
    let gap = (GAP * scale) as i32;
    let anchor = anchor.unwrap_or_else(|| place::corner(screen, work));
    let (x, y): Point = place::beside(anchor, (size.width, size.height), work, gap);
    popover.set_position(PhysicalPosition::new(x, y))
}

fn view<'a>(
    app: &'a AppHandle,
    label: &str,
    hash: &str,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    let shell = app.state::<Shell>();
    let theme = app.state::<Windows>().known().theme;
    let page = WebviewUrl::App(format!("index.html{hash}").into());
    let mut view = WebviewWindowBuilder::new(app, label, page)
        .visible(false)
        .theme(theme)
        .background_color(background(theme))
        .data_directory(shell.view_files())
        // Files are dropped on the page, which reads them itself.
        .disable_drag_drop_handler()
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny);
    if let Some(shown) = shell.shown_now().and_then(|shown| first_words(&shown)) {
        view = view.initialization_script(shown);
    }
    view
}

/// What the page shows before it has asked: what is true at this moment.
fn first_words(shown: &gangway_engine::snapshot::Shown) -> Option<String> {
    let json = serde_json::to_string(shown).ok()?;
    // Inside a string of JSON this is the same letter, and it can end no element of a page.
    let json = json.replace('<', "\\u003c");
    Some(format!(
        "Object.defineProperty(window, \"__GANGWAY_SHOWN__\", {{ value: {json} }});"
    ))
}

/// Only this program's own page is ever shown.
fn is_ours(url: &Url) -> bool {
    (url.scheme(), url.host_str(), url.port()) == (PAGE.0, Some(PAGE.1), None)
}

fn background(theme: Option<Theme>) -> Color {
    match theme {
        Some(Theme::Dark) => Color(0x20, 0x22, 0x24, 0xff),
        _ => Color(0xf3, 0xf4, 0xf6, 0xff),
    }
}

fn shown(window: &WebviewWindow, put: tauri::Result<()>) {
    if let Err(error) = put.and_then(|()| appear(window)) {
        tracing::warn!(%error, label = window.label(), "a window did not appear");
    }
}

fn areas(monitor: &Monitor) -> (Area, Area) {
    let area = |position: PhysicalPosition<i32>, size: tauri::PhysicalSize<u32>| Area {
        left: position.x,
        top: position.y,
        width: size.width as i32,
        height: size.height as i32,
    };
    let work = monitor.work_area();
    (
        area(*monitor.position(), *monitor.size()),
        area(work.position, work.size),
    )
}

#[cfg(test)]
mod tests {
    use gangway_engine::id::VmId;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_page_stands_in_the_hash() {
        assert_eq!(hash(&WindowPage::FirstRun), "#/window/first-run");
        let id = "/subscriptions/0/resourceGroups/rg (a)/providers/Microsoft.Compute/virtualMachines/vm-é";
        let vm = VmId::new(id).unwrap();
        assert_eq!(
            hash(&WindowPage::Vm { vm }),
            "#/window/vm/%2Fsubscriptions%2F0%2FresourceGroups%2Frg%20(a)\
             %2Fproviders%2FMicrosoft.Compute%2FvirtualMachines%2Fvm-%C3%A9"
        );
    }

    #[test]
    fn no_name_ends_the_first_words() {
        let mut shown = gangway_engine::snapshot::Shown {
            now: Timestamp::UNIX_EPOCH,
            snapshot: gangway_engine::snapshot::Snapshot::default(),
        };
        shown.snapshot.settings.cloud = Some("</script><script>\u{2028}'\"\\".to_owned());
        let words = first_words(&shown).unwrap();
        assert!(!words.contains('<'), "{words}");
        let json = words.split_once("value: ").unwrap().1;
        let json = json.strip_suffix(" });").unwrap();
        let read: gangway_engine::snapshot::Shown = serde_json::from_str(json).unwrap();
        assert_eq!(read, shown);
    }

    #[test]
    fn nothing_from_outside_is_shown() {
        let (scheme, host) = PAGE;
        let at = |scheme: &str, host: &str| format!("{scheme}://{host}/index.html#/popover");
        assert!(is_ours(&at(scheme, host).parse().unwrap()));
        for url in [
            at(scheme, &format!("{host}:8080")),
            at("https", host),
            at(scheme, &format!("{host}.contoso.example")),
            "https://contoso.example/".to_owned(),
            "tauri://contoso.example/".to_owned(),
            "http://localhost/".to_owned(),
            "file:///etc/passwd".to_owned(),
            "data:text/html,x".to_owned(),
            "about:blank".to_owned(),
        ] {
            assert!(!is_ours(&url.parse().unwrap()), "{url}");
        }
    }
}

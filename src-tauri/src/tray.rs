//! The tray: shows the value that the engine draws, and changes only what is different.

use std::sync::{Mutex, PoisonError};

use gangway_engine::tray::{MenuEntry, Tray, TrayIcon as Icon};
use gangway_engine::wish::Wish;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};

use crate::args::Args;
use crate::icon::picture;
use crate::platform::{self, Taskbar};
use crate::wish::{self, Origin};
use crate::{first, window};

/// The tray's name on the bus; it stays the same, so that a desktop remembers where it was put.
const ID: &str = "dev.gangway.Gangway";

/// What is shown now.
#[derive(Default)]
pub(crate) struct Shown(Mutex<State>);

#[derive(Default)]
struct State {
    /// None where no tray is there to show it.
    icon: Option<TrayIcon>,
    /// What is to be shown.
    wanted: Option<Tray>,
    /// What the tray was last told.
    drawn: Option<(Tray, Taskbar)>,
    taskbar: Taskbar,
}

/// Shows an icon before anything else is known. Where no tray is there the window is opened
/// instead, and the tray is taken when one appears.
pub(crate) fn begin(app: &AppHandle, args: &Args) {
    let state = app.state::<Shown>();
    state.lock().taskbar = platform::taskbar();
    let there = appear(app);
    let (app, args) = (app.clone(), args.clone());
    tauri::async_runtime::spawn(async move {
        if !there {
            tokio::join!(first::open_without_tray(&app, &args), wait_for_a_tray(&app));
        }
        let later = app.clone();
        platform::follow_taskbar(move |taskbar| {
            later.state::<Shown>().lock().taskbar = taskbar;
            redraw(&later);
        })
        .await;
    });
}

/// Shows this from now on.
pub(crate) fn draw(app: &AppHandle, tray: Tray) {
    let state = app.state::<Shown>();
    let mut state = state.lock();
    if state.wanted.as_ref() == Some(&tray) {
        return;
    }
    state.wanted = Some(tray);
    drop(state);
    redraw(app);
}

/// Whether there is a tray that shows the icon.
pub(crate) fn is_there(app: &AppHandle) -> bool {
    app.state::<Shown>().lock().icon.is_some()
}

/// Where the icon is, where the desktop tells.
pub(crate) fn place(app: &AppHandle) -> Option<tauri::Rect> {
    let icon = app.state::<Shown>().lock().icon.clone()?;
    icon.rect().ok().flatten()
}

impl Shown {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens first and tries then, so that none comes unheard.
async fn wait_for_a_tray(app: &AppHandle) {
    let mut hosts = platform::TrayHosts::listen().await;
    loop {
        let (told, tells) = tokio::sync::oneshot::channel();
        let on_main = app.clone();
        let sent = app.run_on_main_thread(move || {
            let _gone = told.send(appear(&on_main));
        });
        if sent.is_err() || tells.await.unwrap_or(true) {
            return;
        }
        hosts.comes().await;
    }
}

/// Makes the icon. On the main thread.
fn appear(app: &AppHandle) -> bool {
    let state = app.state::<Shown>();
    let taskbar = state.lock().taskbar;
    let wanted = state.lock().wanted.clone();
    let built = build(app, wanted.as_ref(), taskbar);
    let mut state = state.lock();
    match built {
        Ok(icon) => {
            // Whoever tries the program where no screen can be read waits for this line.
            tracing::info!("the icon is in the tray");
            state.icon = Some(icon);
            state.drawn = wanted.map(|tray| (tray, taskbar));
            true
        }
        Err(error) => {
            tracing::info!(%error, "the tray takes no icon");
            false
        }
    }
}

fn build(app: &AppHandle, tray: Option<&Tray>, taskbar: Taskbar) -> tauri::Result<TrayIcon> {
    let icon = tray.map_or(Icon::Working, |tray| tray.icon);
    let mut builder = TrayIconBuilder::with_id(ID)
        .icon(picture(icon, taskbar)?)
        .icon_as_template(platform::ICONS_ARE_TEMPLATES)
        .tooltip(tray.map_or("Gangway", |tray| &tray.tooltip))
        // On Linux an icon without a menu is not shown at all.
        .menu(&menu(app, tray.map_or(&[], |tray| &tray.menu))?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| clicked(icon.app_handle(), &event));
    if let Some(title) = platform::TRAY_TITLE {
        builder = builder.title(title);
    }
    builder.build(app)
}

fn redraw(app: &AppHandle) {
    let on_main = app.clone();
    let sent = app.run_on_main_thread(move || {
        if let Err(error) = redraw_on_main(&on_main) {
            tracing::warn!(%error, "the tray could not be redrawn");
        }
    });
    if let Err(error) = sent {
        tracing::debug!(%error, "nothing to draw on any more");
    }
}

fn redraw_on_main(app: &AppHandle) -> tauri::Result<()> {
    let (icon, wanted, drawn, taskbar) = {
        let state = app.state::<Shown>();
        let mut state = state.lock();
        let (Some(icon), Some(wanted)) = (state.icon.clone(), state.wanted.clone()) else {
            return Ok(());
        };
        let taskbar = state.taskbar;
        let drawn = state.drawn.replace((wanted.clone(), taskbar));
        (icon, wanted, drawn, taskbar)
    };
    let before = drawn.as_ref().map(|(tray, taskbar)| (tray, *taskbar));
    if before.is_none_or(|(tray, before)| tray.icon != wanted.icon || before != taskbar) {
        icon.set_icon(Some(picture(wanted.icon, taskbar)?))?;
    }
    if before.is_none_or(|(tray, _)| tray.tooltip != wanted.tooltip) {
        icon.set_tooltip(Some(&wanted.tooltip))?;
    }
    if before.is_none_or(|(tray, _)| tray.menu != wanted.menu) {
        icon.set_menu(Some(menu(app, &wanted.menu)?))?;
    }
    Ok(())
}

fn menu(app: &AppHandle, entries: &[MenuEntry]) -> tauri::Result<Menu<Wry>> {
    let items = items(app, entries)?;
    let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}

fn items(app: &AppHandle, entries: &[MenuEntry]) -> tauri::Result<Vec<Box<dyn IsMenuItem<Wry>>>> {
    let item = |entry: &MenuEntry| -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
        Ok(match entry {
            MenuEntry::Separator => Box::new(PredefinedMenuItem::separator(app)?),
            MenuEntry::Item { label, wish } => {
                // The wish itself is the item's id: an old menu that is still open cannot
                // ask for something else than what it says.
                let id = wish.as_ref().map(serde_json::to_string).transpose()?;
                let label = plain(label);
                let chosen = id.is_some();
                Box::new(MenuItem::with_id(
                    app,
                    id.unwrap_or_default(),
                    label,
                    chosen,
                    None::<&str>,
                )?)
            }
            MenuEntry::Submenu { label, entries } => {
                let items = items(app, entries)?;
                let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
                Box::new(Submenu::with_items(app, plain(label), true, &items)?)
            }
        })
    };
    entries.iter().map(item).collect()
}

/// Menus take `&` for the mark of an access key; a name may have one.
fn plain(label: &str) -> String {
    label.replace('&', "&&")
}

fn chosen(app: &AppHandle, id: &str) {
    let Ok(wish) = serde_json::from_str::<Wish>(id) else {
        return;
    };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(problem) = wish::carry_out(&app, wish, Origin::Tray).await {
            tracing::warn!(
                code = problem.code(),
                "what the menu asked for was not done"
            );
        }
    });
}

fn clicked(app: &AppHandle, event: &TrayIconEvent) {
    let TrayIconEvent::Click {
        position,
        rect,
        button: MouseButton::Left,
        button_state: MouseButtonState::Up,
        ..
    } = event
    else {
        return;
    };
    let anchor = window::anchor(*rect).unwrap_or((position.x as i32, position.y as i32));
    let app = app.clone();
    tauri::async_runtime::spawn(async move { window::toggle_popover(&app, anchor).await });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_an_ampersand_stays_what_it_is() {
        assert_eq!(plain("vm-r&d until 17:40"), "vm-r&&d until 17:40");
    }

    #[test]
    fn a_wish_survives_as_an_id() {
        let wish = Wish::Window(gangway_engine::wish::WindowWish::Quit);
        let id = serde_json::to_string(&wish).unwrap();
        assert_eq!(serde_json::from_str::<Wish>(&id).unwrap(), wish);
    }
}

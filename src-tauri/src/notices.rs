//! Notices on the desktop: one for each VM at most, a newer in the place of an older.
//!
//! Every button of a notice has a nonce. It is pressed by it once, in this process or through
//! a link, and what it asks for was fixed when the notice was shown. What concerns an access
//! rather than this process is kept in the store: a later process presses it all the same.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gangway_engine::notice::{self, Holds, NoticeView};
use gangway_engine::wish::Wish;
use gangway_runtime::store::KeptButton;
use tauri::{AppHandle, Manager as _};
use uuid::Uuid;

use crate::first;
use crate::platform::{self, ShownNotice};
use crate::shell::Shell;
use crate::wish::{self, Origin};

/// What a click on the notice itself is called, on the bus and in links.
pub(crate) const CLICK: &str = "default";

/// The nonce of each button, and of the click, by their keys.
pub(crate) type Nonces = BTreeMap<String, String>;

/// The notices that can still be answered.
#[derive(Default)]
pub(crate) struct Notices(Mutex<Live>);

/// By their slots.
#[derive(Default)]
struct Live(BTreeMap<String, Notice>);

struct Notice {
    nonces: Nonces,
    view: NoticeView,
    /// Whether the store has the last word on its buttons: another process may press them.
    kept: bool,
    /// What the desktop knows it by, once it is shown.
    shown: Option<ShownNotice>,
}

/// What was pressed in this process.
struct Pressed {
    wish: Wish,
    kept: bool,
    shown: Option<ShownNotice>,
}

/// Shows a notice in its slot; `holds` says what of it outlives this process.
pub(crate) async fn show(app: &AppHandle, view: NoticeView, holds: Option<Holds>) {
    let nonces = nonces_for(&view);
    let kept = keep(app, &view, &nonces, holds).await;
    let notice = Notice {
        nonces: nonces.clone(),
        view: view.clone(),
        kept,
        shown: None,
    };
    let before = app.state::<Notices>().lock().put(notice);
    let answered = {
        let (app, nonces) = (app.clone(), nonces.clone());
        move |action: Option<String>| {
            let (app, nonces) = (app.clone(), nonces.clone());
            tauri::async_runtime::spawn(async move {
                match action {
                    Some(action) => {
                        let nonce = nonces.get(&action).map_or("", String::as_str);
                        pressed(&app, nonce, &action).await;
                    }
                    None => forget(&app, &nonces).await,
                }
            });
        }
    };
    match platform::show_notice(&view, &nonces, before, answered).await {
        Ok(shown) => {
            let unwanted = app.state::<Notices>().lock().is_shown(&nonces, shown);
            if let Some(unwanted) = unwanted {
                unwanted.close().await;
            }
        }
        // The alert stands in tray and menu all the same.
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "a notice was not shown");
            forget(app, &nonces).await;
        }
    }
}

/// Does what a button asks for, of a notice of this process or of an earlier one. Whether
/// there was anything to do.
pub(crate) async fn pressed(app: &AppHandle, nonce: &str, action: &str) -> bool {
    let here = app.state::<Notices>().lock().take(nonce, action);
    let stored = match app.state::<Shell>().runtime().await {
        Ok(runtime) => {
            let (nonce, action) = (nonce.to_owned(), action.to_owned());
            runtime.press_button(nonce, action).await
        }
        Err(_) => None,
    };
    let (wish, shown) = match here {
        Some(here) => (stored.or((!here.kept).then_some(here.wish)), here.shown),
        None => (stored, None),
    };
    if let Some(shown) = shown {
        // Nobody who pressed waits for the desktop.
        tauri::async_runtime::spawn(shown.close());
    }
    let Some(wish) = wish else { return false };
    if let Err(problem) = wish::carry_out(app, wish, Origin::Tray).await {
        tracing::warn!(
            code = problem.code(),
            "what a notice asked for was not done"
        );
    }
    true
}

/// Says that what was pressed does nothing any more. It stays while a person looks elsewhere:
/// nothing else tells it.
pub(crate) async fn tell_over(app: &AppHandle) {
    let told = match app.state::<Shell>().shown_now() {
        Some(shown) => shown.snapshot.settings.notices,
        None => true,
    };
    if !told {
        return;
    }
    let view = notice::over();
    let app = app.clone();
    let answered = move |action: Option<String>| {
        if action.is_some() {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { first::show_nearest(&app).await });
        }
    };
    let shown = platform::show_notice(&view, &nonces_for(&view), None, answered).await;
    if let Err(error) = shown {
        tracing::debug!(error = format!("{error:#}"), "a notice was not shown");
    }
}

fn nonces_for(view: &NoticeView) -> Nonces {
    let keys = view.buttons.iter().map(|button| button.key.clone());
    keys.chain([CLICK.to_owned()])
        .map(|key| (key, Uuid::new_v4().simple().to_string()))
        .collect()
}

/// Keeps what outlives this process, and takes away what was kept in its place.
async fn keep(app: &AppHandle, view: &NoticeView, nonces: &Nonces, holds: Option<Holds>) -> bool {
    let Some(runtime) = app.state::<Shell>().runtime_now() else {
        return false;
    };
    let buttons = view.buttons.iter().map(|it| (&it.key, &it.wish));
    let click = CLICK.to_owned();
    let kept = buttons
        .chain([(&click, &view.click)])
        .filter_map(|(key, wish)| {
            Some(KeptButton {
                nonce: nonces.get(key)?.clone(),
                action: key.clone(),
                wish: wish.clone(),
            })
        });
    let kept = kept.collect();
    runtime.keep_buttons(view.slot.clone(), holds, kept).await
}

/// It is gone from the desktop, and nobody answered it.
async fn forget(app: &AppHandle, nonces: &Nonces) {
    app.state::<Notices>().lock().forget(nonces);
    forget_kept(app, nonces.values().take(1).cloned().collect()).await;
}

async fn forget_kept(app: &AppHandle, nonces: Vec<String>) {
    if let Some(runtime) = app.state::<Shell>().runtime_now() {
        runtime.forget_buttons(nonces).await;
    }
}

/// Takes every notice away: a person looks at what they tell.
pub(crate) fn close_all(app: &AppHandle) {
    let notices = std::mem::take(&mut *app.state::<Notices>().lock());
    let one = |notice: &Notice| notice.nonces.values().next().cloned();
    let kept = notices.0.values().filter(|notice| notice.kept);
    let kept: Vec<String> = kept.filter_map(one).collect();
    if !kept.is_empty() {
        let app = app.clone();
        tauri::async_runtime::spawn(async move { forget_kept(&app, kept).await });
    }
    for shown in notices.0.into_values().filter_map(|notice| notice.shown) {
        tauri::async_runtime::spawn(shown.close());
    }
}

impl Notices {
    fn lock(&self) -> MutexGuard<'_, Live> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Takes the slot; what was in it can be pressed no more.
    fn put(&mut self, notice: Notice) -> Option<ShownNotice> {
        let before = self.0.insert(notice.view.slot.clone(), notice);
        before.and_then(|before| before.shown)
    }

    /// Keeps what the desktop knows it by; gives it back where the notice is over already.
    fn is_shown(&mut self, nonces: &Nonces, shown: ShownNotice) -> Option<ShownNotice> {
        let live = self.0.values_mut().find(|notice| notice.nonces == *nonces);
        match live {
            Some(notice) => notice.shown.replace(shown),
            None => Some(shown),
        }
    }

    fn forget(&mut self, nonces: &Nonces) {
        self.0.retain(|_, notice| notice.nonces != *nonces);
    }

    /// Presses a button, once; every other of its notice can be pressed no more.
    fn take(&mut self, nonce: &str, action: &str) -> Option<Pressed> {
        let slot = self.0.iter().find_map(|(slot, notice)| {
            let of_action = notice.nonces.get(action)?;
            (of_action == nonce).then(|| slot.clone())
        })?;
        let notice = self.0.remove(&slot)?;
        let view = notice.view;
        let mut buttons = view.buttons.into_iter();
        let wish = match action {
            CLICK => view.click,
            key => buttons.find(|button| button.key == key)?.wish,
        };
        Some(Pressed {
            wish,
            kept: notice.kept,
            shown: notice.shown,
        })
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::notice::Button;
    use gangway_engine::wish::WindowWish;

    use super::*;

    fn notice(slot: &str, mark: &str) -> Notice {
        let button = |key: &str, wish| Button {
            key: key.to_owned(),
            label: key.to_owned(),
            wish: Wish::Window(wish),
        };
        let view = NoticeView {
            slot: slot.to_owned(),
            title: "vm-web-01".to_owned(),
            body: "Access ends at 17:40.".to_owned(),
            buttons: vec![
                button("extend", WindowWish::Quit),
                button("not-now", WindowWish::Close),
            ],
            click: Wish::Window(WindowWish::Popover),
        };
        let keys = ["extend", "not-now", CLICK];
        let nonce = |key: &str| (key.to_owned(), format!("{mark}-{key}"));
        Notice {
            nonces: keys.map(nonce).into(),
            view,
            kept: false,
            shown: None,
        }
    }

    fn take(live: &mut Live, nonce: &str, action: &str) -> Option<Wish> {
        live.take(nonce, action).map(|pressed| pressed.wish)
    }

    #[test]
    fn a_button_is_pressed_once() {
        let mut live = Live::default();
        live.put(notice("vm:a", "n1"));
        let wish = take(&mut live, "n1-extend", "extend").unwrap();
        assert_eq!(wish, Wish::Window(WindowWish::Quit));
        assert!(take(&mut live, "n1-extend", "extend").is_none());
        assert!(take(&mut live, "n1-not-now", "not-now").is_none());
        assert!(take(&mut live, "n1-default", CLICK).is_none());
    }

    #[test]
    fn what_no_notice_offers_is_not_done() {
        let mut live = Live::default();
        live.put(notice("vm:a", "n1"));
        assert!(take(&mut live, "n1-extend", "quit").is_none());
        assert!(take(&mut live, "n1-extend", "not-now").is_none());
        assert!(take(&mut live, "n2-extend", "extend").is_none());
        assert!(take(&mut live, "", CLICK).is_none());
        assert!(take(&mut live, "n1-default", CLICK).is_some());
    }

    #[test]
    fn a_newer_notice_takes_the_slot_of_an_older() {
        let mut live = Live::default();
        live.put(notice("vm:a", "n1"));
        live.put(notice("vm:a", "n2"));
        live.put(notice("vm:b", "n3"));
        assert!(take(&mut live, "n1-extend", "extend").is_none());
        assert!(take(&mut live, "n2-extend", "extend").is_some());
        assert_eq!(live.0.len(), 1);
        live.forget(&notice("vm:b", "n3").nonces);
        assert!(live.0.is_empty());
    }

    #[test]
    fn no_two_nonces_are_the_same() {
        let view = notice("vm:a", "n1").view;
        let (one, other) = (nonces_for(&view), nonces_for(&view));
        let all: std::collections::BTreeSet<_> = one.values().chain(other.values()).collect();
        assert_eq!(all.len(), 6);
    }
}

//! Notices on the desktop: one for each VM at most, a newer in the place of an older.
//!
//! Every notice has a nonce. A button is pressed by it once, in this process or through a
//! link, and what it asks for was fixed when the notice was shown.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gangway_engine::notice::NoticeView;
use gangway_engine::wish::Wish;
use tauri::{AppHandle, Manager as _};
use uuid::Uuid;

use crate::platform::{self, ShownNotice};
use crate::wish::{self, Origin};

/// What a click on the notice itself is called, on the bus and in links.
pub(crate) const CLICK: &str = "default";

/// The notices that can still be answered.
#[derive(Default)]
pub(crate) struct Notices(Mutex<Live>);

/// By their slots.
#[derive(Default)]
struct Live(BTreeMap<String, Notice>);

struct Notice {
    nonce: String,
    view: NoticeView,
    /// What the desktop knows it by, once it is shown.
    shown: Option<ShownNotice>,
}

/// Shows a notice in its slot.
pub(crate) async fn show(app: &AppHandle, view: NoticeView) {
    let nonce = Uuid::new_v4().simple().to_string();
    let before = app.state::<Notices>().lock().put(&nonce, view.clone());
    let answered = {
        let (app, nonce) = (app.clone(), nonce.clone());
        move |action: Option<String>| {
            let (app, nonce) = (app.clone(), nonce.clone());
            tauri::async_runtime::spawn(async move {
                match action {
                    Some(action) => {
                        pressed(&app, &nonce, &action).await;
                    }
                    None => app.state::<Notices>().lock().forget(&nonce),
                }
            });
        }
    };
    match platform::show_notice(&view, &nonce, before, answered).await {
        Ok(shown) => {
            let unwanted = app.state::<Notices>().lock().is_shown(&nonce, shown);
            if let Some(unwanted) = unwanted {
                unwanted.close().await;
            }
        }
        // The alert stands in tray and menu all the same.
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "a notice was not shown");
            app.state::<Notices>().lock().forget(&nonce);
        }
    }
}

/// Does what a button of a live notice asks for. Whether there was one.
pub(crate) async fn pressed(app: &AppHandle, nonce: &str, action: &str) -> bool {
    let Some((wish, shown)) = app.state::<Notices>().lock().take(nonce, action) else {
        return false;
    };
    if let Some(shown) = shown {
        // Nobody who pressed waits for the desktop.
        tauri::async_runtime::spawn(shown.close());
    }
    if let Err(problem) = wish::carry_out(app, wish, Origin::Tray).await {
        tracing::warn!(
            code = problem.code(),
            "what a notice asked for was not done"
        );
    }
    true
}

/// Takes every notice away: a person looks at what they tell.
pub(crate) fn close_all(app: &AppHandle) {
    let notices = std::mem::take(&mut *app.state::<Notices>().lock());
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
    fn put(&mut self, nonce: &str, view: NoticeView) -> Option<ShownNotice> {
        let notice = Notice {
            nonce: nonce.to_owned(),
            view,
            shown: None,
        };
        let before = self.0.insert(notice.view.slot.clone(), notice);
        before.and_then(|before| before.shown)
    }

    /// Keeps what the desktop knows it by; gives it back where the notice is over already.
    fn is_shown(&mut self, nonce: &str, shown: ShownNotice) -> Option<ShownNotice> {
        let live = self.0.values_mut().find(|notice| notice.nonce == nonce);
        match live {
            Some(notice) => notice.shown.replace(shown),
            None => Some(shown),
        }
    }

    fn forget(&mut self, nonce: &str) {
        self.0.retain(|_, notice| notice.nonce != nonce);
    }

    /// Presses a button, once.
    fn take(&mut self, nonce: &str, action: &str) -> Option<(Wish, Option<ShownNotice>)> {
        let slot = {
            let live = self.0.iter().find(|(_, notice)| notice.nonce == nonce);
            live.map(|(slot, _)| slot.clone())?
        };
        let wish = {
            let view = &self.0.get(&slot)?.view;
            if action == CLICK {
                view.click.clone()
            } else {
                let button = view.buttons.iter().find(|button| button.key == action);
                button?.wish.clone()
            }
        };
        let notice = self.0.remove(&slot)?;
        Some((wish, notice.shown))
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::notice::Button;
    use gangway_engine::wish::WindowWish;

    use super::*;

    fn view(slot: &str) -> NoticeView {
        NoticeView {
            slot: slot.to_owned(),
            title: "vm-web-01".to_owned(),
            body: "Access ends at 17:40.".to_owned(),
            buttons: vec![Button {
                key: "extend".to_owned(),
                label: "Extend 1 h".to_owned(),
                wish: Wish::Window(WindowWish::Quit),
            }],
            click: Wish::Window(WindowWish::Popover),
        }
    }

    #[test]
    fn a_button_is_pressed_once() {
        let mut live = Live::default();
        live.put("n1", view("vm:a"));
        let (wish, _) = live.take("n1", "extend").unwrap();
        assert_eq!(wish, Wish::Window(WindowWish::Quit));
        assert!(live.take("n1", "extend").is_none());
        assert!(live.take("n1", CLICK).is_none());
    }

    #[test]
    fn what_no_notice_offers_is_not_done() {
        let mut live = Live::default();
        live.put("n1", view("vm:a"));
        assert!(live.take("n1", "quit").is_none());
        assert!(live.take("n2", "extend").is_none());
        assert!(live.take("", CLICK).is_none());
        assert!(live.take("n1", CLICK).is_some());
    }

    #[test]
    fn a_newer_notice_takes_the_slot_of_an_older() {
        let mut live = Live::default();
        live.put("n1", view("vm:a"));
        live.put("n2", view("vm:a"));
        live.put("n3", view("vm:b"));
        assert!(live.take("n1", "extend").is_none());
        assert!(live.take("n2", "extend").is_some());
        assert_eq!(live.0.len(), 1);
        live.forget("n3");
        assert!(live.0.is_empty());
    }
}

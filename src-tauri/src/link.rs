//! Links of ours from outside: they open a confirmation, or press a button of a notice.

use gangway_engine::link::{Link, parse};
use tauri::{AppHandle, Manager as _};

use crate::shell::Shell;
use crate::{first, notices, window};

/// Follows a link as far as a link may lead. What is none of ours shows this program and
/// does nothing.
pub(crate) async fn open(app: &AppHandle, link: &str) {
    match parse(link) {
        Some(Link::Connect(_)) => {
            if let Ok(runtime) = app.state::<Shell>().runtime().await {
                runtime.open_link(link);
            }
            window::popover(app).await;
        }
        Some(Link::Notice { nonce, action }) => {
            if !notices::pressed(app, &nonce, &action).await {
                tracing::info!("a button of a notice that is over was pressed");
                first::show_nearest(app).await;
                if action != notices::CLICK {
                    notices::tell_over(app).await;
                }
            }
        }
        None => {
            tracing::warn!("what was opened is no link of ours");
            first::show_nearest(app).await;
        }
    }
}

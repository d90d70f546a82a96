//! What is opened without anybody having clicked: at the start, and at a second one.

use gangway_engine::snapshot::Snapshot;
use gangway_engine::wish::WindowPage;
use tauri::{AppHandle, Manager as _};

use crate::args::{Args, Open};
use crate::shell::Shell;
use crate::{link, tray, window};

/// What the command line asks for.
pub(crate) async fn open_what_was_asked_for(app: &AppHandle, args: &Args) {
    match (&args.link, args.open) {
        (Some(link), _) => link::open(app, link).await,
        (None, Some(open)) => show(app, open).await,
        (None, None) => {}
    }
}

/// A second start shows the first, brings it a link, or ends it.
pub(crate) async fn start_again(app: &AppHandle, args: &Args) {
    if args.quit {
        tracing::info!("a second start says to quit");
        app.exit(0);
    } else if args.link.is_some() || args.open.is_some() {
        open_what_was_asked_for(app, args).await;
    } else if !args.background && !window::bring_forward(app) {
        show(app, nearest(app)).await;
    }
}

/// Without a tray the window is all there is to click.
pub(crate) async fn open_without_tray(app: &AppHandle, args: &Args) {
    if !args.background && args.open.is_none() {
        window::window(app, None).await;
    }
}

/// Shows the nearest that there is: the popover belongs to a tray.
pub(crate) async fn show_nearest(app: &AppHandle) {
    show(app, nearest(app)).await;
}

/// The very first time the way in is shown, unless something else was asked for.
pub(crate) async fn open_where_nobody_signed_in(app: &AppHandle, args: &Args) {
    if args.background || args.link.is_some() || args.open.is_some() {
        return;
    }
    let Ok(runtime) = app.state::<Shell>().runtime().await else {
        return window::window(app, Some(&WindowPage::About)).await;
    };
    let mut changes = runtime.changes();
    let known = changes.wait_for(|snapshot| is_known(snapshot)).await;
    let first = known.is_ok_and(|snapshot| is_first(&snapshot));
    if first {
        window::window(app, Some(&WindowPage::FirstRun)).await;
    }
}

async fn show(app: &AppHandle, open: Open) {
    match open {
        Open::Popover => window::popover(app).await,
        Open::Window => window::window(app, None).await,
    }
}

fn nearest(app: &AppHandle) -> Open {
    if tray::is_there(app) {
        Open::Popover
    } else {
        Open::Window
    }
}

/// Whether it was found out who is signed in: before that there is no way to sign in either.
pub(crate) fn is_known(snapshot: &Snapshot) -> bool {
    !snapshot.accounts.ways.is_empty()
}

/// Whether nobody is signed in, and nothing tells of anybody who was.
fn is_first(snapshot: &Snapshot) -> bool {
    let accounts = &snapshot.accounts;
    accounts.accounts.is_empty()
        && accounts.otherwise.is_none()
        && accounts.sign_ins.is_empty()
        && snapshot.pinned.is_empty()
        && snapshot.accesses.is_empty()
}

//! What a person wants, handed to whoever does it: the engine, the store, or this shell.

use gangway_engine::problem::Problem;
use gangway_engine::wish::{Done, WindowWish, Wish};
use tauri::{AppHandle, Manager as _, WebviewWindow};

use crate::shell::Shell;
use crate::{pages, window};

/// Where a wish comes from.
pub(crate) enum Origin<'a> {
    /// The menu of the tray, or a notice.
    Tray,
    /// A view.
    View(&'a WebviewWindow),
}

/// Does it, or has it done.
pub(crate) async fn carry_out(
    app: &AppHandle,
    wish: Wish,
    from: Origin<'_>,
) -> Result<Done, Problem> {
    match wish {
        Wish::Engine(intent) => {
            let runtime = app.state::<Shell>().runtime().await?;
            Ok(Done {
                connection: runtime.dispatch(intent).await,
                ..Done::default()
            })
        }
        Wish::Store(wish) => app.state::<Shell>().runtime().await?.fulfil(wish).await,
        Wish::Window(wish) => {
            show(app, wish, from).await?;
            Ok(Done::default())
        }
    }
}

async fn show(app: &AppHandle, wish: WindowWish, from: Origin<'_>) -> Result<(), Problem> {
    match wish {
        WindowWish::Popover => window::popover(app).await,
        WindowWish::Show { page } => window::window(app, Some(&page)).await,
        WindowWish::Close => {
            if let Origin::View(view) = from {
                window::close(view);
            }
        }
        WindowWish::Copy { text } => pages::copy(app, text).await?,
        WindowWish::ShowLogs => pages::show_folder(&app.state::<Shell>().home().logs()).await?,
        WindowWish::ShowDownloads => {
            let runtime = app.state::<Shell>().runtime().await?;
            pages::show_folder(&runtime.downloads()).await?;
        }
        WindowWish::OpenPage { page } => pages::open(app, &page).await?,
        WindowWish::Quit => quit(app).await,
    }
    Ok(())
}

/// Ends this program. While accesses are open a person is asked once, over the list of them;
/// who asks again means it. What still runs is ended in order afterwards.
async fn quit(app: &AppHandle) {
    let open = match app.state::<Shell>().runtime_now() {
        Some(runtime) => !runtime.snapshot().accesses.is_empty(),
        None => false,
    };
    if open && !window::asks_to_quit(app) {
        return window::ask_to_quit(app).await;
    }
    tracing::info!("a person quits");
    app.exit(0);
}

//! From start to end: one process, its tray, its runtime, and nothing left behind.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use gangway_runtime::Home;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager as _, RunEvent, Wry};

use crate::args::Args;
use crate::shell::Shell;
use crate::{autostart, commands, first, follow, link, log};
use crate::{notices, pages, platform, tray, window};

/// How long something that cannot be called off is waited for at the end.
const LETTING_GO: Duration = Duration::from_secs(2);

/// Runs until a person quits.
pub(crate) fn run(args: Args) -> ExitCode {
    match begin(args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "could not start");
            // Nobody may be there to read it.
            let _told = writeln!(std::io::stderr().lock(), "gangway-tray: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn begin(args: Args) -> anyhow::Result<u8> {
    if cfg!(not(views)) {
        anyhow::bail!(
            "this program was built without its views; run: {}",
            env!("GANGWAY_BUILD_VIEWS")
        );
    }
    anyhow::ensure!(
        platform::has_desktop(),
        "there is no desktop to show anything on; `gangway` is the command line"
    );
    log::keep_panics();
    let home = match &args.home {
        Some(folder) => Home::at(folder),
        None => Home::find()?,
    };
    home.refuse_shared()?;
    // Two threads: one may wait for the desktop while the other goes on.
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("gangway")
        .enable_all()
        .build()
        .context("no threads")?;
    tauri::async_runtime::set(threads.handle().clone());

    let mut context = tauri::generate_context!();
    if let Some(mark) = home.mark() {
        // Every home has a tray of its own, and this is what a second start looks for.
        let identifier = &mut context.config_mut().identifier;
        *identifier = format!("{identifier}.h{mark}");
    }
    let app = tauri::Builder::default()
        // Before everything else: a second start must not get further than this.
        .plugin(second_start())
        .manage(Shell::new(home))
        .manage(tray::Shown::default())
        .manage(window::Windows::default())
        .manage(notices::Notices::default())
        .manage(autostart::Autostart::default())
        .manage(pages::Clipboard::default())
        .invoke_handler(commands::handler())
        .on_window_event(window::on_event)
        .setup(move |app| {
            start(app.handle(), args);
            Ok(())
        })
        .build(context)
        .context("the desktop shows nothing")?;
    let handle = app.handle().clone();
    let code = app.run_return(|app, event| {
        for link in platform::links(&event) {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { link::open(&app, &link).await });
        }
        // The last window's end is not this program's; a code is only there when it is.
        if let RunEvent::ExitRequested {
            api, code: None, ..
        } = event
        {
            api.prevent_exit();
        }
    });
    threads.block_on(handle.state::<Shell>().close());
    // With the last of what runs the store is closed; what waits for the desktop is let go.
    threads.shutdown_timeout(LETTING_GO);
    Ok(u8::try_from(code).unwrap_or(1))
}

/// The tray first, for it is what a person waits for; then what it shows.
fn start(app: &AppHandle, args: Args) {
    if args.quit {
        // Nobody else runs, or this one would not have come so far.
        return app.exit(0);
    }
    tray::begin(app, &args);
    tauri::async_runtime::spawn(end_when_told(app.clone()));
    let (opening, cloud) = (app.clone(), args.cloud.clone());
    tauri::async_runtime::spawn(async move {
        opening.state::<Shell>().open(cloud).await;
        follow::follow(&opening).await;
    });
    let app = app.clone();
    // A task of its own: making a window holds up whatever else its task does.
    tauri::async_runtime::spawn(async move {
        first::open_what_was_asked_for(&app, &args).await;
        first::open_where_nobody_signed_in(&app, &args).await;
    });
}

async fn end_when_told(app: AppHandle) {
    platform::told_to_end().await;
    tracing::info!("told to end");
    app.exit(0);
}

/// A second start hands over what it was told, and ends.
fn second_start() -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::init(|app, arguments, _| {
        let args = Args::of_second_start(arguments);
        let app = app.clone();
        tauri::async_runtime::spawn(async move { first::start_again(&app, &args).await });
    })
}

//! What every part of this shell holds on to: the runtime, once it is open.

use std::future::pending;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gangway_engine::effect::Notice;
use gangway_engine::problem::{Cause, Deed, Problem};
use gangway_engine::snapshot::{Alert, Shown, Snapshot};
use gangway_runtime::{Error, Home, Options, Place, Runtime};
use tokio::sync::SetOnce;
use tokio::sync::broadcast::Receiver;

use crate::platform;

/// The runtime, or why there is none. Views may ask before it is open: they wait for it.
pub(crate) struct Shell {
    home: Home,
    opened: SetOnce<Result<Weak<Runtime>, Box<Problem>>>,
    /// What keeps it open until this program ends.
    keeps: Mutex<Option<Arc<Runtime>>>,
    /// What it told since it is open, until somebody follows that.
    notices: Mutex<Option<Receiver<Notice>>>,
}

impl Shell {
    pub(crate) fn new(home: Home) -> Self {
        Self {
            home,
            opened: SetOnce::new(),
            keeps: Mutex::default(),
            notices: Mutex::default(),
        }
    }

    /// Opens the runtime beside the tray. Where it cannot be opened, that is what is shown.
    pub(crate) async fn open(&self, cloud: Option<String>) {
        let options = Options {
            program: "gangway-tray",
            place: Place::Desktop,
            stays: true,
            cloud,
            ..Options::new(self.home.clone())
        };
        self.opened_by(|| Runtime::open(options)).await;
    }

    async fn opened_by<F>(&self, open: F)
    where
        F: FnOnce() -> Result<(Runtime, Vec<Problem>), Error> + Send + 'static,
    {
        let opened = tokio::task::spawn_blocking(|| {
            // Who listens later does not hear what was told before.
            open().map(|(runtime, _)| (runtime.notices(), runtime))
        });
        let opened = match opened.await {
            Ok(Ok((notices, runtime))) => {
                *self.notices.lock().unwrap_or_else(PoisonError::into_inner) = Some(notices);
                let runtime = Arc::new(runtime);
                let weak = Arc::downgrade(&runtime);
                *self.keeps.lock().unwrap_or_else(PoisonError::into_inner) = Some(runtime);
                Ok(weak)
            }
            Ok(Err(error)) => {
                let problem = error.problem();
                tracing::error!(code = problem.code(), "nothing can be opened");
                Err(Box::new(problem))
            }
            // It met a mistake of its own, which the log has.
            Err(error) => {
                tracing::error!(%error, "opening was broken off");
                Err(Box::new(Problem::new(Cause::NotDone { deed: Deed::Begin })))
            }
        };
        if self.opened.set(opened).is_err() {
            tracing::warn!("opened twice");
        }
    }

    /// The runtime, as soon as it is open. Once it is closed nobody is answered any more.
    pub(crate) async fn runtime(&self) -> Result<Arc<Runtime>, Problem> {
        match self.opened.wait().await {
            Ok(runtime) => match runtime.upgrade() {
                Some(runtime) => Ok(runtime),
                None => pending().await,
            },
            Err(problem) => Err((**problem).clone()),
        }
    }

    /// The runtime, where it is open already.
    pub(crate) fn runtime_now(&self) -> Option<Arc<Runtime>> {
        self.opened.get()?.as_ref().ok()?.upgrade()
    }

    /// What the runtime told since it is open; once.
    pub(crate) fn notices(&self) -> Option<Receiver<Notice>> {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        notices.take()
    }

    /// The truth, as soon as there is one.
    pub(crate) async fn shown(&self) -> Shown {
        match self.runtime().await {
            Ok(runtime) => runtime.shown(),
            Err(problem) => Shown {
                now: gangway_runtime::clock::Clock::default().now(),
                snapshot: Snapshot {
                    alerts: vec![Alert::of_machine(problem.clone())],
                    problems: vec![problem],
                    ..Snapshot::default()
                },
            },
        }
    }

    /// The truth, where it is known already.
    pub(crate) fn shown_now(&self) -> Option<Shown> {
        self.runtime_now().map(|runtime| runtime.shown())
    }

    /// The person's folders.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Where the web view keeps files of its own while it runs. All views share it: on Linux
    /// a second set of files would be a second web view without our pages.
    pub(crate) fn view_files(&self) -> PathBuf {
        self.home.state().join("view")
    }

    /// Ends what is under way and writes what has to be written. Nothing of a view is kept:
    /// what lasts lies in the store.
    pub(crate) async fn close(&self) {
        let keeps = self
            .keeps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(runtime) = keeps {
            runtime.close().await;
        }
        platform::end_views();
        if let Err(error) = std::fs::remove_dir_all(self.view_files()) {
            tracing::debug!(%error, "no files of views to remove");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell() -> (tempfile::TempDir, Shell) {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::new(Home::at(folder.path()));
        (folder, shell)
    }

    #[tokio::test]
    async fn nobody_waits_for_what_broke_off() {
        let (_folder, shell) = shell();
        shell.opened_by(|| panic!("on purpose")).await;
        let problem = shell.runtime().await.err().unwrap();
        assert_eq!(problem.code(), "not-done");
        let shown = shell.shown().await;
        assert_eq!(shown.snapshot.problems, [problem]);
        assert!(shell.runtime_now().is_none());
    }

    #[tokio::test]
    async fn what_is_told_from_the_opening_on_is_kept_once() {
        let (_folder, shell) = shell();
        let options = Options::new(shell.home.clone());
        shell.opened_by(|| Runtime::open(options)).await;
        assert!(shell.notices().is_some());
        assert!(shell.notices().is_none());
        shell.close().await;
    }
}

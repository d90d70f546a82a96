//! Starts what was planned, and cleans up after it.

use std::io;
use std::path::{Path, PathBuf};

use gangway_engine::launch::LaunchView;
use gangway_engine::problem::Problem;
use tokio::process::{Child, Command};

use crate::child::child;
use crate::error::Error;
use crate::invocation::{Argument, Invocation, Stage};
use crate::platform;
use crate::private::PrivateFiles;
use crate::signed;

/// A client that runs. Dropping it stops the watching, not the client; what was generated
/// then stays until the next [`sweep`](crate::sweep).
#[derive(Debug)]
pub struct Running {
    child: Child,
    files: Option<PrivateFiles>,
    stays: bool,
    view: LaunchView,
}

/// Writes the invocation's files into `folder`, runs what comes before and starts its
/// program; where what comes before fails, what the invocation says to start otherwise. Needs a
/// tokio runtime with IO. `folder` is ours alone; it is made where it is not there.
///
/// # Errors
/// `store-not-writable` when a file cannot be written (full disk, read-only home),
/// `client-missing` when a program cannot be started, `setting-refused` when what comes
/// before fails; nothing is left behind then.
pub async fn start(invocation: &Invocation, folder: &Path) -> Result<Running, Problem> {
    match (start_one(invocation, folder).await, &invocation.otherwise) {
        (Err(Failed::Before(_)), Some(next)) => start_one(next, folder).await,
        (done, _) => done,
    }
    .map_err(|(Failed::Before(error) | Failed::Itself(error))| error.into())
}

/// Where a start failed.
enum Failed {
    /// In what comes before.
    Before(Error),
    /// In the start itself.
    Itself(Error),
}

async fn start_one(invocation: &Invocation, folder: &Path) -> Result<Running, Failed> {
    let files = if invocation.files.is_empty() {
        None
    } else {
        Some(PrivateFiles::write(folder, &invocation.files).map_err(Failed::Itself)?)
    };
    let paths = files.as_ref().map_or(&[][..], |files| &files.paths);
    let begun = match prepare(invocation, paths).await {
        Ok(()) => begin(invocation, paths).map_err(Failed::Itself),
        Err(error) => Err(Failed::Before(error)),
    };
    match begun {
        Ok(child) => Ok(Running {
            child,
            files,
            stays: invocation.stays,
            view: invocation.view.clone(),
        }),
        Err(failed) => {
            if let Some(files) = files {
                files.remove();
            }
            Err(failed)
        }
    }
}

async fn prepare(invocation: &Invocation, paths: &[PathBuf]) -> Result<(), Error> {
    for step in &invocation.before {
        let mut command = command(&step.program, &step.arguments, invocation, paths);
        platform::attach(&mut command, Stage::Apart);
        // Called off with its caller: nobody would wait for it any more.
        command.kill_on_drop(true);
        let done = command
            .status()
            .await
            .map_err(|source| not_started(&step.program, invocation, source))?;
        if !done.success() {
            return Err(Error::Refused {
                what: step.setting,
                why: "was refused by the program that uses it",
            });
        }
        let signed = step
            .signs
            .and_then(|index| Some((paths.get(index)?, invocation.files.get(index)?)));
        if let Some((path, written)) = signed
            && !signed::holds(path, written).unwrap_or(false)
        {
            return Err(Error::Refused {
                what: step.setting,
                why: "did not lead to a signed file that says what was written",
            });
        }
    }
    Ok(())
}

fn begin(invocation: &Invocation, paths: &[PathBuf]) -> Result<Child, Error> {
    let mut command = command(
        &invocation.program,
        &invocation.arguments,
        invocation,
        paths,
    );
    platform::attach(&mut command, invocation.stage);
    command
        .spawn()
        .map_err(|source| not_started(&invocation.program, invocation, source))
}

fn not_started(program: &Path, invocation: &Invocation, source: io::Error) -> Error {
    Error::NotStarted {
        program: program.to_owned(),
        protocol: invocation.protocol,
        source,
    }
}

fn command(
    program: &Path,
    arguments: &[Argument],
    invocation: &Invocation,
    paths: &[PathBuf],
) -> Command {
    let mut command = child(program);
    for argument in arguments {
        match argument {
            Argument::Text(text) => command.arg(text),
            Argument::File(index) => command.args(paths.get(*index)),
        };
    }
    command.envs(
        invocation
            .environment
            .iter()
            .map(|(name, value)| (name, value)),
    );
    command
}

/// Brings the window of a client that runs to the front, and the client with it. False where
/// it shows no window, or this system leaves it to windows themselves.
#[must_use]
pub fn bring_to_front(process: u32) -> bool {
    platform::front(process)
}

impl Running {
    /// The client's process number, as long as it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// How it was started: as the invocation says, or as it says otherwise.
    #[must_use]
    pub fn view(&self) -> &LaunchView {
        &self.view
    }

    /// Waits for the client's end, removes what was generated for it and gives its exit code,
    /// where the system tells one (none after a signal). Where the program hands its work to
    /// another process, `None` comes at once: when the session ends is not known then.
    pub async fn wait(mut self) -> Option<i32> {
        let code = self
            .child
            .wait()
            .await
            .ok()
            .and_then(|status| status.code());
        if !self.stays {
            return None;
        }
        if let Some(files) = self.files.take() {
            files.remove();
        }
        code
    }

    /// Whether the client's end can be told: see [`Invocation::stays`].
    #[must_use]
    pub fn tells_its_end(&self) -> bool {
        self.stays
    }
}

//! Starts what was planned, and cleans up after it.

use std::path::{Path, PathBuf};

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
}

/// Writes the invocation's files into `folder`, runs what comes before and starts its
/// program. Needs a tokio runtime with IO. `folder` is ours alone; it is made where it is not
/// there.
///
/// # Errors
/// `store-not-writable` when a file cannot be written (full disk, read-only home),
/// `client-missing` when a program cannot be started, `settings-invalid` when what comes
/// before fails; nothing is left behind then.
pub async fn start(invocation: &Invocation, folder: &Path) -> Result<Running, Problem> {
    let files = if invocation.files.is_empty() {
        None
    } else {
        Some(PrivateFiles::write(folder, &invocation.files).map_err(Problem::from)?)
    };
    let paths = files.as_ref().map_or(&[][..], |files| &files.paths);
    match begin(invocation, paths).await {
        Ok(child) => Ok(Running {
            child,
            files,
            stays: invocation.stays,
        }),
        Err(error) => {
            if let Some(files) = files {
                files.remove();
            }
            Err(error.into())
        }
    }
}

async fn begin(invocation: &Invocation, paths: &[PathBuf]) -> Result<Child, Error> {
    let not_started = |program: &Path, source| Error::NotStarted {
        program: program.to_owned(),
        protocol: invocation.protocol,
        source,
    };
    for step in &invocation.before {
        let mut command = command(&step.program, &step.arguments, invocation, paths);
        platform::attach(&mut command, Stage::Apart);
        // Called off with its caller: nobody would wait for it any more.
        command.kill_on_drop(true);
        let done = command
            .status()
            .await
            .map_err(|source| not_started(&step.program, source))?;
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
    let mut command = command(
        &invocation.program,
        &invocation.arguments,
        invocation,
        paths,
    );
    platform::attach(&mut command, invocation.stage);
    command
        .spawn()
        .map_err(|source| not_started(&invocation.program, source))
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

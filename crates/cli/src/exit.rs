//! How a command ends, and the code the process ends with.

use std::process::ExitCode;

use gangway_engine::problem::Problem;

use crate::json::Candidate;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it was for.
    Done,
    /// A named problem was shown on the way; nothing more is to be said.
    Problem,
    /// The person called it off.
    Cancelled,
    /// A remote command ended with this code, and so do we.
    Remote(i32),
}

impl Outcome {
    /// The process's exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Problem => 3,
            Self::Cancelled => 130,
            // Windows knows codes beyond a byte; what does not fit is a plain failure.
            Self::Remote(code) => u8::try_from(code).unwrap_or(1),
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}

/// Why a command could not go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A cause that has a name.
    Problem {
        /// The cause.
        problem: Box<Problem>,
        /// VMs that may have been meant.
        candidates: Vec<Candidate>,
        /// What can be done in this case, best first, in words; it is told before what can be
        /// done for this cause in general, and a sign-in is then not proposed again.
        more: Vec<String>,
    },
    /// The person called it off.
    Cancelled,
    /// Something has to be said on the command line, in these words.
    Usage(String),
    /// Anything else.
    Other(anyhow::Error),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem {
            problem: Box::new(problem),
            candidates: Vec::new(),
            more: Vec::new(),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_documented_ones() {
        assert_eq!(Outcome::Done.code(), 0);
        assert_eq!(Outcome::Problem.code(), 3);
        assert_eq!(Outcome::Cancelled.code(), 130);
        assert_eq!(Outcome::Remote(7).code(), 7);
        assert_eq!(Outcome::Remote(-1).code(), 1);
        assert_eq!(Outcome::Remote(0xC000_013A_u32 as i32).code(), 1);
    }
}

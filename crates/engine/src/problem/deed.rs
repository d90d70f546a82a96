//! What a shell does with this computer itself, as far as that can fail.

use serde::{Deserialize, Serialize};

/// What a shell was to do with this computer, and could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Put a text on the clipboard.
    Copy,
    /// Show a folder in the desktop's own way.
    ShowFolder,
    /// Open a page in a browser.
    OpenPage,
    /// Begin at all: it met a mistake of its own, which the log has.
    Begin,
}

impl Deed {
    /// What stands after "could not".
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Copy => "put the text on the clipboard",
            Self::ShowFolder => "show the folder",
            Self::OpenPage => "open the page in a browser",
            Self::Begin => "open its settings and its store",
        }
    }
}

//! Where a namespace of the lab is found by its name.

use std::path::PathBuf;

/// The file that stands for a namespace; in the lab's own /run, so that nobody else sees it.
pub(crate) fn namespace(name: &str) -> PathBuf {
    PathBuf::from("/run/netns").join(name)
}

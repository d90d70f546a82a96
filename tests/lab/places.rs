//! Where things of the lab are found that both its programs know.

use std::path::PathBuf;

/// The file that stands for a namespace; in the lab's own /run, so that nobody else sees it.
pub(crate) fn namespace(name: &str) -> PathBuf {
    PathBuf::from("/run/netns").join(name)
}

/// The file that is written each time a VM's rules have changed.
pub(crate) fn rules_live(vm: &str) -> PathBuf {
    PathBuf::from("/run").join(format!("rules-live-{vm}"))
}

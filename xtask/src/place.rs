//! Where things lie: the repository, the target folders, the lab's own folder.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's top folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds for this machine.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Where cargo builds for Windows: beside the other one, for two compilers in one folder rebuild each other's work.
pub(crate) fn windows_target() -> PathBuf {
    let mut name = target()
        .file_name()
        .map_or_else(|| "target".into(), ToOwned::to_owned);
    name.push("-windows");
    target().with_file_name(name)
}

/// The lab's folder: unpacked packages, transcript, screenshot.
pub(crate) fn lab() -> PathBuf {
    target().join("lab")
}

/// True where nobody can be asked.
pub(crate) fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// A program of this name in the folders of PATH, or where administrators' programs lie.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path)
        .chain(more)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

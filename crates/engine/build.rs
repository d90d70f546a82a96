//! Leaves out of each catalogue what only the views say: they carry those words themselves.
#![expect(
    clippy::disallowed_methods,
    reason = "the engine touches no file; its build has to"
)]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A JSON object a language, one key a line.
const CATALOGUES: &str = "../../messages";
const OF_THE_VIEWS: &str = "\"ui.";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={CATALOGUES}");
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for entry in fs::read_dir(CATALOGUES)? {
        let file = entry?.path();
        if let (true, Some(name)) = (
            file.extension().is_some_and(|it| it == "json"),
            file.file_name(),
        ) {
            fs::write(folder.join(name), without_views(&file)?)?;
        }
    }
    Ok(())
}

fn without_views(file: &Path) -> io::Result<String> {
    let all = fs::read_to_string(file)?;
    let kept: Vec<&str> = all
        .lines()
        .map(|line| line.trim().trim_end_matches(','))
        .filter(|line| line.starts_with('"') && !line.starts_with(OF_THE_VIEWS))
        .collect();
    Ok(format!("{{\n{}\n}}\n", kept.join(",\n")))
}

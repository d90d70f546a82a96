//! The .deb: the same files below /usr, and what they lean on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::content::Content;
use super::{PROGRAMS, Work, empty};
use crate::place;
use crate::process::{read, run};

/// The libraries that our programs ask for, and Debian's packages that bring them; of two names the newer first.
const LIBRARIES: &[(&str, &str)] = &[
    ("ld-linux", ""), // comes with libc6
    ("libc.so.6", ""),
    ("libm.so.6", ""),
    ("libgcc_s.so.1", "libgcc-s1"),
    ("libX11.so.6", "libx11-6"),
    ("libatk-1.0.so.0", "libatk1.0-0t64 | libatk1.0-0"),
    ("libcairo-gobject.so.2", "libcairo-gobject2"),
    ("libcairo.so.2", "libcairo2"),
    ("libgdk-3.so.0", "libgtk-3-0t64 | libgtk-3-0"),
    ("libgdk_pixbuf-2.0.so.0", "libgdk-pixbuf-2.0-0"),
    ("libgio-2.0.so.0", "libglib2.0-0t64 | libglib2.0-0"),
    ("libglib-2.0.so.0", "libglib2.0-0t64 | libglib2.0-0"),
    ("libgobject-2.0.so.0", "libglib2.0-0t64 | libglib2.0-0"),
    ("libgtk-3.so.0", "libgtk-3-0t64 | libgtk-3-0"),
    (
        "libjavascriptcoregtk-4.1.so.0",
        "libjavascriptcoregtk-4.1-0",
    ),
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libsoup-3.0.so.0", "libsoup-3.0-0"),
    ("libwebkit2gtk-4.1.so.0", "libwebkit2gtk-4.1-0"),
];

/// Packs it.
pub(super) fn make(content: &Content, work: &Work) -> Result<PathBuf> {
    let root = work.scratch.join("deb");
    empty(&root)?;
    let mut size = 0;
    for (name, file) in &content.files {
        let Some(name) = named(name) else { continue };
        let to = root.join(&name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(file, &to)?;
        if name.ends_with("changelog") || name.ends_with("THIRD-PARTY.txt") {
            compress(&to)?;
        }
    }
    fs::create_dir_all(root.join("usr/share/doc/gangway"))?;
    fs::write(
        root.join("usr/share/doc/gangway/copyright"),
        copyright(work),
    )?;
    for file in below(&root)? {
        size += root.join(&file).metadata()?.len().div_ceil(1024);
    }
    let programs: Vec<PathBuf> = PROGRAMS
        .iter()
        .map(|(_, name)| root.join("usr/bin").join(name))
        .collect();
    // What dpkg --verify and debsums look for; against forgery the package's own signature or sum helps, not this.
    let mut sum = Command::new("md5sum");
    let sums = read(sum.arg("--").args(below(&root)?).current_dir(&root))?;
    let control = control(work, size, &depends(&programs)?)?;
    fs::create_dir_all(root.join("DEBIAN"))?;
    fs::write(root.join("DEBIAN/control"), control)?;
    fs::write(root.join("DEBIAN/md5sums"), sums)?;
    run(Command::new("chmod")
        .args(["--recursive", "u=rwX,go=rX"])
        .arg(&root))?;
    let deb = work
        .output
        .join(format!("gangway_{}_{}.deb", work.version, architecture()?));
    run(Command::new("dpkg-deb")
        .args(["--build", "--root-owner-group", "-Zxz"])
        .arg(if work.small { "-z9" } else { "-z0" })
        .arg(&root)
        .arg(&deb)
        .env("SOURCE_DATE_EPOCH", work.date.to_string()))?;
    Ok(deb)
}

/// Where a file lies for Debian; our licence's text is on every Debian already.
fn named(name: &str) -> Option<String> {
    (!name.ends_with("/LICENSE.txt")).then(|| format!("usr/{name}"))
}

fn compress(file: &Path) -> Result<()> {
    run(Command::new("gzip").args(["--best", "--no-name"]).arg(file))
}

fn control(work: &Work, size: u64, depends: &str) -> Result<String> {
    let template = place::root().join("packaging/linux/control");
    let control = fs::read_to_string(&template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let control = control
        // A tilde stands before the end: 1.0.0~beta.1 is older than 1.0.0.
        .replace("{version}", &work.version.replace('-', "~"))
        .replace("{architecture}", architecture()?)
        .replace("{size}", &size.to_string())
        .replace("{depends}", depends);
    Ok(control)
}

/// As Debian calls it.
fn architecture() -> Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => bail!("Debian's name for {other} is not known here"),
    }
}

fn copyright(work: &Work) -> String {
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: Gangway {}\n\
         Comment: The programs contain software of others: see THIRD-PARTY.txt.gz.\n\n\
         Files: *\nCopyright: Gangway contributors\nLicense: Apache-2.0\n \
         See /usr/share/common-licenses/Apache-2.0.\n",
        work.version
    )
}

/// What the programs ask for, as they say it themselves.
fn depends(programs: &[PathBuf]) -> Result<String> {
    let mut packages = BTreeSet::new();
    let mut newest = (0, 0);
    for program in programs {
        let said = read(
            Command::new("objdump")
                .args(["--private-headers", "--wide"])
                .arg(program),
        )?;
        for library in needed(&said) {
            let known = LIBRARIES.iter().find(|(name, _)| library.starts_with(name));
            let (_, package) = known.with_context(|| {
                format!(
                    "{} asks for {library}, whose package is not known here",
                    program.display()
                )
            })?;
            packages.insert((*package).to_owned());
        }
        newest = newest.max(newest_c_library(&said));
    }
    packages.remove("");
    packages.insert(format!("libc6 (>= {}.{})", newest.0, newest.1));
    Ok(packages.into_iter().collect::<Vec<_>>().join(", "))
}

/// The lines of a program's head: `  NEEDED               libgtk-3.so.0`.
fn needed(said: &str) -> impl Iterator<Item = &str> {
    said.lines()
        .filter_map(|line| Some(line.trim().strip_prefix("NEEDED")?.trim()))
}

/// The newest of the versions that a program wants: `    0x069691b4 0x00 05 GLIBC_2.34`.
fn newest_c_library(said: &str) -> (u32, u32) {
    let versions = said.lines().filter_map(|line| {
        let (_, version) = line.rsplit_once(" GLIBC_")?;
        let (major, rest) = version.trim().split_once('.')?;
        let minor = rest.split('.').next()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    });
    versions.max().unwrap_or_default()
}

fn below(root: &Path) -> Result<Vec<String>> {
    let mut find = Command::new("find");
    let found = read(
        find.arg(".")
            .args(["-type", "f", "-printf", "%P\n"])
            .current_dir(root),
    )?;
    let mut files: Vec<String> = found.lines().map(str::to_owned).collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Dynamic Section:\n  NEEDED               libgtk-3.so.0\n  NEEDED               libc.so.6\n  INIT                 0x1000\n\nVersion References:\n  required from libc.so.6:\n    0x09691a75 0x00 05 GLIBC_2.2.5\n    0x069691b4 0x00 04 GLIBC_2.34\n    0x06969189 0x00 03 GLIBC_2.9\n";

    #[test]
    fn a_program_says_what_it_needs() {
        assert_eq!(
            needed(SAID).collect::<Vec<_>>(),
            ["libgtk-3.so.0", "libc.so.6"]
        );
        assert_eq!(newest_c_library(SAID), (2, 34));
    }

    #[test]
    fn our_licence_is_debians_own_file() {
        assert_eq!(named("share/doc/gangway/LICENSE.txt"), None);
        assert_eq!(named("bin/gangway").as_deref(), Some("usr/bin/gangway"));
    }
}

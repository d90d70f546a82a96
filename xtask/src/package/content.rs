//! What lies in a package, laid out as it will be installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Files, PROGRAMS, Work, empty};
use crate::place;
use crate::process::read;
use crate::windows;

/// The picture of the notices, as the installer names it to Windows.
pub(super) const PICTURE: &str = "gangway.png";
/// Our own licence, as it is installed.
pub(super) const LICENCE: &str = "LICENSE.txt";
/// Everybody else's.
const OTHERS: &str = "THIRD-PARTY.txt";
/// What draws the windows on Windows is found through it.
const LOADER: &str = "WebView2Loader.dll";

/// A folder with everything at its place.
pub(super) struct Content {
    pub(super) folder: PathBuf,
    pub(super) files: Files,
}

impl Content {
    /// Programs, licences, the picture and the policy templates, side by side.
    pub(super) fn for_windows(programs: &Path, others: &str, work: &Work) -> Result<Self> {
        let mut content = Self::begin(work.scratch.join("windows"))?;
        for (_, name) in PROGRAMS {
            let name = format!("{name}.exe");
            content.copy(&programs.join(&name), &name)?;
        }
        let loader = programs.join(LOADER);
        // Built with Microsoft's tools the loader is inside the tray.
        if loader.exists() || windows::triple().ends_with("gnu") {
            content.copy(&loader, LOADER)?;
        }
        content.copy(&place::root().join("icons/app/128x128.png"), PICTURE)?;
        content.write(LICENCE, &windows_lines(&licence()?))?;
        content.write(OTHERS, &windows_lines(others))?;
        let policies = place::root().join("packaging/windows/policy");
        for (name, file) in below(&policies)? {
            if [".admx", ".adml"]
                .iter()
                .any(|ending| name.ends_with(ending))
            {
                content.copy(&file, &format!("policy/{name}"))?;
            }
        }
        Ok(content)
    }

    /// As below `/usr`.
    pub(super) fn for_linux(programs: &Path, others: &str, work: &Work) -> Result<Self> {
        const ID: &str = "dev.gangway.Gangway";
        let mut content = Self::begin(work.scratch.join("linux"))?;
        for (_, name) in PROGRAMS {
            content.copy(&programs.join(name), &format!("bin/{name}"))?;
        }
        let parts = place::root().join("packaging/linux");
        content.copy(
            &parts.join(format!("{ID}.desktop")),
            &format!("share/applications/{ID}.desktop"),
        )?;
        let icons = place::root().join("icons");
        for (file, size) in [
            ("app/32x32.png", "32x32"),
            ("app/128x128.png", "128x128"),
            ("app/128x128@2x.png", "256x256"),
        ] {
            let name = format!("share/icons/hicolor/{size}/apps/{ID}.png");
            content.copy(&icons.join(file), &name)?;
        }
        content.copy(
            &icons.join("gangway.svg"),
            &format!("share/icons/hicolor/scalable/apps/{ID}.svg"),
        )?;
        for (shell, name) in [
            ("bash", "bash-completion/completions/gangway"),
            ("zsh", "zsh/vendor-completions/_gangway"),
            ("fish", "fish/vendor_completions.d/gangway.fish"),
        ] {
            let mut completions = Command::new(programs.join("gangway"));
            let script = read(completions.args(["completions", shell]))?;
            content.write(&format!("share/{name}"), &script)?;
        }
        content.write(&format!("share/doc/gangway/{LICENCE}"), &licence()?)?;
        content.write(&format!("share/doc/gangway/{OTHERS}"), others)?;
        Ok(content)
    }

    fn begin(folder: PathBuf) -> Result<Self> {
        empty(&folder)?;
        Ok(Self {
            folder,
            files: Files::new(),
        })
    }

    fn copy(&mut self, from: &Path, name: &str) -> Result<()> {
        let to = self.place(name)?;
        fs::copy(from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        Ok(())
    }

    fn write(&mut self, name: &str, text: &str) -> Result<()> {
        fs::write(self.place(name)?, text).with_context(|| format!("cannot write {name}"))
    }

    fn place(&mut self, name: &str) -> Result<PathBuf> {
        let to = self.folder.join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        self.files.insert(name.to_owned(), to.clone());
        Ok(to)
    }
}

fn licence() -> Result<String> {
    Ok(fs::read_to_string(place::root().join("LICENSE"))?)
}

/// As the older ones among Windows' programs want their lines.
fn windows_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Every file below a folder; none where there is no such folder.
fn below(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let name = name.to_string_lossy().replace('\\', "/");
                files.insert(name, path);
            }
        }
    }
    Ok(files)
}

//! The ground the lab stands on: unpacked programs laid over the system's, nothing of the person's in sight.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program::run;

/// Where everything of one run lies; on a file system of this run's own.
pub(crate) const RUN: &str = "/run/lab";

/// This program, where it was copied to.
pub(crate) const LAB: &str = "/run/lab/programs/lab";

/// The user that the VMs let in.
pub(crate) const USER: &str = "azureuser";

/// Lays the ground. The mounts are seen by this run only and end with it.
pub(crate) fn lay(folder: &Path, programs: &Path) -> Result<()> {
    mount(&["-t", "tmpfs", "tmpfs", "/run"])?;
    for part in ["home/root", "upper", "work"] {
        fs::create_dir_all(Path::new(RUN).join(part))?;
    }
    let root = folder.join("root");
    let layer = |part: &str| {
        let unpacked = root.join(part);
        if unpacked.is_dir() {
            format!("lowerdir={}:/{part}", unpacked.display())
        } else {
            format!("lowerdir=/{part}")
        }
    };
    if root.join("usr").is_dir() {
        mount(&["-t", "overlay", "overlay", "-o", &layer("usr"), "/usr"])
            .context("cannot lay the unpacked programs over the system's")?;
    }
    // What is written there stays in this run's memory.
    let etc = format!("{},upperdir={RUN}/upper,workdir={RUN}/work", layer("etc"));
    mount(&["-t", "overlay", "overlay", "-o", &etc, "/etc"])
        .context("cannot lay settings over the system's")?;
    // Logins are recorded there.
    mount(&["-t", "tmpfs", "tmpfs", "/var/log"])?;
    let needs_tmp = [folder, programs]
        .iter()
        .any(|path| path.starts_with("/tmp"));
    if !needs_tmp {
        mount(&["-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp"])?;
    }
    for place in ["/run/netns", "/run/sshd", "/run/lock"] {
        fs::create_dir_all(place)?;
    }
    run(Command::new("xrdp-keygen").args(["xrdp", "/etc/xrdp/rsakeys.ini"]))?;
    people()
}

fn mount(words: &[&str]) -> Result<()> {
    run(Command::new("mount").args(words))?;
    Ok(())
}

/// Copies the programs under test, so that a build meanwhile does not take them away; where they lie now.
pub(crate) fn keep(programs: &Path) -> Result<PathBuf> {
    let kept = Path::new(RUN).join("programs");
    fs::create_dir_all(&kept)?;
    for name in ["lab", "lab-hook", "azure-sim", "gangway"] {
        let program = programs.join(name);
        fs::copy(&program, kept.join(name)).with_context(|| format!("no {}", program.display()))?;
    }
    Ok(kept)
}

/// Users as the lab needs them: sshd's own, and one to sign in as.
fn people() -> Result<()> {
    let home = format!("{RUN}/home/{USER}");
    fs::create_dir_all(&home)?;
    let files = [
        (
            "passwd",
            format!(
                "root:x:0:0::{RUN}/home/root:/bin/sh\nsshd:x:110:65534::/run/sshd:/usr/sbin/nologin\n{USER}:x:1000:1000::{home}:/bin/sh\n"
            ),
        ),
        (
            "group",
            format!("root:x:0:\ntty:x:5:\nnogroup:x:65534:\n{USER}:x:1000:\n"),
        ),
        // `*` is no password but not locked either: sshd refuses keys of a locked account.
        (
            "shadow",
            format!("root:*:20000::::::\nsshd:!:20000::::::\n{USER}:*:20000::::::\n"),
        ),
        ("hosts", "127.0.0.1 localhost\n".to_owned()),
        // Nobody answers here, so that no name is asked for outside.
        (
            "resolv.conf",
            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n".to_owned(),
        ),
    ];
    for (name, text) in files {
        // A link, as resolv.conf may be one, would lead the text elsewhere.
        let file = Path::new("/etc").join(name);
        if file.symlink_metadata().is_ok() {
            fs::remove_file(&file)?;
        }
        fs::write(&file, text)?;
    }
    run(Command::new("chown").args(["-R", &format!("{USER}:"), &home]))?;
    Ok(())
}

//! Packages unpacked under the lab's folder: no service is installed, none is started, and deleting the folder undoes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::system::System;
use crate::place;
use crate::process::{read, run, say};

/// Downloads the packages with all they need that is not installed, and unpacks them.
///
/// What was unpacked earlier stays; a package that comes again replaces its own files.
pub(super) fn unpack(system: System, packages: &[String]) -> Result<()> {
    let lab = place::lab();
    let downloads = lab.join("packages");
    let root = lab.join("root");
    fs::create_dir_all(&downloads)
        .with_context(|| format!("cannot make {}", downloads.display()))?;
    lay_out(&root)?;
    match system {
        System::Apt => download_with_apt(packages, &downloads)?,
        System::Dnf => run(Command::new("dnf")
            .args(["download", "--resolve", "--destdir"])
            .arg(&downloads)
            .args(packages))?,
        System::Brew | System::Windows | System::Other => {
            bail!("packages are unpacked with apt-get or dnf only")
        }
    }
    let mut unpacked = 0_usize;
    for entry in fs::read_dir(&downloads)? {
        let file = entry?.path();
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("deb") => extract(
                Command::new("dpkg-deb").arg("--fsys-tarfile").arg(&file),
                &root,
            )?,
            Some("rpm") => extract(
                Command::new("rpm2archive")
                    .arg("-n")
                    .arg("-")
                    .stdin(fs::File::open(&file)?),
                &root,
            )?,
            _ => continue,
        }
        fs::remove_file(&file)?;
        unpacked += 1;
    }
    say(&format!(
        "{unpacked} packages unpacked into {}",
        root.display()
    ));
    Ok(())
}

/// A root with merged /usr, as every system has it that the lab runs on: old packages still bring /bin and /lib.
fn lay_out(root: &Path) -> Result<()> {
    for folder in ["bin", "sbin", "lib", "lib64"] {
        fs::create_dir_all(root.join("usr").join(folder))?;
        let link = root.join(folder);
        if link.symlink_metadata().is_err() {
            run(Command::new("ln")
                .arg("-s")
                .arg(Path::new("usr").join(folder))
                .arg(&link))?;
        }
    }
    fs::create_dir_all(root.join("etc"))?;
    Ok(())
}

fn download_with_apt(packages: &[String], into: &Path) -> Result<()> {
    let plan = read(
        Command::new("apt-get")
            .args(["install", "--simulate", "--no-install-recommends"])
            .args(packages)
            .env("LC_ALL", "C"),
    )?;
    let mut closure = planned(&plan);
    // A package that is installed but was asked for all the same (its program is gone) is not in the plan.
    closure.extend(packages.iter().cloned());
    run(Command::new("apt-get")
        .args(["download", "--quiet"])
        .args(closure)
        .current_dir(into))
}

/// The packages in apt's plan: `Inst libfuse2 (2.9.9-6+b1 Debian:12.15/oldstable [amd64])`.
fn planned(plan: &str) -> BTreeSet<String> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("Inst ")?.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn extract(archive: &mut Command, root: &Path) -> Result<()> {
    let mut source = archive
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot open a package")?;
    let stream = source.stdout.take().context("a package gave no content")?;
    let unpacked = Command::new("tar")
        .args([
            "--extract",
            "--keep-directory-symlink",
            "--no-same-owner",
            "--no-same-permissions",
            "--directory",
        ])
        .arg(root)
        .stdin(stream)
        .status()
        .context("cannot start tar")?;
    if !source.wait()?.success() || !unpacked.success() {
        bail!(
            "a package could not be unpacked: {:?}",
            archive.get_args().collect::<Vec<_>>()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_apts_plan() {
        let plan = "Reading package lists...\n\
                    Inst openssh-client [1:9.2p1-2+deb12u6] (1:9.2p1-2+deb12u10 Debian:12.15/oldstable [amd64])\n\
                    Inst libfuse2 (2.9.9-6+b1 Debian:12.15/oldstable [amd64])\n\
                    Conf libfuse2 (2.9.9-6+b1 Debian:12.15/oldstable [amd64])\n";
        assert_eq!(
            planned(plan),
            BTreeSet::from(["libfuse2".to_owned(), "openssh-client".to_owned()])
        );
    }
}

//! `cargo xtask windows`: all crates built for Windows, their tests, all but the tray's, run under Wine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::place;
use crate::process::{run, say, tee};
use crate::setup::{self, DEBIAN_RUSTC, Group, RustForWindowsHere, rust_for_windows};
use crate::skips::Skips;
use crate::test::absent;
use crate::tools::cargo;
use crate::ui;

pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

/// Not run under Wine: the checks start git and cargo, the lab is a network of Linux's, and Wine has no web view.
const ONLY_BUILT: [&str; 3] = [ROAD, "gangway-tray", "xtask"];

/// Of these end-to-end tests one room is made for Wine: the whole road.
const ROAD: &str = "gangway-tests";

/// The crate that speaks to Windows' own accounts, where its feature `broker` is on.
const WITH_BROKER: &str = "gangway-azure";

/// Wine 8 lacks this library; Rust's standard library takes its random numbers from it, through one function.
const SHIM: &str = "bcryptprimitives.dll";
const SHIM_SOURCE: &str = "\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL ProcessPrng(PBYTE buffer, SIZE_T length) {
    while (length > 0) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(buffer, part)) return FALSE;
        buffer += part;
        length -= part;
    }
    return TRUE;
}
";

/// The command: all packages when none is named.
pub(crate) fn command(yes: bool, packages: &[String]) -> Result<bool> {
    setup::offer(&[Group::Build, Group::Windows, Group::Ui], yes)?;
    let counts = checks(packages)?;
    say(&counts.to_string());
    Ok(counts.failed == 0)
}

/// The group of `cargo xtask test`.
pub(crate) fn checks(packages: &[String]) -> Result<Counts> {
    if let Some(why) = setup::missing(Group::Windows) {
        // Where the group cannot exist, its absence is no fault.
        return Ok(if Group::Windows.exists_here() {
            absent(1, &why)
        } else {
            skipped(&why)
        });
    }
    let built = Windows::prepare()?;
    let wine = Wine::start()?;
    let done = built.test(packages);
    wine.stop()?;
    done
}

/// What programs for Windows are built for: on Windows itself by its own tools.
pub(crate) fn triple() -> &'static str {
    if std::env::consts::OS == "windows" {
        "x86_64-pc-windows-msvc"
    } else {
        TARGET
    }
}

/// The compiler that builds them.
pub(crate) fn rustc() -> PathBuf {
    match rust_for_windows() {
        Some(RustForWindowsHere::Debian) => DEBIAN_RUSTC.into(),
        Some(RustForWindowsHere::Rustup) | None => "rustc".into(),
    }
}

/// Builds the programs of these packages, and says in which folder they are.
pub(crate) fn build(packages: &[&str], release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    let (mut build, folder) = if std::env::consts::OS == "windows" {
        let mut build = cargo();
        build.args(["build", "--target", triple()]);
        (build, place::target().join(triple()).join(profile))
    } else {
        let built = Windows::prepare()?;
        let mut build = built.cargo();
        build.arg("build");
        built.aim(&mut build);
        (build, built.target.join(TARGET).join(profile))
    };
    if release {
        build.arg("--release");
    }
    run(build.args(packages.iter().flat_map(|name| ["--package", name])))?;
    Ok(folder)
}

fn skipped(why: &str) -> Counts {
    say(&format!("1 skipped: {why}"));
    Counts::skipped(1)
}

/// The compiler and its folders.
struct Windows {
    rust: RustForWindowsHere,
    target: PathBuf,
}

impl Windows {
    fn prepare() -> Result<Self> {
        let rust = rust_for_windows().context("no Rust for Windows")?;
        let target = place::windows_target();
        // Beside the programs: that is where Windows, and so Wine, looks first.
        for folder in ["debug", "debug/deps"].map(|folder| target.join(TARGET).join(folder)) {
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            lay_shim(&folder)?;
        }
        Ok(Self { rust, target })
    }

    fn cargo(&self) -> Command {
        let mut command = match self.rust {
            RustForWindowsHere::Rustup => cargo(),
            RustForWindowsHere::Debian => {
                let mut command = Command::new(Path::new(DEBIAN_RUSTC).with_file_name("cargo"));
                let path = std::env::var("PATH").unwrap_or_default();
                command
                    .current_dir(place::root())
                    .env("PATH", format!("/usr/bin:{path}"))
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    // What the rustup that started us set points to another compiler.
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO")
                    .env_remove("RUSTDOC");
                command
            }
        };
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env(
                "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER",
                "x86_64-w64-mingw32-gcc",
            )
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        Wine::surroundings(&mut command);
        command
    }

    fn test(&self, packages: &[String]) -> Result<Counts> {
        let (road, rest): (Vec<&String>, Vec<&String>) =
            packages.iter().partition(|name| *name == ROAD);
        let mut counts = if road.is_empty() || !rest.is_empty() {
            self.crates(&rest)?
        } else {
            Counts::default()
        };
        if packages.is_empty() || !road.is_empty() {
            counts += self.road()?;
        }
        Ok(counts)
    }

    /// `gangway.exe` from a name to Remote Desktop, with registry, Credential Manager and stand-ins for `mstsc.exe`.
    fn road(&self) -> Result<Counts> {
        let mut build = self.cargo();
        build.args(["build", "--quiet"]);
        self.aim(&mut build);
        run(build.args(["--package", "gangway-cli", "--package", "azure-sim"]))?;
        // The stand-ins lie in the system's folder.
        lay_shim(&Wine::prefix().join("drive_c/windows/system32"))?;
        let mut test = self.cargo();
        test.args(["test", "--no-fail-fast", "--package", ROAD])
            .args(["--test", "windows"])
            .env("GANGWAY_TESTS_WINE", "1");
        self.aim(&mut test);
        let skips = Skips::of(&mut test)?;
        let (succeeded, output) = tee(&mut test)?;
        skips.take_off(Counts::from_tests(&output).or_failed(succeeded))
    }

    fn crates(&self, packages: &[&String]) -> Result<Counts> {
        let mut test = self.cargo();
        test.args(["test", "--no-fail-fast"]);
        self.aim(&mut test);
        match packages {
            [] => test
                .arg("--workspace")
                .args(ONLY_BUILT.iter().flat_map(|name| ["--exclude", name])),
            names => test.args(names.iter().flat_map(|name| ["--package", name])),
        };
        // The library and the programs with them, where a package has any.
        test.arg("--tests");
        let skips = Skips::of(&mut test)?;
        let (succeeded, output) = tee(&mut test)?;
        let mut counts = skips.take_off(Counts::from_tests(&output).or_failed(succeeded))?;
        if packages.is_empty() || packages.iter().any(|name| *name == WITH_BROKER) {
            counts += self.with_broker()?;
        }
        if packages.is_empty() {
            // A program whose pages are absent links as well, but is not what is shipped.
            if !ui::are_built() {
                counts += Counts::one(ui::build().is_ok());
            }
            let mut build = self.cargo();
            build.args(["build", "--quiet"]);
            self.aim(&mut build);
            build.args(ONLY_BUILT.iter().flat_map(|name| ["--package", name]));
            counts += Counts::one(tee(&mut build)?.0);
        }
        Ok(counts)
    }

    /// What a cargo feature adds is only checked where the feature is on: Windows' own
    /// accounts. Wine has none, so what speaks to them is compiled and linked, not run.
    fn with_broker(&self) -> Result<Counts> {
        let mut test = self.cargo();
        test.args(["test", "--no-fail-fast"]);
        self.aim(&mut test);
        test.args(["--package", WITH_BROKER, "--features", "broker"])
            .args(["--lib", "broker::"]);
        let (succeeded, output) = tee(&mut test)?;
        let mut counts = Counts::from_tests(&output).or_failed(succeeded);
        let mut check = self.cargo();
        check.args(["check", "--quiet"]);
        self.aim(&mut check);
        check.args(["--package", "gangway-cli", "--features", "broker"]);
        counts += Counts::one(tee(&mut check)?.0);
        Ok(counts)
    }

    fn aim(&self, command: &mut Command) {
        command.args(["--target", TARGET]);
        if self.rust == RustForWindowsHere::Debian {
            command.arg("-Zbuild-std=std,panic_abort,panic_unwind,test");
        }
    }
}

/// Lays the library that Wine lacks into a folder that programs look in.
pub(crate) fn lay_shim(folder: &Path) -> Result<()> {
    let shim = folder.join(SHIM);
    if shim.exists() {
        return Ok(());
    }
    let source = folder.join("bcryptprimitives.c");
    fs::write(&source, SHIM_SOURCE)?;
    run(Command::new("x86_64-w64-mingw32-gcc")
        .args(["-shared", "-O2", "-o"])
        .arg(&shim)
        .arg(&source)
        .arg("-ladvapi32"))?;
    fs::remove_file(&source)?;
    Ok(())
}

/// A Windows of our own: no other prefix is touched, and nothing is written into the person's home.
pub(crate) struct Wine {
    server: Child,
}

impl Wine {
    pub(crate) fn start() -> Result<Self> {
        let prefix = Self::prefix();
        fs::create_dir_all(&prefix)?;
        if !prefix.join("system.reg").exists() {
            run(Self::quietly(
                Command::new("wine").args(["wineboot", "--init"]),
            ))?;
            run(Self::quietly(Command::new(Self::server()).arg("--wait")))?;
        }
        // One server for all tests: starting it anew for each costs more than the tests do. In the foreground, so that
        // a person's Ctrl-C ends it too.
        let server =
            Self::quietly(Command::new(Self::server()).args(["--foreground", "--persistent"]))
                .spawn()
                .context("cannot start Wine's server")?;
        let started = Self { server };
        // The first program brings Windows' services, which live on and would hold the output of a test open.
        run(Self::quietly(
            Command::new("wine").args(["cmd", "/c", "exit"]),
        ))?;
        Ok(started)
    }

    pub(crate) fn stop(mut self) -> Result<()> {
        // Ends this prefix's processes only. Where the server is gone already there is nothing to end.
        let ended = Self::quietly(Command::new(Self::server()).arg("--kill")).status()?;
        if !ended.success() {
            let _ = self.server.kill();
        }
        self.server.wait()?;
        Ok(())
    }

    fn quietly(command: &mut Command) -> &mut Command {
        Self::surroundings(command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
    }

    /// What Wine keeps of this Windows: its drive, its registry.
    pub(crate) fn prefix() -> PathBuf {
        place::windows_target().join("wine")
    }

    /// Debian keeps it out of PATH.
    pub(crate) fn server() -> PathBuf {
        let beside = ["/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver"].map(PathBuf::from);
        place::program("wineserver")
            .into_iter()
            .chain(beside)
            .find(|file| file.exists())
            .unwrap_or_else(|| "wineserver".into())
    }

    pub(crate) fn surroundings(command: &mut Command) -> &mut Command {
        command
            .env("WINEPREFIX", Self::prefix())
            .env("WINEDEBUG", "-all")
            // No menu entries in the real home, no offer to download browsers and .NET.
            .env("WINEDLLOVERRIDES", "winemenubuilder.exe=d;mscoree=;mshtml=")
            // Programs for Windows cannot ask our cargo where the workspace begins, and what a
            // golden file says is decided on the system it was written on.
            .env("INSTA_WORKSPACE_ROOT", place::root())
            .env("INSTA_UPDATE", "no")
            .env_remove("DISPLAY")
    }
}

//! Gives the program for Windows its version, icon and manifest, and links a release for Linux without the tables for
//! unwinding: it aborts on a panic.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Read by lld, which this compiler links with by itself, and by GNU ld.
const SCRIPT: &str = "no-unwinding.ld";
const ICON: &str = "../../icons/app/icon.ico";
const MANIFEST: &str = "../../packaging/windows/program.manifest";

fn main() -> Result<(), Box<dyn Error>> {
    for file in [SCRIPT, ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={file}");
    }
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    // A copy beside what is built: a target folder may outlive the clone that it served.
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        let copy = out.join(SCRIPT);
        fs::copy(SCRIPT, &copy)?;
        println!("cargo::rustc-link-arg-bins=-Wl,--script={}", copy.display());
        // Nothing is left that an index of them would lead to.
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
    }
    if is("CARGO_CFG_TARGET_OS", "windows") {
        let script = out.join("gangway.rc");
        fs::write(&script, resources()?)?;
        embed_resource::compile_for(&script, ["gangway"], embed_resource::NONE)
            .manifest_required()?;
    }
    Ok(())
}

/// What Explorer, Task Manager and AppLocker's publisher rules read in the program
/// (<https://learn.microsoft.com/windows/win32/menurc/versioninfo-resource>): 24 is a manifest, 0x40004 a program for
/// Windows' own system, 0409 and 04B0 are English in Unicode.
fn resources() -> io::Result<String> {
    let part = |name: &str| env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let numbers = ["MAJOR", "MINOR", "PATCH"].map(part).join(",");
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        r#"1 ICON {icon}
1 24 {manifest}
1 VERSIONINFO
FILEVERSION {numbers},0
PRODUCTVERSION {numbers},0
FILEOS 0x40004
FILETYPE 1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "CompanyName", "Gangway contributors"
      VALUE "FileDescription", "Gangway's command line"
      VALUE "FileVersion", "{version}"
      VALUE "InternalName", "gangway"
      VALUE "LegalCopyright", "Apache-2.0"
      VALUE "OriginalFilename", "gangway.exe"
      VALUE "ProductName", "Gangway"
      VALUE "ProductVersion", "{version}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"#,
        icon = quoted(ICON)?,
        manifest = quoted(MANIFEST)?,
    ))
}

/// As a script of resources takes a file's whole name: a backslash in it would begin a letter.
fn quoted(file: &str) -> io::Result<String> {
    let whole = std::path::absolute(Path::new(file))?;
    Ok(format!(
        "\"{}\"",
        whole.display().to_string().replace('\\', "/")
    ))
}

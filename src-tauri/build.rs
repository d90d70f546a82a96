//! Names the commands that views may call, and says what to run where the views are not built.

use std::path::Path;

/// Builds the views; the one line to run.
const BUILD_VIEWS: &str = "npm --prefix ui ci && npm --prefix ui run build";

/// What Windows is to know of both our programs: Tauri's own knows no long paths.
const MANIFEST: &str = "../packaging/windows/program.manifest";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rustc-check-cfg=cfg(views)");
    println!("cargo::rerun-if-changed=../ui/dist");
    println!("cargo::rerun-if-changed=capabilities");
    println!("cargo::rustc-env=GANGWAY_BUILD_VIEWS={BUILD_VIEWS}");
    if Path::new("../ui/dist/index.html").exists() {
        println!("cargo::rustc-cfg=views");
    } else if std::env::var("PROFILE")? == "release" {
        println!("cargo::error=the views are not built; run: {BUILD_VIEWS}");
    } else {
        // Checks and tests of this crate need no views; the program that comes of it says
        // the same at its start, and ends.
        println!(
            "cargo::warning=the views are not built, so this program will not start; run: {BUILD_VIEWS}"
        );
        println!(r#"cargo::rustc-env=TAURI_CONFIG={{"build":{{"frontendDist":[]}}}}"#);
    }
    let commands = tauri_build::AppManifest::new().commands(&["dispatch", "query", "snapshot"]);
    println!("cargo::rerun-if-changed={MANIFEST}");
    let windows =
        tauri_build::WindowsAttributes::new().app_manifest(std::fs::read_to_string(MANIFEST)?);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes.windows_attributes(windows))?;
    Ok(())
}

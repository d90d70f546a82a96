//! Microsoft's loader of WebView2, which a crate brings into every tray for Windows without saying so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::crates::{Kind, Part};
use super::{resources, sha256};
use crate::place;

/// The crate that brings it, as a library beside the program or linked into it.
const BRINGER: &str = "webview2-com-sys";

/// Adds it to what the programs contain, where they contain that crate. Its licence is Microsoft's own
/// (<https://www.nuget.org/packages/Microsoft.Web.WebView2>, `LICENSE.txt` of the package): its text lies with us, as the
/// crate has none.
pub(super) fn add(parts: &mut BTreeMap<String, Part>, target: &str) -> Result<()> {
    let Some(bringer) = parts.values_mut().find(|part| part.name == BRINGER) else {
        return Ok(());
    };
    let folder = bringer
        .folder
        .as_deref()
        .context("the loader has no folder")?;
    let folder = folder.join("x64");
    let library = folder.join("WebView2Loader.dll");
    let linked = folder.join("WebView2LoaderStatic.lib");
    let shipped = if target.ends_with("gnu") {
        &library
    } else {
        &linked
    };
    let part = Part {
        name: "Microsoft.Web.WebView2".to_owned(),
        version: version(&library)?,
        kind: Kind::Nuget,
        licence: "BSD-3-Clause".to_owned(),
        folder: Some(place::root().join("packaging/windows/licences/webview2")),
        sum: Some(("SHA-256", sha256(shipped)?)),
        needs: BTreeSet::new(),
    };
    bringer.needs.insert(part.id());
    parts.insert(part.id(), part);
    Ok(())
}

fn version(library: &Path) -> Result<String> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let said = resources::said(&bytes, "FileVersion")?;
    said.with_context(|| format!("{} bears no version", library.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{crates, licences};

    fn of_the_tray(target: &str) -> BTreeMap<String, Part> {
        crates::of(&["gangway-tray"], target, Path::new("rustc")).unwrap()
    }

    #[test]
    fn the_tray_for_windows_contains_it_under_its_own_licence() {
        let parts = of_the_tray("x86_64-pc-windows-gnu");
        let loader = parts.values().find(|part| part.kind == Kind::Nuget);
        let loader = loader.unwrap();
        assert_eq!(loader.version.split('.').count(), 4, "{}", loader.version);
        assert!(
            loader
                .id()
                .starts_with("pkg:nuget/Microsoft.Web.WebView2@1.")
        );
        let bringer = parts.values().find(|part| part.name == BRINGER).unwrap();
        assert!(bringer.needs.contains(&loader.id()));
        let text = licences::text(&parts).unwrap();
        assert!(text.contains(&format!(
            "Microsoft.Web.WebView2 {}: BSD-3-Clause\n",
            loader.version
        )));
        assert!(text.contains("the names of its contributors"));
    }

    #[test]
    fn elsewhere_there_is_none() {
        let parts = of_the_tray("x86_64-unknown-linux-gnu");
        assert!(parts.values().all(|part| part.kind != Kind::Nuget));
    }
}

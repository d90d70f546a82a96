//! The installer for Windows: our script, compiled by makensis.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::compiler::Compiler;
use super::content::{Content, LICENCE, PICTURE};
use super::{Work, seal};
use crate::place;
use crate::process::run;

/// Signs the programs, packs them, and signs what comes of it.
pub(super) fn make(content: &Content, work: &Work, compiler: &Compiler) -> Result<PathBuf> {
    for program in content
        .files
        .values()
        .filter(|file| file.extension().is_some_and(|it| it == "exe"))
    {
        seal::sign(program, work)?;
    }
    let payload = work.scratch.join("payload.nsh");
    fs::write(&payload, script(content)?)?;
    let installer = work
        .output
        .join(format!("Gangway-{}-x64.exe", work.version));
    let script = place::root().join("packaging/windows/gangway.nsi");
    let mut size = 0;
    for file in content.files.values() {
        size += file.metadata()?.len().div_ceil(1024);
    }
    let mut defines = vec![
        ("VERSION", work.version.to_owned()),
        ("VERSION_QUAD", four_numbers(work.version)),
        ("PAYLOAD", shown(&payload)),
        ("OUTPUT", shown(&installer)),
        ("SIZE", size.to_string()),
        ("TARGET", target().to_owned()),
        (
            "PACKED",
            if work.small { "lzma" } else { "zlib" }.to_owned(),
        ),
        ("ICON", shown(&place::root().join("icons/app/icon.ico"))),
        ("LICENSE", shown(&content.folder.join(LICENCE))),
        ("PICTURE_NAME", PICTURE.to_owned()),
    ];
    if work.sign.is_some_and(|sign| sign.contains(['`', '$'])) {
        bail!("makensis would read a ` or a $ in the line that signs: put it into a script");
    }
    defines.extend(work.sign.map(|sign| ("SIGN", sign.to_owned())));
    let mut compile = Command::new(&compiler.program);
    // Every warning is an error: most of them are variables that were misspelt.
    compile.args(["-V2", "-WX", "-INPUTCHARSET", "UTF8"]);
    compile.args(
        defines
            .iter()
            .map(|(name, value)| format!("-D{name}={value}")),
    );
    run(compile
        .arg(&script)
        .env("SOURCE_DATE_EPOCH", work.date.to_string()))?;
    seal::sign(&installer, work)?;
    Ok(installer)
}

/// Two macros: what to lay down, and what to take away again, file by file, so that nothing else is ever removed.
fn script(content: &Content) -> Result<String> {
    let mut install = String::new();
    let mut remove = String::new();
    let mut folders: Vec<String> = Vec::new();
    for (name, file) in &content.files {
        let name = name.replace('/', "\\");
        if [name.as_str(), &shown(file)]
            .iter()
            .any(|text| text.contains(['"', '$', '`', '\n']))
        {
            bail!("makensis would read more than a name in {name}");
        }
        let folder = name.rsplit_once('\\').map_or("", |(folder, _)| folder);
        if !folder.is_empty() && !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
        let below = if folder.is_empty() {
            String::new()
        } else {
            format!("\\{folder}")
        };
        install.push_str(&format!(
            "  SetOutPath \"$INSTDIR{below}\"\n  File \"{}\"\n",
            shown(file)
        ));
        remove.push_str(&format!("  Delete \"$INSTDIR\\{name}\"\n"));
    }
    // The deepest first: a folder goes when it is empty.
    folders = with_parents(folders);
    for folder in folders {
        remove.push_str(&format!("  RMDir \"$INSTDIR\\{folder}\"\n"));
    }
    Ok(format!(
        "; Written by cargo xtask package.\n!macro INSTALL_PAYLOAD\n{install}!macroend\n!macro REMOVE_PAYLOAD\n{remove}!macroend\n"
    ))
}

fn with_parents(folders: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for folder in folders {
        let ends = folder
            .match_indices('\\')
            .map(|(at, _)| at)
            .chain([folder.len()]);
        all.extend(ends.map(|end| folder[..end].to_owned()));
    }
    all.sort_by(|one, other| other.cmp(one));
    all.dedup();
    all
}

/// NSIS as it is published for Windows makes 32-bit installers only, which do the same.
fn target() -> &'static str {
    if std::env::consts::OS == "windows" {
        "x86-unicode"
    } else {
        "amd64-unicode"
    }
}

/// As Windows writes versions into a file: `1.2.3-beta.1` is `1.2.3.0`.
fn four_numbers(version: &str) -> String {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    format!("{numbers}.0")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Files;

    fn content(names: &[&str]) -> Content {
        let files: Files = names
            .iter()
            .map(|name| ((*name).to_owned(), Path::new("/s").join(name)))
            .collect();
        Content {
            folder: "/s".into(),
            files,
        }
    }

    #[test]
    fn what_is_laid_down_is_taken_away_and_nothing_else() {
        let text = script(&content(&["a.exe", "policy/a.admx", "policy/de-DE/a.adml"])).unwrap();
        for line in [
            r#"  SetOutPath "$INSTDIR\policy\de-DE""#,
            r#"  File "/s/policy/de-DE/a.adml""#,
            r#"  Delete "$INSTDIR\policy\de-DE\a.adml""#,
            r#"  Delete "$INSTDIR\a.exe""#,
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is not in\n{text}"
            );
        }
        let gone: Vec<&str> = text.lines().filter(|line| line.contains("RMDir")).collect();
        assert_eq!(
            gone,
            [
                r#"  RMDir "$INSTDIR\policy\de-DE""#,
                r#"  RMDir "$INSTDIR\policy""#
            ]
        );
        assert!(!text.contains("RMDir /r"));
    }

    /// NSIS goes on into what a junction leads to: our own way of removing a folder does not.
    #[test]
    fn no_folder_is_removed_by_nsis_with_all_that_is_in_it() {
        let scripts = place::root().join("packaging/windows");
        let mut seen = 0;
        for entry in fs::read_dir(scripts).unwrap() {
            let file = entry.unwrap().path();
            if file
                .extension()
                .is_some_and(|it| it == "nsh" || it == "nsi")
            {
                let text = fs::read_to_string(&file).unwrap().to_lowercase();
                let found = text
                    .lines()
                    .find(|line| line.contains("rmdir") && line.contains("/r "));
                assert_eq!(found, None, "{}", file.display());
                seen += 1;
            }
        }
        assert!(seen > 5);
    }

    #[test]
    fn a_name_is_no_script() {
        assert!(script(&content(&["a\"b.exe"])).is_err());
        assert!(script(&content(&["$TEMP.exe"])).is_err());
    }

    #[test]
    fn a_version_for_windows_has_four_numbers() {
        assert_eq!(four_numbers("0.1.0"), "0.1.0.0");
        assert_eq!(four_numbers("1.2.3-beta.1"), "1.2.3.0");
    }
}

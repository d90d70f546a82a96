//! Everybody else's licences in one text, each wording once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::crates::{Kind, Part};

/// How files with a licence's text begin.
const NAMES: [&str; 5] = ["licen", "copying", "notice", "unlicense", "copyright"];

/// Longer than any licence: what is longer is a program or a list.
const LONGEST: u64 = 256 * 1024;

const HEAD: &str = "\
Gangway contains software of others, under licences of their own. First comes the list of all of it, then every
wording of a licence that was found beside it, once, with the names of what it belongs to.
";

/// The whole text.
pub(super) fn text(parts: &BTreeMap<String, Part>) -> Result<String> {
    let others: Vec<&Part> = parts
        .values()
        .filter(|part| part.kind != Kind::Ours)
        .collect();
    let mut text = HEAD.to_owned();
    text.push('\n');
    for part in &others {
        text.push_str(&format!(
            "{} {}: {}\n",
            part.name, part.version, part.licence
        ));
    }
    let mut wordings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in &others {
        let Some(folder) = &part.folder else { continue };
        for wording in wordings_in(folder)? {
            let names = wordings.entry(wording).or_default();
            let name = format!("{} {}", part.name, part.version);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let mut wordings: Vec<(String, Vec<String>)> = wordings.into_iter().collect();
    wordings.sort_by(|one, other| one.1.cmp(&other.1));
    for (wording, names) in wordings {
        let rule = "-".repeat(78);
        text.push_str(&format!(
            "\n{rule}\n{}\n{rule}\n\n{wording}\n",
            names.join(", ")
        ));
    }
    Ok(text)
}

fn wordings_in(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} is not there: is it fetched?", folder.display()))?;
    let mut files: Vec<_> = entries.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut wordings = Vec::new();
    for file in files {
        let name = file.file_name().to_string_lossy().to_lowercase();
        let kind = file.metadata()?;
        if NAMES.iter().any(|begin| name.starts_with(begin))
            && kind.is_file()
            && kind.len() <= LONGEST
        {
            let text = String::from_utf8_lossy(&fs::read(file.path())?).replace('\r', "");
            wordings.push(text.trim().to_owned());
        }
    }
    Ok(wordings)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn part(name: &str, kind: Kind, folder: &Path) -> (String, Part) {
        let part = Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind,
            licence: "MIT".to_owned(),
            folder: Some(folder.to_owned()),
            sum: None,
            needs: BTreeSet::new(),
        };
        (part.id(), part)
    }

    #[test]
    fn one_wording_stands_once_with_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("LICENSE-MIT"), "Do as you like.\r\n").unwrap();
        fs::write(folder.path().join("README.md"), "Read me.").unwrap();
        let parts = BTreeMap::from([
            part("one", Kind::Crate, folder.path()),
            part("two", Kind::Npm, folder.path()),
            part("ours", Kind::Ours, folder.path()),
        ]);
        let text = text(&parts).unwrap();
        assert_eq!(text.matches("Do as you like.").count(), 1);
        assert!(
            text.contains("one 1.0.0: MIT\n") && text.contains("\none 1.0.0, two 1.0.0\n"),
            "{text}"
        );
        assert!(!text.contains("ours") && !text.contains("Read me"));
    }

    #[test]
    fn what_was_not_fetched_is_no_licence_less() {
        let parts = BTreeMap::from([part("gone", Kind::Crate, Path::new("no-such-folder"))]);
        assert!(text(&parts).is_err());
    }
}

//! Finds the files of a profile in a zip, a folder or by itself, within limits.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;

use zip::ZipArchive;

use super::{LARGEST_ARCHIVE, LARGEST_FILE, MOST_FILES};
use crate::error::{Error, Fault};

/// How an archive begins.
const ARCHIVE: &[u8] = b"PK";

/// A file of a profile, read whole.
pub(super) struct Source {
    pub(super) format: Format,
    pub(super) bytes: Vec<u8>,
}

/// How a file is to be read. In this order their words weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    /// `azurevpnconfig.xml` and its `_aad`, `_cert` variants.
    Azure,
    /// `VpnSettings.xml`.
    Generic,
    /// An `.ovpn` file.
    OpenVpn,
}

/// Every file at `path` that is known, most telling first.
pub(super) fn collect(path: &Path) -> Result<Vec<Source>, Error> {
    let found = if fs::metadata(path).map_err(unreadable(path))?.is_dir() {
        from_folder(path)
    } else {
        from_file(path)
    };
    let mut found = found.map_err(|trouble| match trouble {
        Trouble::Io(source) => unreadable(path)(source),
        Trouble::Fault(fault) => Error::NotAProfile {
            path: path.to_owned(),
            fault,
        },
    })?;
    found.sort_by_key(|source| source.format);
    Ok(found)
}

/// Every file that is known in what somebody handed over: an archive or a single file of
/// this name.
pub(super) fn collect_from(name: &str, bytes: Vec<u8>) -> Result<Vec<Source>, Fault> {
    let found = if bytes.starts_with(ARCHIVE) {
        from_archive(io::Cursor::new(bytes))
    } else if bytes.len() as u64 > LARGEST_FILE {
        Err(Fault::TooLarge(LARGEST_FILE).into())
    } else {
        Ok(vec![single(last_segment(name), bytes)])
    };
    let mut found = found.map_err(|trouble| match trouble {
        // Nothing but the archive itself can fail in memory.
        Trouble::Io(error) => Fault::Archive(error.to_string()),
        Trouble::Fault(fault) => fault,
    })?;
    found.sort_by_key(|source| source.format);
    Ok(found)
}

enum Trouble {
    Io(io::Error),
    Fault(Fault),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Unreadable {
        path: path.to_owned(),
        source,
    }
}

/// The folder itself and the folders in it, as Azure's zip unpacks.
fn from_folder(path: &Path) -> Result<Vec<Source>, Trouble> {
    let mut found = Vec::new();
    let mut seen = 0;
    let mut folders = vec![(path.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            seen += 1;
            if seen > MOST_FILES {
                return Err(Fault::TooMany(MOST_FILES).into());
            }
            let kind = entry.file_type()?;
            if kind.is_dir() && depth < 2 {
                folders.push((entry.path(), depth + 1));
            }
            let format = format_of(&entry.file_name().to_string_lossy());
            if let (true, Some(format)) = (kind.is_file(), format) {
                let bytes = read_up_to(File::open(entry.path())?, LARGEST_FILE)?;
                found.push(Source { format, bytes });
            }
        }
    }
    Ok(found)
}

fn from_file(path: &Path) -> Result<Vec<Source>, Trouble> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    (&mut file).take(4).read_to_end(&mut start)?;
    file.rewind()?;
    if start.starts_with(ARCHIVE) {
        if file.metadata()?.len() > LARGEST_ARCHIVE {
            return Err(Fault::TooLarge(LARGEST_ARCHIVE).into());
        }
        return from_archive(io::BufReader::new(file));
    }
    let bytes = read_up_to(file, LARGEST_FILE)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(vec![single(&name, bytes)])
}

/// A file may have been renamed: an unknown name is judged by its content.
fn single(name: &str, bytes: Vec<u8>) -> Source {
    let format = format_of(name).unwrap_or_else(|| format_by_content(&bytes));
    Source { format, bytes }
}

fn from_archive(bytes: impl Read + Seek) -> Result<Vec<Source>, Trouble> {
    let mut archive = ZipArchive::new(bytes).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_FILES {
        return Err(Fault::TooMany(MOST_FILES).into());
    }
    let mut found = Vec::new();
    for index in 0..archive.len() {
        // The name only tells what the entry is. It is never joined to a path.
        let format = match archive.name_for_index(index) {
            Some(Ok(name)) => format_of(last_segment(&name)),
            Some(Err(_)) | None => None,
        };
        let Some(format) = format else { continue };
        let entry = archive.by_index(index).map_err(|error| damaged(&error))?;
        // The size that the archive claims proves nothing: what comes out is counted.
        let bytes = match read_up_to(entry, LARGEST_FILE) {
            Err(Trouble::Io(error)) => return Err(Fault::Archive(error.to_string()).into()),
            other => other?,
        };
        found.push(Source { format, bytes });
        if found.len() > 16 {
            return Err(Fault::TooMany(16).into());
        }
    }
    Ok(found)
}

fn damaged(error: &zip::result::ZipError) -> Fault {
    Fault::Archive(error.to_string())
}

fn read_up_to(source: impl Read, most: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Fault::TooLarge(most).into());
    }
    Ok(bytes)
}

fn last_segment(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn format_of(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("azurevpnconfig") && name.ends_with(".xml") {
        Some(Format::Azure)
    } else if name == "vpnsettings.xml" {
        Some(Format::Generic)
    } else if name.ends_with(".ovpn") {
        Some(Format::OpenVpn)
    } else {
        None
    }
}

/// Azure's two XML files differ in their root element; anything else is tried as OpenVPN's,
/// which is nothing but lines.
fn format_by_content(bytes: &[u8]) -> Format {
    let head: String = super::text::decode(bytes)
        .unwrap_or_default()
        .chars()
        .take(4_096)
        .collect::<String>()
        .to_ascii_lowercase();
    if head.contains("<azvpnprofile") {
        Format::Azure
    } else if head.contains("<vpnprofile") {
        Format::Generic
    } else {
        Format::OpenVpn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_folder() {
        for (name, format) in [
            ("AzureVPN/azurevpnconfig_aad.xml", Some(Format::Azure)),
            ("azurevpn\\AZUREVPNCONFIG.XML", Some(Format::Azure)),
            ("../../etc/VpnSettings.xml", Some(Format::Generic)),
            ("OpenVPN/vpnconfig.ovpn", Some(Format::OpenVpn)),
            ("WindowsAmd64/VpnClientSetupAmd64.exe", None),
            ("Generic/VpnServerRoot.cer", None),
        ] {
            assert_eq!(format_of(last_segment(name)), format, "{name}");
        }
    }
}

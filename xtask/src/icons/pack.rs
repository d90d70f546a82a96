//! Several sizes in one file: `.ico` for Windows, `.icns` for macOS, both with png inside.

use anyhow::{Context, Result};

/// What Windows asks for at 100, 125, 150, 200, 250, 300 and 400 percent, and in its large views.
const ICO: [u32; 8] = [16, 20, 24, 32, 40, 48, 64, 256];

/// The type codes under which macOS keeps png, with their sizes in pixels.
const ICNS: [(&[u8; 4], u32); 10] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
];

const ICO_HEAD: usize = 6;
const ICO_ENTRY: usize = 16;

/// A header, an entry for each size, then the pictures.
pub(super) fn ico(png: impl Fn(u32) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let pictures = ICO.map(|size| png(size).map(|picture| (size, picture)));
    let pictures = pictures.into_iter().collect::<Result<Vec<_>>>()?;
    let mut file = Vec::new();
    for word in [0_u16, 1, u16::try_from(pictures.len())?] {
        file.extend(word.to_le_bytes());
    }
    let mut at = ICO_HEAD + ICO_ENTRY * pictures.len();
    for (size, picture) in &pictures {
        // One byte for a side: 256 is written as 0.
        let side = u8::try_from(size % 256)?;
        file.extend([side, side, 0, 0]);
        file.extend(1_u16.to_le_bytes());
        file.extend(32_u16.to_le_bytes());
        file.extend(u32::try_from(picture.len())?.to_le_bytes());
        file.extend(u32::try_from(at)?.to_le_bytes());
        at += picture.len();
    }
    file.extend(pictures.into_iter().flat_map(|(_, picture)| picture));
    Ok(file)
}

/// A header with the whole length, then each picture behind its code and its length.
pub(super) fn icns(png: impl Fn(u32) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    const HEAD: usize = 8;
    let length = |content: usize| u32::try_from(content + HEAD).context("a picture too large");
    let mut content = Vec::new();
    for (code, size) in ICNS {
        let picture = png(size)?;
        content.extend(code);
        content.extend(length(picture.len())?.to_be_bytes());
        content.extend(picture);
    }
    let mut file = b"icns".to_vec();
    file.extend(length(content.len())?.to_be_bytes());
    file.extend(content);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(size: u32) -> Result<Vec<u8>> {
        Ok(vec![u8::try_from(size / 8)?; 3])
    }

    #[test]
    fn an_ico_leads_to_each_picture() {
        let file = ico(picture).unwrap();
        assert_eq!(&file[..6], [0, 0, 1, 0, 8, 0]);
        for (index, size) in ICO.into_iter().enumerate() {
            let entry = &file[ICO_HEAD + index * ICO_ENTRY..][..ICO_ENTRY];
            assert_eq!(u32::from(entry[0]), size % 256);
            let number = |at: usize| u32::from_le_bytes(entry[at..at + 4].try_into().unwrap());
            let (length, at) = (number(8) as usize, number(12) as usize);
            assert_eq!(file[at..at + length], picture(size).unwrap());
        }
    }

    #[test]
    fn an_icns_tells_its_length_and_each_pictures() {
        let file = icns(picture).unwrap();
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((&file[..4], number(4)), (b"icns".as_slice(), file.len()));
        let mut at = 8;
        for (code, size) in ICNS {
            assert_eq!(&file[at..at + 4], code);
            assert_eq!(file[at + 8..at + number(at + 4)], picture(size).unwrap());
            at += number(at + 4);
        }
        assert_eq!(at, file.len());
    }
}

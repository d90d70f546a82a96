//! Windows: the values of a key of the registry, of any length, none passed over in silence.

use std::io;

use serde_json::{Map, Value};
use windows::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_NO_MORE_ITEMS, WIN32_ERROR,
};
use windows::Win32::System::Registry::{
    HKEY, KEY_READ, REG_DWORD, REG_MULTI_SZ, REG_SZ, REG_VALUE_TYPE, RegCloseKey, RegEnumKeyExW,
    RegEnumValueW, RegOpenKeyExW, RegQueryInfoKeyW,
};
use windows::core::{HSTRING, PWSTR};

/// How often a key is read anew that grows while it is read.
const TRIES: usize = 8;

/// What stands in a key.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Texts, numbers and lists of texts.
    pub(super) known: Map<String, Value>,
    /// The names of those that are none of these.
    pub(super) unknown: Vec<String>,
    /// The names of the keys below it, which nothing is read from.
    pub(super) below: Vec<String>,
}

/// The values of a key; none where there is no such key. A key's own value, which has no
/// name, is no setting.
///
/// # Errors
/// When the key is there and cannot be read.
pub(super) fn read(root: HKEY, path: &str) -> io::Result<Values> {
    let mut key = HKEY::default();
    // SAFETY: the name outlives the call; the key is closed below.
    let opened = unsafe { RegOpenKeyExW(root, &HSTRING::from(path), None, KEY_READ, &raw mut key) };
    if opened == ERROR_FILE_NOT_FOUND {
        return Ok(Values::default());
    }
    opened.ok()?;
    let mut read = all(key);
    for _ in 1..TRIES {
        match read {
            Err(ERROR_MORE_DATA) => read = all(key),
            _ => break,
        }
    }
    // SAFETY: the key came from `RegOpenKeyExW` and is not used again.
    let _closed = unsafe { RegCloseKey(key) };
    read.map_err(|error| io::Error::from_raw_os_error(error.0.cast_signed()))
}

fn all(key: HKEY) -> Result<Values, WIN32_ERROR> {
    let (mut longest_key, mut longest_name, mut longest_value) = (0, 0, 0);
    // SAFETY: the key is open; the numbers outlive the call.
    let told = unsafe {
        RegQueryInfoKeyW(
            key,
            None,
            None,
            None,
            None,
            Some(&raw mut longest_key),
            None,
            None,
            Some(&raw mut longest_name),
            Some(&raw mut longest_value),
            None,
            None,
        )
    };
    succeeded(told)?;
    // In characters without the zero at the end, and in bytes.
    let mut name = vec![0_u16; longest_name as usize + 1];
    let mut data = vec![0_u8; longest_value as usize + 1];
    let mut values = Values::default();
    for index in 0.. {
        let mut name_length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        let mut length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let mut kind = 0;
        // SAFETY: the buffers are as long as the lengths say and outlive the call.
        let told = unsafe {
            RegEnumValueW(
                key,
                index,
                Some(PWSTR(name.as_mut_ptr())),
                &raw mut name_length,
                None,
                Some(&raw mut kind),
                Some(data.as_mut_ptr()),
                Some(&raw mut length),
            )
        };
        if told == ERROR_NO_MORE_ITEMS {
            break;
        }
        succeeded(told)?;
        let name = name.get(..name_length as usize).unwrap_or_default();
        let name = String::from_utf16_lossy(name);
        let data = data.get(..length as usize).unwrap_or_default();
        match value(REG_VALUE_TYPE(kind), data) {
            _ if name.is_empty() => {}
            Some(value) => {
                values.known.insert(name, value);
            }
            None => values.unknown.push(name),
        }
    }
    values.below = below(key, longest_key)?;
    Ok(values)
}

/// The names of the keys below one, none longer than `longest` characters.
fn below(key: HKEY, longest: u32) -> Result<Vec<String>, WIN32_ERROR> {
    let mut name = vec![0_u16; longest as usize + 1];
    let mut names = Vec::new();
    for index in 0.. {
        let mut length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        // SAFETY: the buffer is as long as the length says and outlives the call.
        let told = unsafe {
            let name = Some(PWSTR(name.as_mut_ptr()));
            RegEnumKeyExW(key, index, name, &raw mut length, None, None, None, None)
        };
        if told == ERROR_NO_MORE_ITEMS {
            break;
        }
        succeeded(told)?;
        let name = name.get(..length as usize).unwrap_or_default();
        names.push(String::from_utf16_lossy(name));
    }
    Ok(names)
}

fn succeeded(told: WIN32_ERROR) -> Result<(), WIN32_ERROR> {
    if told.is_ok() { Ok(()) } else { Err(told) }
}

/// Blanks around a text are a slip of whoever filled it in.
fn value(kind: REG_VALUE_TYPE, data: &[u8]) -> Option<Value> {
    let wide: Vec<u16> = data
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let mut texts = wide
        .split(|unit| *unit == 0)
        .map(|text| String::from_utf16_lossy(text).trim().to_owned())
        .filter(|text| !text.is_empty());
    match kind {
        REG_DWORD => Some(u32::from_le_bytes(data.try_into().ok()?).into()),
        REG_SZ => Some(texts.next().unwrap_or_default().into()),
        REG_MULTI_SZ => Some(texts.collect::<Vec<_>>().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

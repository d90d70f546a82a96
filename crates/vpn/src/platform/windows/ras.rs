//! Windows: what the dialler has connected, with the address that it got.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use windows::Win32::Foundation::NO_ERROR;
use windows::Win32::NetworkManagement::Rras::{
    ERROR_BUFFER_TOO_SMALL, HRASCONN, RASAPIVERSION_601, RASCONNW, RASP_PppIp, RASPPPIPW,
    RasEnumConnectionsW, RasGetProjectionInfoEx, RasGetProjectionInfoW,
};

use crate::ras::{Phonebook, RasEntry, projected_address};

/// Room for this many connections to begin with; nobody dials more at once.
const FIRST: usize = 4;

/// More than any description of a connection takes.
const LARGEST: u32 = 64 * 1024;

/// What is connected; nothing where there is no dialler.
pub(crate) fn ras_entries() -> Vec<RasEntry> {
    connections()
        .unwrap_or_default()
        .iter()
        .map(|connection| {
            // Copied, for the fields of a packed structure lie anywhere.
            let (name, device) = (connection.szEntryName, connection.szDeviceName);
            let (device_type, file) = (connection.szDeviceType, connection.szPhonebook);
            let file = PathBuf::from(text(&file));
            RasEntry {
                name: text(&name),
                phonebook: Phonebook::at(&file),
                file: Some(file).filter(|file| !file.as_os_str().is_empty()),
                device: text(&device),
                device_type: text(&device_type),
                address: address(connection.hrasconn),
            }
        })
        .collect()
}

fn connections() -> Option<Vec<RASCONNW>> {
    let one = size_of::<RASCONNW>();
    let mut room = FIRST;
    loop {
        let each = RASCONNW {
            dwSize: u32::try_from(one).ok()?,
            ..RASCONNW::default()
        };
        let mut connections = vec![each; room];
        let mut size = u32::try_from(one * room).ok()?;
        let mut count = 0;
        // SAFETY: the buffer is as long as `size` says and its first entry says how long one is.
        let answer = unsafe {
            RasEnumConnectionsW(
                Some(connections.as_mut_ptr()),
                &raw mut size,
                &raw mut count,
            )
        };
        if answer == NO_ERROR.0 {
            connections.truncate(count as usize);
            return Some(connections);
        }
        let wanted = (size as usize).div_ceil(one);
        if answer != ERROR_BUFFER_TOO_SMALL || wanted <= room {
            return None;
        }
        room = wanted;
    }
}

/// The address of a connection, where it has one yet: as newer systems tell it for every
/// protocol, else as PPP has always told it.
fn address(connection: HRASCONN) -> Option<Ipv4Addr> {
    projected(connection).or_else(|| given_by_ppp(connection))
}

fn projected(connection: HRASCONN) -> Option<Ipv4Addr> {
    let mut size = 0;
    // SAFETY: without a buffer only the size is asked for.
    let answer = unsafe { RasGetProjectionInfoEx(connection, None, &raw mut size) };
    if answer != ERROR_BUFFER_TOO_SMALL || size > LARGEST {
        return None;
    }
    let mut buffer = vec![0_u64; (size as usize).div_ceil(8).max(1)];
    // It begins with the version that is understood here.
    buffer[0] = u64::from(RASAPIVERSION_601.0.cast_unsigned());
    // SAFETY: the buffer is at least as long as `size` says, and aligned for what is written.
    let answer = unsafe {
        RasGetProjectionInfoEx(connection, Some(buffer.as_mut_ptr().cast()), &raw mut size)
    };
    if answer != NO_ERROR.0 {
        return None;
    }
    let bytes: Vec<u8> = buffer.into_iter().flat_map(u64::to_ne_bytes).collect();
    projected_address(&bytes)
}

fn given_by_ppp(connection: HRASCONN) -> Option<Ipv4Addr> {
    let mut size = u32::try_from(size_of::<RASPPPIPW>()).ok()?;
    let mut given = RASPPPIPW {
        dwSize: size,
        ..RASPPPIPW::default()
    };
    // SAFETY: the structure is as long as `size` and its own first field say.
    let answer = unsafe {
        RasGetProjectionInfoW(
            connection,
            RASP_PppIp,
            (&raw mut given).cast(),
            &raw mut size,
        )
    };
    if answer != NO_ERROR.0 || given.dwError != 0 {
        return None;
    }
    text(&given.szIpAddress).parse().ok()
}

/// A text up to its zero.
fn text(units: &[u16]) -> String {
    let end = units.iter().position(|unit| *unit == 0);
    String::from_utf16_lossy(&units[..end.unwrap_or(units.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialler_answers_and_nothing_is_connected_without_one_who_dials() {
        for entry in ras_entries() {
            assert!(!entry.name.is_empty(), "{entry:?}");
        }
        assert!(connections().is_some());
    }

    #[test]
    fn a_text_ends_at_its_zero() {
        assert_eq!(text(&[104, 117, 98, 0, 120]), "hub");
        assert_eq!(text(&[104]), "h");
        assert_eq!(text(&[]), "");
    }
}

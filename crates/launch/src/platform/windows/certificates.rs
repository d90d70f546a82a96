//! Windows' store of the person's own certificates.
#![allow(
    unsafe_code,
    reason = "the certificate store is foreign; each call says what it relies on"
)]

use std::io;

use jiff::{SignedDuration, Timestamp};
use windows::Win32::Foundation::{
    CRYPT_E_NOT_FOUND, ERROR_FILE_NOT_FOUND, ERROR_NO_MORE_FILES, FILETIME, GetLastError,
    WIN32_ERROR,
};
use windows::Win32::Security::Cryptography::{
    CERT_CONTEXT, CERT_KEY_PROV_INFO_PROP_ID, CERT_NAME_ISSUER_FLAG, CERT_NAME_SIMPLE_DISPLAY_TYPE,
    CERT_OPEN_STORE_FLAGS, CERT_QUERY_ENCODING_TYPE, CERT_SHA1_HASH_PROP_ID,
    CERT_SHA256_HASH_PROP_ID, CERT_STORE_OPEN_EXISTING_FLAG, CERT_STORE_PROV_SYSTEM_W,
    CERT_STORE_READONLY_FLAG, CERT_SYSTEM_STORE_CURRENT_USER_ID, CERT_SYSTEM_STORE_LOCATION_SHIFT,
    CTL_USAGE, CertCloseStore, CertEnumCertificatesInStore, CertGetCertificateContextProperty,
    CertGetEnhancedKeyUsage, CertGetNameStringW, CertOpenStore, HCERTSTORE,
};
use windows::core::w;

use crate::certificates::Certificate;

/// The person's certificates.
///
/// # Errors
/// The system's, where there is a store and it cannot be read to its end.
pub(crate) fn certificates() -> io::Result<Vec<Certificate>> {
    let of_person = CERT_OPEN_STORE_FLAGS(
        CERT_SYSTEM_STORE_CURRENT_USER_ID << CERT_SYSTEM_STORE_LOCATION_SHIFT,
    );
    let name = w!("My");
    // SAFETY: the provider is the system's own, whose parameter is a name that ends in zero;
    // the store is closed when it is dropped.
    let store = unsafe {
        CertOpenStore(
            CERT_STORE_PROV_SYSTEM_W,
            CERT_QUERY_ENCODING_TYPE(0),
            None,
            of_person | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG,
            Some(name.as_ptr().cast()),
        )
    };
    let store = match store {
        Ok(store) => Store(store),
        // Somebody who never had a certificate has no store.
        Err(error) if error.code() == ERROR_FILE_NOT_FOUND.to_hresult() => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    let mut last: Option<*const CERT_CONTEXT> = None;
    loop {
        // SAFETY: the store is open, and the context is the one that the last call gave; this
        // one frees it.
        let next = unsafe { CertEnumCertificatesInStore(store.0, last) };
        if next.is_null() {
            // SAFETY: no preconditions; nothing was called on this thread since.
            let why = unsafe { GetLastError() };
            return ended(why).map(|()| found);
        }
        found.extend(read(next));
        last = Some(next);
    }
}

/// The list ends by itself; anything else kept some of it back
/// (<https://learn.microsoft.com/windows/win32/api/wincrypt/nf-wincrypt-certenumcertificatesinstore>).
fn ended(why: WIN32_ERROR) -> io::Result<()> {
    let is_end = why == ERROR_NO_MORE_FILES || why.0 == CRYPT_E_NOT_FOUND.0.cast_unsigned();
    // The code of an error that is an HRESULT already stands as it is.
    let error = || io::Error::from_raw_os_error(why.0.cast_signed());
    if is_end { Ok(()) } else { Err(error()) }
}

struct Store(HCERTSTORE);

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: opened above, closed once, no context of it is kept.
        let _closed = unsafe { CertCloseStore(Some(self.0), 0) };
    }
}

/// `None` for what has no dates or no hash: that is no certificate.
fn read(context: *const CERT_CONTEXT) -> Option<Certificate> {
    // SAFETY: the context is valid until the next one is asked for, and with it what it
    // points to.
    let (begins, ends) = unsafe {
        let info = (*context).pCertInfo.as_ref()?;
        (info.NotBefore, info.NotAfter)
    };
    Some(Certificate {
        name: name(context, 0),
        issuer: name(context, CERT_NAME_ISSUER_FLAG),
        begins_at: time(begins)?,
        ends_at: time(ends)?,
        thumbprint: hex(&property(context, CERT_SHA1_HASH_PROP_ID)?),
        sha256: property(context, CERT_SHA256_HASH_PROP_ID).map(|hash| hex(&hash)),
        uses: uses(context),
        has_key: property(context, CERT_KEY_PROV_INFO_PROP_ID).is_some(),
    })
}

fn property(context: *const CERT_CONTEXT, id: u32) -> Option<Vec<u8>> {
    let mut size = 0_u32;
    // SAFETY: a valid context; without a buffer only the size is told.
    unsafe { CertGetCertificateContextProperty(context, id, None, &raw mut size) }.ok()?;
    let mut data = vec![0_u8; size as usize];
    let buffer = Some(data.as_mut_ptr().cast());
    // SAFETY: a valid context; the buffer has the size that is told and lives over the call.
    unsafe { CertGetCertificateContextProperty(context, id, buffer, &raw mut size) }.ok()?;
    data.truncate(size as usize);
    Some(data)
}

fn name(context: *const CERT_CONTEXT, flags: u32) -> String {
    let mut buffer = [0_u16; 256];
    let kind = CERT_NAME_SIMPLE_DISPLAY_TYPE;
    // SAFETY: a valid context; the buffer is told with its size and lives over the call.
    let length = unsafe { CertGetNameStringW(context, kind, flags, None, Some(&mut buffer)) };
    // What is told counts the zero at the end.
    let length = (length as usize).saturating_sub(1).min(buffer.len());
    String::from_utf16_lossy(&buffer[..length])
}

/// What it may be used for; `None` where nothing is said of it, which means anything.
fn uses(context: *const CERT_CONTEXT) -> Option<Vec<String>> {
    let mut size = 0_u32;
    // SAFETY: a valid context; without a buffer only the size is told.
    unsafe { CertGetEnhancedKeyUsage(context, 0, None, &raw mut size) }.ok()?;
    // The structure begins the buffer, so that it has to be aligned like its pointers.
    let mut buffer = vec![0_usize; (size as usize).div_ceil(size_of::<usize>()).max(2)];
    let usage: *mut CTL_USAGE = buffer.as_mut_ptr().cast();
    // SAFETY: the buffer is large enough and aligned, and lives until the texts are copied.
    unsafe { CertGetEnhancedKeyUsage(context, 0, Some(usage), &raw mut size) }.ok()?;
    // SAFETY: filled by the call above.
    let CTL_USAGE {
        cUsageIdentifier: count,
        rgpszUsageIdentifier: first,
    } = unsafe { usage.read() };
    if count == 0 {
        return None;
    }
    (0..count as usize)
        // SAFETY: so many pointers stand there, each to a text that ends in zero.
        .map(|index| unsafe { first.add(index).read().to_string() }.ok())
        .collect()
}

/// Intervals of 100 ns since 1601.
fn time(time: FILETIME) -> Option<Timestamp> {
    const TO_1970: i64 = 11_644_473_600;
    let intervals = i64::from(time.dwHighDateTime) << 32 | i64::from(time.dwLowDateTime);
    let seconds = SignedDuration::from_secs(intervals / 10_000_000 - TO_1970);
    Timestamp::from_duration(seconds).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_s_store_can_be_read() {
        for certificate in certificates().unwrap() {
            assert_eq!(certificate.thumbprint.len(), 40, "{certificate:?}");
            assert!(certificate.begins_at < certificate.ends_at);
        }
    }

    #[test]
    fn a_list_that_breaks_off_is_not_the_whole_of_it() {
        assert!(ended(WIN32_ERROR(CRYPT_E_NOT_FOUND.0.cast_unsigned())).is_ok());
        assert!(ended(ERROR_NO_MORE_FILES).is_ok());
        assert!(ended(windows::Win32::Foundation::ERROR_ACCESS_DENIED).is_err());
    }

    #[test]
    fn times_count_from_1601() {
        let of = |intervals: u64| FILETIME {
            dwLowDateTime: intervals as u32,
            dwHighDateTime: (intervals >> 32) as u32,
        };
        // 1 January 1970 by Windows' count.
        assert_eq!(
            time(of(116_444_736_000_000_000)),
            Some(Timestamp::UNIX_EPOCH)
        );
        assert_eq!(hex(&[0, 0xAB]), "00AB");
    }
}

//! A certificate in the person's store, laid there as Windows keeps it: in the registry.

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::machine::reg;

/// Where the person's own certificates are.
const STORE: &str = r"HKCU\Software\Microsoft\SystemCertificates\MY\Certificates";

/// `CERT_KEY_PROV_INFO_PROP_ID` and `CERT_CERT_PROP_ID`
/// (<https://learn.microsoft.com/windows/win32/api/wincrypt/nf-wincrypt-certgetcertificatecontextproperty>).
const KEY: u32 = 2;
const CERTIFICATE: u32 = 32;

/// It goes when this does.
pub(crate) struct Certificate(String);

impl Certificate {
    /// One made by itself, for signing code, with a private key.
    pub(crate) fn in_store(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2099, 1, 1);
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, made.der());
        let thumbprint = hex(hash.as_ref());
        let mut blob = element(KEY, &key_of("gangway-tests"));
        blob.extend(element(CERTIFICATE, made.der()));
        let at = format!(r"{STORE}\{thumbprint}");
        let blob = hex(&blob);
        let done = reg(&[
            "add",
            &at,
            "/v",
            "Blob",
            "/t",
            "REG_BINARY",
            "/d",
            &blob,
            "/f",
        ]);
        assert!(done.status.success(), "{done:?}");
        Self(thumbprint)
    }

    /// SHA-1, in upper-case hex.
    pub(crate) fn thumbprint(&self) -> &str {
        &self.0
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        reg(&["delete", &format!(r"{STORE}\{}", self.0), "/f"]);
    }
}

/// One element of a serialised certificate: what it is, a one, its length, itself.
fn element(what: u32, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let head = [what, 1, length].map(u32::to_le_bytes).concat();
    [&head, data].concat()
}

/// Where its private key is: a `CRYPT_KEY_PROV_INFO` with offsets in the place of pointers.
fn key_of(container: &str) -> Vec<u8> {
    const HEAD: u32 = 28;
    const RSA_FULL: u32 = 1;
    const SIGNATURE: u32 = 2;
    let wide = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().chain([0]);
        units.flat_map(u16::to_le_bytes).collect()
    };
    let container = wide(container);
    let provider = HEAD + u32::try_from(container.len()).unwrap();
    let head = [HEAD, provider, RSA_FULL, 0, 0, 0, SIGNATURE].map(u32::to_le_bytes);
    let name = wide("Microsoft Enhanced Cryptographic Provider v1.0");
    [head.concat(), container, name].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

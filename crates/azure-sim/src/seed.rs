//! Values that look random and are the same at every start: derived from a name.

/// 32 bytes from a text (FNV-1a in lanes; not cryptography, only spread).
pub(crate) fn bytes(text: &str) -> [u8; 32] {
    let mut out = [0_u8; 32];
    for (lane, chunk) in (0_u64..).zip(out.chunks_exact_mut(8)) {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ lane.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            hash ^= hash >> 29;
        }
        chunk.copy_from_slice(&hash.to_be_bytes());
    }
    out
}

/// A GUID from a text.
pub(crate) fn guid(text: &str) -> String {
    let mut sixteen = [0_u8; 16];
    sixteen.copy_from_slice(&bytes(text)[..16]);
    uuid::Builder::from_random_bytes(sixteen)
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_text_same_value_other_text_other_value() {
        assert_eq!(bytes("vm-web-01"), bytes("vm-web-01"));
        assert_ne!(bytes("vm-web-01"), bytes("vm-web-02"));
        assert_ne!(guid("a"), guid("b"));
    }
}

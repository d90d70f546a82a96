//! The form of the token file: a header in the clear and each record sealed by AES-256-GCM.
//!
//! ```text
//! magic      8  GANGWAYT
//! version    4  little end first, as every number
//! key mark  16  tells which key fits, and nothing about it
//! records    4  how many follow
//! per record:
//!   account  2 + n   its id
//!   cloud    2 + n   its cloud's name
//!   nonce   12       fresh at every write
//!   sealed   4 + n   the record as JSON, and the tag
//! ```
//!
//! What is authenticated with each record: magic, version, the number of records, its own
//! place among them, account and cloud. So no record can be taken out, moved or given to
//! another account without being noticed.

use std::collections::BTreeMap;

use gangway_engine::account::AccountId;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use super::record::Record;

/// The newest version of the file that this program knows.
pub(super) const VERSION: u32 = 1;

/// How long the key is, in bytes.
pub(super) const KEY: usize = 32;

const MAGIC: [u8; 8] = *b"GANGWAYT";
const MARK: usize = 16;

/// The mark of a key.
pub(super) type Mark = [u8; MARK];

/// Files of ours are a few thousand bytes; what is longer than this is none.
pub(super) const LONGEST: usize = 8 * 1024 * 1024;

/// Every record of a file.
pub(super) type Records = BTreeMap<AccountId, Record>;

/// The key of a token file. Tells nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key([u8; KEY]);

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// A later version wrote it.
    Newer(u32),
    /// Another key sealed it.
    OtherKey,
    /// It is not what was written.
    Damaged,
}

impl Key {
    /// A new one.
    pub(super) fn random() -> Option<Self> {
        let mut key = [0; KEY];
        SystemRandom::new().fill(&mut key).ok()?;
        Some(Self(key))
    }

    /// From the keyring; `None` where what lies there is no key.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// For the keyring.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// What tells this key from others, and nothing about it.
    pub(super) fn mark(&self) -> Mark {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, b"gangway token file");
        let mut mark = [0; MARK];
        mark.copy_from_slice(&tag.as_ref()[..MARK]);
        mark
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0)
            .ok()
            .map(LessSafeKey::new)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The bytes of a file; `None` where the system gives no randomness.
pub(super) fn seal(key: &Key, records: &Records) -> Option<Vec<u8>> {
    let cipher = key.cipher()?;
    let count = u32::try_from(records.len()).ok()?;
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(key.mark());
    bytes.extend(count.to_le_bytes());
    for (place, (account, record)) in (0_u32..).zip(records) {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).ok()?;
        let mut sealed = serde_json::to_vec(record).ok()?;
        let with = with(count, place, account.as_str(), &record.cloud);
        let nonce_once = Nonce::assume_unique_for_key(nonce);
        cipher
            .seal_in_place_append_tag(nonce_once, Aad::from(with), &mut sealed)
            .ok()?;
        for text in [account.as_str(), &record.cloud] {
            bytes.extend(u16::try_from(text.len()).ok()?.to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(nonce);
        bytes.extend(u32::try_from(sealed.len()).ok()?.to_le_bytes());
        bytes.extend(sealed);
    }
    Some(bytes)
}

/// The version that the bytes of a file say; `None` where they are none of ours.
pub(super) fn version(bytes: &[u8]) -> Option<u32> {
    let mut rest = bytes.strip_prefix(&MAGIC)?;
    number(&mut rest)
}

/// The mark of the key that opens these bytes; `None` where they are none of ours.
pub(super) fn mark(bytes: &[u8]) -> Option<Mark> {
    version(bytes).filter(|version| *version == VERSION)?;
    let mut rest = bytes.get(MAGIC.len() + size_of::<u32>()..)?;
    take(&mut rest, MARK)?.try_into().ok()
}

/// Whether an account seems to be among the records: their ids stand in the clear.
pub(super) fn names(bytes: &[u8], account: &AccountId) -> bool {
    let id = account.as_str().as_bytes();
    bytes.windows(id.len()).any(|part| part == id)
}

/// The records in the bytes of a file.
pub(super) fn unseal(key: &Key, bytes: &[u8]) -> Result<Records, Unfit> {
    match version(bytes) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(Unfit::Newer(newer)),
        _ => return Err(Unfit::Damaged),
    }
    let mark = mark(bytes).ok_or(Unfit::Damaged)?;
    if mark != key.mark() {
        return Err(Unfit::OtherKey);
    }
    let rest = &bytes[MAGIC.len() + size_of::<u32>() + MARK..];
    let cipher = key.cipher().ok_or(Unfit::Damaged)?;
    records(&cipher, rest).ok_or(Unfit::Damaged)
}

fn records(cipher: &LessSafeKey, mut rest: &[u8]) -> Option<Records> {
    let count = number(&mut rest)?;
    let mut records = Records::new();
    for place in 0..count {
        let account = text(&mut rest)?;
        let cloud = text(&mut rest)?;
        let nonce = Nonce::try_assume_unique_for_key(take(&mut rest, NONCE_LEN)?).ok()?;
        let length = usize::try_from(number(&mut rest)?).ok()?;
        let mut sealed = take(&mut rest, length)?.to_vec();
        let with = with(count, place, account, cloud);
        let opened = cipher
            .open_in_place(nonce, Aad::from(with), &mut sealed)
            .ok()?;
        let record: Record = serde_json::from_slice(opened).ok()?;
        if record.cloud != cloud {
            return None;
        }
        records.insert(AccountId::parse(account).ok()?, record);
    }
    let whole = rest.is_empty() && usize::try_from(count).ok() == Some(records.len());
    whole.then_some(records)
}

/// What is authenticated with a record.
fn with(count: u32, place: u32, account: &str, cloud: &str) -> Vec<u8> {
    let mut with = Vec::new();
    with.extend(MAGIC);
    for number in [VERSION, count, place] {
        with.extend(number.to_le_bytes());
    }
    // Neither may hold the byte between them.
    with.extend(account.as_bytes());
    with.push(0);
    with.extend(cloud.as_bytes());
    with
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let bytes = take(rest, size_of::<u32>())?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = take(rest, size_of::<u16>())?;
    let length = u16::from_le_bytes(length.try_into().ok()?);
    std::str::from_utf8(take(rest, usize::from(length))?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::tests::record;
    use super::*;

    fn key(byte: u8) -> Key {
        Key([byte; KEY])
    }

    fn records(of: &[&str]) -> Records {
        let id = |text: &&str| AccountId::parse(text).unwrap();
        of.iter().map(|of| (id(of), record(of))).collect()
    }

    #[test]
    fn what_is_sealed_is_opened_and_nothing_of_it_is_read_without_the_key() {
        let all = records(&["a.t", "b.t", "c.u"]);
        let bytes = seal(&key(1), &all).unwrap();
        assert_eq!(unseal(&key(1), &bytes), Ok(all));
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("canary") && !text.contains("contoso"),
            "{text}"
        );
        assert_eq!(unseal(&key(2), &bytes), Err(Unfit::OtherKey));
        assert_eq!(unseal(&key(1), &[]), Err(Unfit::Damaged));
    }

    #[test]
    fn every_write_is_another_text() {
        let all = records(&["a.t"]);
        assert_ne!(seal(&key(1), &all), seal(&key(1), &all));
        assert_eq!(format!("{:?}", key(1)), "Key(..)");
    }

    #[test]
    fn a_newer_file_is_told_from_a_damaged_one() {
        let mut bytes = seal(&key(1), &records(&["a.t"])).unwrap();
        bytes[MAGIC.len()] = 9;
        assert_eq!(version(&bytes), Some(9));
        assert_eq!(unseal(&key(1), &bytes), Err(Unfit::Newer(9)));
        bytes[MAGIC.len()] = 0;
        assert_eq!(unseal(&key(1), &bytes), Err(Unfit::Damaged));
    }

    #[test]
    fn a_record_given_to_another_account_is_noticed() {
        let bytes = seal(&key(1), &records(&["a.t"])).unwrap();
        let mut other = bytes.clone();
        let at = bytes.windows(3).position(|part| part == b"a.t").unwrap();
        other[at] = b'b';
        assert_eq!(unseal(&key(1), &other), Err(Unfit::Damaged));
    }

    proptest! {
        #[test]
        fn no_changed_bit_goes_unnoticed(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut bytes = seal(&key(1), &records(&["a.t", "b.u"])).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(unseal(&key(1), &bytes).is_err());
        }

        #[test]
        fn no_cut_and_no_addition_goes_unnoticed(
            cut in any::<prop::sample::Index>(), more in prop::collection::vec(any::<u8>(), 1..40)
        ) {
            let bytes = seal(&key(1), &records(&["a.t", "b.u"])).unwrap();
            prop_assert!(unseal(&key(1), &bytes[..cut.index(bytes.len())]).is_err());
            let longer = [bytes, more].concat();
            prop_assert_eq!(unseal(&key(1), &longer), Err(Unfit::Damaged));
        }

        #[test]
        fn no_bytes_break_it(
            bytes in prop::collection::vec(any::<u8>(), 0..300), ours in any::<bool>()
        ) {
            let start: &[u8] = if ours { b"GANGWAYT\x01\0\0\0" } else { b"" };
            let mark = key(1).mark();
            let marked = [start, if ours { &mark[..] } else { b"" }, &bytes].concat();
            prop_assert!(unseal(&key(1), &marked).is_err() || bytes == [0; 4]);
        }

        #[test]
        fn records_of_two_files_cannot_be_mixed(one in "[a-f]{4}\\.t", other in "[a-f]{4}\\.t") {
            prop_assume!(one != other);
            let (a, b) = (seal(&key(1), &records(&[&one])), seal(&key(1), &records(&[&other])));
            let (a, b) = (a.unwrap(), b.unwrap());
            let head = MAGIC.len() + 4 + MARK + 4;
            let mut both = a.clone();
            both[head - 4] = 2;
            both.extend(&b[head..]);
            prop_assert_eq!(unseal(&key(1), &both), Err(Unfit::Damaged));
        }
    }
}

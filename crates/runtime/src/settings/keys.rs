//! The keys that a type reads, as its own derive names them: no list of them by hand could be forgotten.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The names of a struct's fields, as serde reads them.
pub(super) fn of<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    let mut names = Names(Vec::new());
    // It is given nothing, so it always fails; by then it has said what it looks for.
    let _nothing = T::deserialize(&mut names);
    names.0
}

/// Gives no value, but keeps what it was asked for.
struct Names(Vec<&'static str>);

impl<'de> Deserializer<'de> for &mut Names {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        self.0 = fields.to_vec();
        Err(Error::custom("there is nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The keys that may have been meant by one that is none: each differs by a single slip of the
/// hand, and by what stands between its words.
pub(super) fn meant<'a>(unknown: &str, keys: &[&'a str]) -> Vec<&'a str> {
    let plain = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let unknown = plain(unknown);
    keys.iter()
        .copied()
        .filter(|key| is_one_slip(&unknown, &plain(key)))
        .collect()
}

/// The keys of the table of this name, `rdp.drives` of `rdp`.
pub(super) fn below<'a>(table: &str, keys: &[&'a str]) -> Vec<&'a str> {
    let is_below = |key: &&&str| {
        let inner = key.strip_prefix(table);
        inner.is_some_and(|inner| inner.starts_with('.'))
    };
    keys.iter().filter(is_below).copied().collect()
}

/// One letter too many, too few or wrong, or two that changed places.
fn is_one_slip(one: &[char], other: &[char]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([], []) => true,
        ([_, rest @ ..], kept) | (kept, [_, rest @ ..]) if rest == kept => true,
        ([a, b, one @ ..], [c, d, other @ ..]) if a == d && b == c && one == other => true,
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_keys_that_begin_with_its_name_and_a_dot() {
        let keys = ["rdp.drives", "rdpx.usb", "rdp", "rdp.usb"];
        assert_eq!(below("rdp", &keys), ["rdp.drives", "rdp.usb"]);
        assert_eq!(below("rd", &keys), Vec::<&str>::new());
        assert_eq!(below("", &keys), Vec::<&str>::new());
    }

    #[test]
    fn a_slip_of_the_hand_is_seen_through_and_another_word_is_not() {
        let keys = ["sign_in_ways", "rdp.drives", "tenants", "tenant"];
        for (unknown, may_mean) in [
            ("sign_in_way", &["sign_in_ways"][..]),
            ("sign-in-ways", &["sign_in_ways"]),
            ("SignInWayss", &["sign_in_ways"]),
            ("sing_in_ways", &["sign_in_ways"]),
            ("rdp_drives", &["rdp.drives"]),
            ("rdp.drivex", &["rdp.drives"]),
            ("rpd.drives", &["rdp.drives"]),
            ("rdp.drvies", &["rdp.drives"]),
            ("enant", &["tenant"]),
            ("tenantx", &["tenants", "tenant"]),
            ("alowed", &[]),
            ("", &[]),
            ("sign_in", &[]),
        ] {
            assert_eq!(meant(unknown, &keys), may_mean, "{unknown}");
        }
    }
}

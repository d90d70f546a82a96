//! The keys that a type reads, as its own derive names them: no list of them by hand could be forgotten.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

use super::super::clients::{RdpKeys, Ssh};
use super::super::file::File;
use super::super::policy::Demands;

/// The keys that policy reads.
pub(super) fn of_policy() -> Vec<String> {
    of::<Demands>().into_iter().map(str::to_owned).collect()
}

/// The keys that the person's file has, but for the tables of single VMs.
pub(super) fn of_person() -> Vec<String> {
    let tables = [("ssh", of::<Ssh>()), ("rdp", of::<RdpKeys>())];
    let is_table = |key: &&str| *key == "vm" || tables.iter().any(|(table, _)| table == key);
    let plain = of::<File>().into_iter().filter(|key| !is_table(key));
    let below = tables
        .iter()
        .flat_map(|(table, keys)| keys.iter().map(move |key| format!("{table}.{key}")));
    plain.map(str::to_owned).chain(below).collect()
}

fn of<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    let mut names = Names(Vec::new());
    assert!(T::deserialize(&mut names).is_err(), "it read nothing");
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

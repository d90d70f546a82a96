//! Values as they stand in settings files: durations, flags, ports, each checked where it is read.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// A time of at least a second and at most a week, written as `1h`, `90m` or `20s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lasting(pub(super) SignedDuration);

/// A port that can be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port(pub(super) u16);

/// Yes or no; the registry knows 1 and 0 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flag(pub(super) bool);

/// The id of an app registration: a GUID, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ClientId(pub(super) String);

/// A tenant, by GUID or verified domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct TenantName(pub(super) String);

/// A proxy's host and port, without user or password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ProxyAddress(pub(super) String);

/// A host's name, without a dot at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct HostName(pub(super) String);

/// What follows a host's name in DNS, without the dot before it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Suffix(pub(super) String);

/// Numbers of monitors with commas between them, as `mstsc /l` counts: `0,2`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Monitors(pub(super) String);

/// A side of a session's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Pixels(pub(super) u16);

/// The pixels that a side may have: what the clients take.
pub(super) const PIXELS: RangeInclusive<u16> = 200..=8_192;

/// The longest name that a tenant may have: that of a domain.
pub(super) const LONGEST_TENANT: usize = 253;

/// The longest language tag: that of BCP 47, section 4.4.1.
pub(super) const LONGEST_LANGUAGE: usize = 35;

/// A language tag (`en`, `de-AT`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Language(pub(super) String);

impl TryFrom<String> for Language {
    type Error = String;

    /// The form of BCP 47: parts of one to eight letters or digits, the first of letters only.
    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = text.split('-');
        let first = parts.next().unwrap_or_default();
        let language =
            (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let part = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if language && text.len() <= LONGEST_LANGUAGE && parts.all(part) {
            Ok(Self(text))
        } else {
            Err(format!("{text:?} is no language tag such as \"en\""))
        }
    }
}

impl TryFrom<String> for HostName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match dns_name(&text) {
            Some(name) => Ok(Self(name.to_owned())),
            None => Err(format!("{text:?} is no host name")),
        }
    }
}

impl TryFrom<String> for Suffix {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match dns_name(text.strip_prefix('.').unwrap_or(&text)) {
            Some(name) => Ok(Self(name.to_owned())),
            None => Err(format!("{text:?} is no DNS suffix")),
        }
    }
}

/// Labels of letters, digits, hyphens and underscores, as hosts bear them; no address.
fn dns_name(text: &str) -> Option<&str> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let fits = name.len() <= 253 && name.split('.').all(label);
    let is_number = name
        .split('.')
        .all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    (fits && !is_number).then_some(name)
}

impl TryFrom<String> for Monitors {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers: Vec<u8> = text
            .split(',')
            .map(|number| number.trim().parse().ok().filter(|number| *number < 64))
            .collect::<Option<_>>()
            .ok_or_else(|| format!("{text:?} are no numbers of monitors such as \"0,2\""))?;
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        Ok(Self(numbers.join(",")))
    }
}

impl TryFrom<i64> for Pixels {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let pixels = u16::try_from(number).ok();
        let fits = pixels.filter(|pixels| PIXELS.contains(pixels));
        let (least, most) = PIXELS.into_inner();
        fits.map(Self)
            .ok_or_else(|| format!("{number} is not between {least} and {most} pixels"))
    }
}

impl TryFrom<String> for ClientId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let lengths = text.split('-').map(str::len);
        let hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        if lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(hex) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(format!("{text:?} is no application id: it is a GUID"))
        }
    }
}

impl TryFrom<String> for TenantName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if (1..=LONGEST_TENANT).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text))
        } else {
            Err(format!("{text:?} is no tenant: it is a GUID or a domain"))
        }
    }
}

impl TryFrom<String> for ProxyAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // The text is not repeated: somebody may have written a password into it.
        match gangway_azure::Proxy::new(&text) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A duration from what a person wrote.
pub(super) fn lasting(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("{text:?} is no time such as \"1h\", \"90m\" or \"20s\"");
    let duration: SignedDuration = text.trim().parse().map_err(|_error| wrong())?;
    if duration < SignedDuration::from_secs(1) || duration > SignedDuration::from_hours(168) {
        return Err(format!("{text:?} is not between a second and a week"));
    }
    Ok(duration)
}

impl<'de> Deserialize<'de> for Lasting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Lasting;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as \"1h\", \"90m\" or \"20s\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Lasting, E> {
                lasting(text).map(Lasting).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Of)
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? {
            port @ 1..=65_535 => Ok(Self(u16::try_from(port).unwrap_or_default())),
            other => Err(de::Error::custom(format!("{other} is no port: 1 to 65535"))),
        }
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Flag, E> {
                match number {
                    0 => Ok(Flag(false)),
                    1 => Ok(Flag(true)),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(number), &self)),
                }
            }
        }
        deserializer.deserialize_any(Of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_monitors_are_plain() {
        let name = |text: &str| HostName::try_from(text.to_owned()).map(|name| name.0);
        assert_eq!(name("web01.corp.").as_deref(), Ok("web01.corp"));
        for wrong in ["", "a..b", "-a", "a b", "10.0.0.4", "a\r\nb", "ü", "a:3389"] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
        let suffix = Suffix::try_from(".corp.example".to_owned());
        assert_eq!(suffix, Ok(Suffix("corp.example".to_owned())));
        let monitors = |text: &str| Monitors::try_from(text.to_owned()).map(|set| set.0);
        assert_eq!(monitors("0, 2").as_deref(), Ok("0,2"));
        for wrong in ["", "0,", "-1", "64", "0;1", "a"] {
            assert!(monitors(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        assert_eq!(lasting("1h"), Ok(SignedDuration::from_hours(1)));
        assert_eq!(lasting(" 90m "), Ok(SignedDuration::from_mins(90)));
        assert_eq!(lasting("1h 30m"), Ok(SignedDuration::from_mins(90)));
        assert_eq!(lasting("PT3H"), Ok(SignedDuration::from_hours(3)));
        for wrong in ["", "1", "soon", "-1h", "0s", "400d", "9999h"] {
            assert!(lasting(wrong).is_err(), "{wrong:?}");
        }
    }
}

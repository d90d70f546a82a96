//! A .rdp file, written from typed values: one line is one property, and nothing else can be.
//!
//! Properties after
//! <https://learn.microsoft.com/azure/virtual-desktop/rdp-properties>.

use std::fmt::Write;

use crate::error::Error;
use crate::words::is_odd;

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `i`: a number.
    Number(i32),
    /// `s`: text without control characters.
    Text(String),
}

/// The properties of a session, in order. There is no way to write a password: type `b`
/// does not exist here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RdpFile {
    properties: Vec<(&'static str, Value)>,
}

impl RdpFile {
    /// A file without properties.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number.
    pub fn number(&mut self, key: &'static str, value: i32) {
        self.properties.push((key, Value::Number(value)));
    }

    /// Adds a switch: 1 or 0.
    pub fn switch(&mut self, key: &'static str, on: bool) {
        self.number(key, i32::from(on));
    }

    /// Adds text.
    ///
    /// # Errors
    /// [`Error::Refused`] when it holds a control character, a line separator of any kind or
    /// one that is not seen, or is longer than 512 bytes.
    pub fn text(&mut self, key: &'static str, value: &str) -> Result<(), Error> {
        if value.chars().any(is_odd) {
            return Err(Error::Refused {
                what: key,
                why: "holds a character that is not seen or ends a line",
            });
        }
        if value.len() > 512 {
            return Err(Error::Refused {
                what: key,
                why: "is longer than 512 bytes",
            });
        }
        self.properties.push((key, Value::Text(value.to_owned())));
        Ok(())
    }

    /// The properties in order.
    #[must_use]
    pub fn properties(&self) -> &[(&'static str, Value)] {
        &self.properties
    }

    /// The file's text, each line ended by CR LF.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (key, value) in &self.properties {
            // Writing to a string cannot fail.
            let _ = match value {
                Value::Number(number) => write!(out, "{key}:i:{number}\r\n"),
                Value::Text(text) => write!(out, "{key}:s:{text}\r\n"),
            };
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_value_yields_a_second_line(value in any::<String>()) {
            let mut file = RdpFile::new();
            let taken = file.text("full address", &value).is_ok();
            let text = file.to_text();
            let lines = text.lines().count();
            prop_assert_eq!(lines, usize::from(taken));
            prop_assert_eq!(text.matches(['\r', '\n', '\0']).count(), 2 * lines);
            if taken {
                prop_assert_eq!(text, format!("full address:s:{value}\r\n"));
            }
        }
    }

    #[test]
    fn breaks_of_every_kind_are_refused() {
        for hostile in [
            "a\r\nfull address:s:evil",
            "a\0",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{1b}b",
            "a\u{202e}b",
        ] {
            assert!(
                RdpFile::new().text("username", hostile).is_err(),
                "{hostile:?}"
            );
        }
    }
}

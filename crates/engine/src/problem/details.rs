//! What a help desk needs beside a cause.

use serde::{Deserialize, Serialize};

/// The help desk's line: what was observed, as data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Details {
    /// Azure's correlation id of the refused call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub correlation: Option<String>,
    /// The resource that was touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub resource: Option<String>,
    /// What was seen, in a few plain words. Never a secret, never markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub observed: Option<String>,
}

impl Details {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.correlation.is_none() && self.resource.is_none() && self.observed.is_none()
    }
}

//! Names of things in Azure and of our own, each with a type of its own.
//!
//! ARM ids compare without case: Azure returns one id as `resourceGroups` in one
//! answer and `resourcegroups` in the next
//! (<https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest ARM id accepted, in bytes. Azure's own ids stay below 1,024.
pub const LONGEST_ARM_ID: usize = 2_048;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidId {
    /// It does not begin with `/subscriptions/<id>`, or a segment is empty.
    #[error("not an ARM id: {0:?}")]
    NotAnArmId(String),
    /// It is not `<object id>.<tenant id>`.
    #[error("an account is an object id and a tenant id with a dot between")]
    NotAnAccount,
    /// It carries a control character or is longer than [`LONGEST_ARM_ID`].
    #[error("an id must be short and without control characters")]
    Unprintable,
}

macro_rules! arm_id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        ///
        /// Kept as received, compared without case.
        #[derive(Clone, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes an id as Azure wrote it.
            ///
            /// # Errors
            /// [`InvalidId`] when it is not `/subscriptions/…` or carries control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                checked(text.into()).map(Self)
            }

            /// The id as received.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id in lower case: the key under which it is stored and compared.
            #[must_use]
            pub fn key(&self) -> String {
                self.0.to_ascii_lowercase()
            }

            /// The last segment: the resource's name.
            #[must_use]
            pub fn name(&self) -> &str {
                self.0.rsplit('/').next().unwrap_or_default()
            }

            /// The subscription the resource lies in.
            #[must_use]
            pub fn subscription(&self) -> SubscriptionId {
                SubscriptionId::new(segment(&self.0, "subscriptions").unwrap_or_default())
            }

            /// The resource group, where the id names one.
            #[must_use]
            pub fn resource_group(&self) -> Option<&str> {
                segment(&self.0, "resourcegroups")
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.key().cmp(&other.key())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

arm_id!(
    /// A virtual machine.
    VmId,
    /// A JIT policy.
    PolicyId,
    /// A network interface of a VM.
    NicId,
    /// A network security group.
    NsgId,
    /// A subnet of a virtual network.
    SubnetId,
    /// A gateway that serves P2S: a VNet gateway or a Virtual WAN P2S gateway.
    GatewayId,
);

macro_rules! guid {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        ///
        /// Lower case throughout, so that plain comparison is right.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
        #[serde(from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the id in any case.
            #[must_use]
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(text.as_ref().to_ascii_lowercase())
            }

            /// The id in lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

guid!(
    /// An Entra tenant.
    TenantId,
    /// An Azure subscription.
    SubscriptionId,
);

macro_rules! counter {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(type = "number"))]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )+};
}

counter!(
    /// One person's way to one VM in this process; never used twice.
    ConnectionId,
    /// One sign-in in this process; never used twice.
    SignInId,
    /// One link from outside in this process; never used twice.
    LinkId,
    /// One thing that was asked to be done; its reply carries it.
    EffectId,
    /// A request in the store: the row that was written before `initiate` was sent.
    RequestId,
);

fn checked(text: String) -> Result<String, InvalidId> {
    if text.len() > LONGEST_ARM_ID || text.chars().any(char::is_control) {
        return Err(InvalidId::Unprintable);
    }
    let mut segments = text.split('/');
    let rooted = segments.next() == Some("")
        && segments
            .next()
            .is_some_and(|s| s.eq_ignore_ascii_case("subscriptions"))
        && segments.all(|s| !s.is_empty());
    if rooted && segment(&text, "subscriptions").is_some() {
        Ok(text)
    } else {
        Err(InvalidId::NotAnArmId(text))
    }
}

/// The segment that follows the one called `name`, compared without case.
fn segment<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = id.split('/');
    segments.find(|s| s.eq_ignore_ascii_case(name))?;
    segments.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str =
        "/subscriptions/AB/resourceGroups/Rg-1/providers/Microsoft.Compute/virtualMachines/vm1";

    #[test]
    fn ids_compare_without_case_and_keep_their_spelling() {
        let one = VmId::new(VM).unwrap();
        let other = VmId::new(VM.to_uppercase()).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.to_string(), VM);
        assert_eq!(one.subscription(), other.subscription());
        assert_eq!(one.resource_group(), Some("Rg-1"));
        assert_eq!(one.name(), "vm1");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "vm1",
            "/subscriptions",
            "/subscriptions/",
            "/subscriptions/a//b",
        ] {
            assert!(VmId::new(text).is_err(), "{text:?}");
        }
        assert_eq!(VmId::new(format!("{VM}\r\nx")), Err(InvalidId::Unprintable));
    }
}

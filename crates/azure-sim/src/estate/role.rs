//! Roles that a person holds: which actions, and where (contract 14.1).

use serde::{Deserialize, Serialize};

/// A role in effect for one person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Id of a subscription or of a resource group; empty means everywhere.
    #[serde(default)]
    pub scope: String,
    /// Patterns of allowed actions; `*` stands for any text.
    pub actions: Vec<String>,
    /// Patterns of what is left out of them.
    #[serde(default)]
    pub not_actions: Vec<String>,
}

impl Role {
    /// A role with these actions at a scope.
    pub fn at(scope: &str, actions: &[&str]) -> Self {
        Self {
            scope: scope.into(),
            actions: actions.iter().map(|action| (*action).into()).collect(),
            not_actions: Vec::new(),
        }
    }

    /// Leaves these actions out.
    #[must_use]
    pub fn without(mut self, actions: &[&str]) -> Self {
        self.not_actions = actions.iter().map(|action| (*action).into()).collect();
        self
    }

    /// Whether the role is in effect at a scope: at its own, and at all below.
    pub fn covers(&self, scope: &str) -> bool {
        let (own, scope) = (self.scope.to_lowercase(), scope.to_lowercase());
        let below = scope.strip_prefix(own.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether this role alone allows an action.
    pub fn allows(&self, action: &str) -> bool {
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, action));
        fits(&self.actions) && !fits(&self.not_actions)
    }
}

/// Case does not matter, and a star reaches over slashes: the pieces between the stars
/// stand in the action one after the other, the first at its start, the last at its end.
fn fits(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == action;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut left) = action.strip_prefix(first) else {
        return false;
    };
    for piece in middle.split('*') {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str = "Microsoft.Compute/virtualMachines/read";

    #[test]
    fn a_star_is_any_text_and_case_does_not_matter() {
        for pattern in [
            "*",
            "*/READ",
            "microsoft.compute/*",
            "*/virtualmachines/*",
            READ,
        ] {
            assert!(fits(pattern, READ), "{pattern}");
        }
        for pattern in ["", "*/write", "Microsoft.Compute", "*read*/read"] {
            assert!(!fits(pattern, READ), "{pattern}");
        }
        let role = Role::at("", &["*"]).without(&["*/read"]);
        assert!(!role.allows(READ) && role.allows("a/b/write"));
    }

    #[test]
    fn a_role_reaches_down_and_not_up() {
        let group = Role::at("/subscriptions/S/resourceGroups/rg", &["*"]);
        assert!(group.covers("/subscriptions/s/resourcegroups/RG"));
        assert!(
            !group.covers("/subscriptions/s")
                && !group.covers("/subscriptions/s/resourceGroups/rg-2")
        );
        assert!(Role::at("", &["*"]).covers("/subscriptions/s"));
    }
}

//! Permissions on the wire
//! (<https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group>).

use gangway_engine::query::{Grant, Permissions};
use serde_json::Value;

use super::at;

/// The rows of the list. A row of another shape is no grant, but there is more then.
pub(crate) fn read(rows: &[Value]) -> Permissions {
    let grants: Vec<Grant> = rows.iter().filter_map(grant).collect();
    Permissions {
        more: grants.len() < rows.len(),
        grants,
    }
}

/// What is left out must be read as surely as what is given: else more would be told than is so.
fn grant(row: &Value) -> Option<Grant> {
    row.is_object().then_some(())?;
    Some(Grant {
        actions: patterns(row, "actions")?,
        not_actions: patterns(row, "notActions")?,
    })
}

/// The texts of a list; none where it is absent.
fn patterns(row: &Value, name: &str) -> Option<Vec<String>> {
    match at(row, name) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(all)) => all
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::id::SubscriptionId;
    use gangway_engine::query::Right;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::tests::any_json;

    #[test]
    fn rows_are_roles_and_what_cannot_be_read_is_more() {
        let rows = [
            json!({"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}),
            json!({"actions": ["*"], "notActions": null, "condition": null}),
            json!({"dataActions": ["*"]}),
        ];
        let read_all = read(&rows);
        assert_eq!((read_all.grants.len(), read_all.more), (3, false));
        assert_eq!(read_all.grants[0].actions, ["*/read"]);
        for odd in [
            json!("*"),
            json!({"actions": "*"}),
            json!({"actions": ["*", 7]}),
            json!({"actions": ["*"], "notActions": {"all": true}}),
        ] {
            let found = read(std::slice::from_ref(&odd));
            assert!(found.more && found.grants.is_empty(), "{odd}");
            let rights = found.rights(SubscriptionId::new("s"));
            assert_eq!(rights.may_request, Right::CannotSee, "{odd}");
        }
        assert_eq!(read(&[]), Permissions::default());
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(row in any_json(&["actions", "notActions", "dataActions"])) {
            let found = read(&[row]);
            prop_assert_eq!(found.more, found.grants.is_empty());
        }
    }
}

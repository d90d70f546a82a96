//! Patterns of actions against their plain meaning, and what lists of grants come to.

use proptest::prelude::*;

use super::*;

/// The meaning, written as it is said: a star is nothing, or one letter and the same star again.
fn means(pattern: &[u8], action: &[u8]) -> bool {
    match (pattern.split_first(), action.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => means(rest, action),
        (Some((b'*', rest)), Some((_, further))) => means(rest, action) || means(pattern, further),
        (Some((a, rest)), Some((b, further))) => a.eq_ignore_ascii_case(b) && means(rest, further),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn grant(actions: &[&str], not_actions: &[&str]) -> Grant {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    Grant {
        actions: owned(actions),
        not_actions: owned(not_actions),
    }
}

/// Sees VMs, reads policies, may request.
fn of(grants: &[Grant], more: bool) -> [Right; 3] {
    let permissions = Permissions {
        grants: grants.to_vec(),
        more,
    };
    let rights = permissions.rights(SubscriptionId::new("s"));
    [rights.sees_vms, rights.reads_policies, rights.may_request]
}

const YES: Right = Right::Yes;
const NO: Right = Right::NotWhole;
const UNSEEN: Right = Right::CannotSee;

#[test]
fn what_built_in_roles_come_to() {
    let owner = grant(&["*"], &[]);
    let contributor = grant(
        &["*"],
        &[
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
    );
    let reader = grant(&["*/read"], &[]);
    let security = grant(&["Microsoft.Security/*"], &[]);
    assert_eq!(of(&[owner], false), [YES; 3]);
    assert_eq!(of(&[contributor], false), [YES; 3]);
    assert_eq!(of(std::slice::from_ref(&reader), false), [YES, YES, NO]);
    assert_eq!(
        of(std::slice::from_ref(&security), false),
        [NO, YES, NO],
        "asking needs the VMs, too"
    );
    assert_eq!(
        of(&[reader, security], false),
        [YES; 3],
        "each role gives its own"
    );
}

#[test]
fn an_empty_list_is_a_no_for_the_whole_and_one_with_more_is_none() {
    assert_eq!(of(&[], false), [NO; 3]);
    assert_eq!(of(&[], true), [UNSEEN; 3]);
    assert_eq!(
        of(&[grant(&["*/read"], &[])], true),
        [YES, YES, UNSEEN],
        "what is granted is granted, whatever else there is"
    );
}

#[test]
fn what_one_grant_leaves_out_another_may_give() {
    let all_but = grant(&["*"], &["microsoft.security/*/INITIATE/action"]);
    assert_eq!(of(std::slice::from_ref(&all_but), false), [YES, YES, NO]);
    let only = grant(REQUESTING, &[]);
    assert_eq!(of(&[only, all_but], false), [YES; 3]);
    let nothing = grant(&["*"], &["*"]);
    assert_eq!(of(&[nothing], false), [NO; 3]);
}

#[test]
fn a_star_reaches_over_slashes_and_a_pattern_is_whole() {
    for (pattern, fits) in [
        ("*", true),
        ("**", true),
        ("Microsoft.Compute/*", true),
        ("*/virtualMachines/*", true),
        ("MICROSOFT.COMPUTE/VIRTUALMACHINES/READ", true),
        ("Microsoft.Compute/virtualMachines/read*", true),
        ("*/read/*", false),
        ("Microsoft.Compute", false),
        ("Microsoft.Compute/virtualMachines/rea", false),
        ("Microsoft.Compute/virtualMachines/read/action", false),
        ("", false),
    ] {
        let found = matches(pattern, "Microsoft.Compute/virtualMachines/read");
        assert_eq!(found, fits, "{pattern}");
    }
}

proptest! {
    #[test]
    fn a_pattern_means_what_is_said(pattern in "[aAbB*/]{0,10}", action in "[aAbB/]{0,10}") {
        prop_assert_eq!(matches(&pattern, &action), means(pattern.as_bytes(), action.as_bytes()));
    }

    #[test]
    fn a_piece_may_be_a_star_and_case_does_not_matter(action in "[A-Za-z.]{1,12}(/[A-Za-z]{1,12}){1,4}", from in 0_usize..60, length in 0_usize..60) {
        let from = from.min(action.len());
        let to = (from + length).min(action.len());
        let pattern = format!("{}*{}", &action[..from], &action[to..]);
        prop_assert!(matches(&pattern, &action));
        prop_assert!(matches(&pattern.to_uppercase(), &action.to_lowercase()));
        prop_assert!(matches(&action.to_lowercase(), &action.to_uppercase()));
    }

    #[test]
    fn a_further_role_takes_nothing_away(
        mut grants in prop::collection::vec(("[a-z*]{0,4}", "[a-z*]{0,4}").prop_map(|(yes, no)| grant(&["*/read", &yes], &[&no])), 0..4),
        actions in prop::collection::vec(".{0,8}", 0..3),
        not_actions in prop::collection::vec(".{0,8}", 0..3),
    ) {
        let before = of(&grants, false);
        grants.push(Grant { actions, not_actions });
        for (before, after) in before.into_iter().zip(of(&grants, false)) {
            prop_assert!(before == NO || after == YES);
        }
    }

    #[test]
    fn what_is_left_out_of_every_grant_is_not_had(others in prop::collection::vec(".{0,8}", 0..4)) {
        let grants: Vec<Grant> = others
            .iter()
            .map(|other| grant(&["*", other], &["*/initiate/*"]))
            .collect();
        prop_assert_eq!(of(&grants, false)[2], NO);
    }
}

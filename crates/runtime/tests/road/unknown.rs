//! What nobody has seen Azure do for certain: a connection opens whichever way it is
//! (contract 17 and 18).

use azure_sim::{Initiated, NewerRequest, RulesGoTo, SubsetRule, Switches};
use gangway_engine::snapshot::StateName;
use rstest::rstest;

use crate::stage::{Stage, begin, until_state};

#[rstest]
#[case::only_the_allowed_block_itself(|s: &mut Switches| s.subset_rule = SubsetRule::Exact)]
#[case::a_newer_request_ends_all(|s: &mut Switches| s.newer_request = NewerRequest::ReplacesAll)]
#[case::a_newer_request_ends_those_of_its_source(|s: &mut Switches| s.newer_request = NewerRequest::ReplacesSameSource)]
#[case::a_newer_request_ends_those_of_its_person(|s: &mut Switches| s.newer_request = NewerRequest::ReplacesSamePerson)]
#[case::a_newer_request_ends_none(|s: &mut Switches| s.newer_request = NewerRequest::Adds)]
#[case::only_end_times_are_taken(|s: &mut Switches| s.duration_refused = true)]
#[case::rules_at_the_interface(|s: &mut Switches| s.rules_go_to = RulesGoTo::Nic)]
#[case::rules_at_the_subnet(|s: &mut Switches| s.rules_go_to = RulesGoTo::Subnet)]
#[case::rules_at_both(|s: &mut Switches| s.rules_go_to = RulesGoTo::Both)]
#[case::rules_come_late(|s: &mut Switches| s.rule_delay_ms = 700)]
#[case::rules_go_late(|s: &mut Switches| s.removal_delay_ms = 700)]
#[case::nobody_is_named(|s: &mut Switches| s.empty_requestor = true)]
#[case::initiated_at_the_third_look(|s: &mut Switches| s.initiated = Initiated::AfterGets(3))]
#[tokio::test]
async fn a_connection_opens(#[case] turn: fn(&mut Switches)) {
    let mut estate = azure_sim::estate::demo();
    turn(&mut estate.switches);
    let stage = Stage::with(estate).await;
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    let view = until_state(&runtime, id, StateName::Open).await;
    assert!(view.expires_at.is_some(), "{view:#?}");
    assert_eq!(runtime.snapshot().accesses.len(), 1);
    runtime.close().await;
}

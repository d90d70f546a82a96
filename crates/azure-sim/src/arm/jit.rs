//! The JIT routes: lists at four scopes, get, initiate (contract 5.2, 5.5).

use super::Context;
use super::page::page;
use crate::http::answer::{Answer, forbidden};
use crate::jit::{answer as wire, initiate as taking};
use crate::switches::Initiated;
use crate::world::Due;

const READ: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/read";
const INITIATE: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";

/// A list at one of the four scopes, told apart by the parameters of the path.
pub(crate) fn list(context: &mut Context<'_>) -> Answer {
    let (sub, group, location) = (
        context.param("sub"),
        context.param("group"),
        context.param("location"),
    );
    let whole = group.is_empty();
    let switches = &context.world.switches;
    let kept = switches.subscription_list_forbidden || switches.rights_only_in.is_some();
    if whole && (kept || !context.world.may(context.person, (sub, ""), READ)) {
        return forbidden(READ, &format!("/subscriptions/{sub}"));
    }
    if !whole && let Err(refusal) = context.group_visible(READ) {
        return *refusal;
    }
    let policies = context.world.policies.iter().filter(|policy| {
        policy.sub.eq_ignore_ascii_case(sub)
            && (whole || policy.group.eq_ignore_ascii_case(group))
            && (location.is_empty() || policy.location.eq_ignore_ascii_case(location))
            && !(whole && policy.hidden)
    });
    let all = policies.map(wire::policy).collect();
    page(context, all)
}

pub(crate) fn get(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context.group_visible(READ) {
        return *refusal;
    }
    let Some(index) = find(context) else {
        return wire::policy_not_found(&asked_id(context));
    };
    count_get(context, index);
    Answer::json(200, wire::policy(&context.world.policies[index]))
}

pub(crate) fn initiate(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context.group_visible(INITIATE) {
        return *refusal;
    }
    let policy = find(context);
    let id = asked_id(context);
    // An estate without a requestor stays one (contract 5.2).
    let caller = context
        .person
        .filter(|_| !context.world.requestor.is_empty())
        .map(|index| context.world.people[index].upn.clone());
    let asked = (context.call.body.as_str(), caller.as_deref());
    let answer = taking::initiate(context.world, policy, &id, asked, context.now);
    // What is due at once (a rule without delay) is in force before anybody can look.
    context.world.settle(context.now);
    answer
}

/// A policy lives at its own name, group *and location*: another region does not have it (contract 5.1).
fn find(context: &Context<'_>) -> Option<usize> {
    context.world.policies.iter().position(|policy| {
        policy.sub.eq_ignore_ascii_case(context.param("sub"))
            && policy.group.eq_ignore_ascii_case(context.param("group"))
            && policy
                .location
                .eq_ignore_ascii_case(context.param("location"))
            && policy.name.eq_ignore_ascii_case(context.param("name"))
    })
}

fn asked_id(context: &Context<'_>) -> String {
    context.call.path.trim_end_matches("/initiate").to_owned()
}

/// `Initiated` after n Gets, by the switch.
fn count_get(context: &mut Context<'_>, index: usize) {
    let Initiated::AfterGets(after) = context.world.switches.initiated else {
        return;
    };
    let mut due = Vec::new();
    for request in &mut context.world.policies[index].requests {
        request.gets = request.gets.saturating_add(1);
        if request.gets >= after && !request.key.is_empty() {
            due.push(request.key.clone());
        }
    }
    for request in due {
        context.world.plan(context.now, Due::Initiated { request });
    }
    context.world.settle(context.now);
}

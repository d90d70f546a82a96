//! The initiate call: validated in the order that was observed, then taken (contract 5.5).

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{answer, duration, progress, subset};
use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::net::prefix;
use crate::switches::{EarlyShortening, Initiated, NewerRequest, Switches};
use crate::world::{Due, Policy, Request, RequestPort, World};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    virtual_machines: Vec<BodyVm>,
    justification: Option<String>,
}

#[derive(Debug, Deserialize)]
struct BodyVm {
    id: String,
    ports: Vec<BodyPort>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyPort {
    number: u16,
    end_time_utc: Option<String>,
    duration: Option<String>,
    /// A one-element array is taken too (contract 5.6).
    allowed_source_address_prefix: Option<Value>,
    allowed_source_address_prefixes: Option<Vec<String>>,
}

/// A port as asked for, before the policy has been looked at.
struct Wish {
    vm_id: String,
    number: u16,
    sources: Vec<String>,
    plural: bool,
    end: Timestamp,
}

/// Answers `POST .../initiate`; `policy` is the index that the path led to, if any.
pub(crate) fn initiate(
    world: &mut World,
    policy: Option<usize>,
    policy_id: &str,
    (body, caller): (&str, Option<&str>),
    now: Timestamp,
) -> Answer {
    let body: Body = match serde_json::from_str(body) {
        Ok(body) => body,
        Err(error) => {
            let message = format!(
                "The request content was invalid and could not be deserialized: '{error}'."
            );
            return Answer::error(400, "InvalidRequestContent", &message);
        }
    };
    let wishes = match wishes(world, &body, now) {
        Ok(wishes) => wishes,
        Err(refusal) => return *refusal,
    };
    // Body first, policy second: seen live (contract 5.5, issue 43491).
    let Some(policy) = policy else {
        return answer::policy_not_found(policy_id);
    };
    if let Err(refusal) = permitted(world, policy, &wishes, now) {
        return *refusal;
    }
    let requestor = if world.switches.empty_requestor {
        String::new()
    } else {
        caller.unwrap_or(&world.requestor).to_owned()
    };
    take(world, policy, wishes, requestor, body.justification, now)
}

/// Takes a request as if the service had accepted it, for whomever; also used for other people's requests.
pub(crate) fn take_for(
    world: &mut World,
    policy: usize,
    vm: usize,
    (port, source, seconds): (u16, String, u32),
    requestor: String,
    now: Timestamp,
) -> Answer {
    let wish = Wish {
        vm_id: world.vms[vm].id.clone(),
        number: port,
        sources: vec![source],
        plural: false,
        end: saturating(now, SignedDuration::from_secs(seconds.into())),
    };
    take(world, policy, vec![wish], requestor, None, now)
}

fn wishes(world: &World, body: &Body, now: Timestamp) -> Result<Vec<Wish>, Box<Answer>> {
    let invalid = |message: &str| Box::new(Answer::error(400, "InvalidInitiateInput", message));
    let mut wishes = Vec::new();
    for vm in &body.virtual_machines {
        for port in &vm.ports {
            let end = match (&port.end_time_utc, &port.duration) {
                (Some(_), Some(_)) | (None, None) => {
                    return Err(invalid(
                        "Only one of fields 'EndTimeUtc' and 'Duration' can be set.",
                    ));
                }
                (None, Some(_)) if world.switches.duration_refused => {
                    return Err(invalid("The field 'EndTimeUtc' is required."));
                }
                (None, Some(text)) => duration::parse(text).map(|d| saturating(now, d)),
                (Some(text), None) => text.parse::<Timestamp>().ok(),
            };
            let Some(end) = end.filter(|end| *end > now) else {
                return Err(invalid("The requested end time is not valid."));
            };
            let (sources, plural) = sources(world, port).ok_or_else(|| {
                invalid("Only one of fields 'AllowedSourceAddressPrefix' and 'AllowedSourceAddressPrefixes' can be set.")
            })?;
            wishes.push(Wish {
                vm_id: vm.id.clone(),
                number: port.number,
                sources,
                plural,
                end,
            });
        }
    }
    if wishes.is_empty() {
        return Err(invalid(
            "At least one virtual machine and port must be requested.",
        ));
    }
    Ok(wishes)
}

/// Without a source, the caller's public address (contract 5.5).
fn sources(world: &World, port: &BodyPort) -> Option<(Vec<String>, bool)> {
    match (
        &port.allowed_source_address_prefix,
        &port.allowed_source_address_prefixes,
    ) {
        (Some(_), Some(_)) => None,
        (None, Some(many)) => Some((many.clone(), true)),
        (Some(Value::String(one)), None) => Some((vec![one.clone()], false)),
        (Some(Value::Array(some)), None) => {
            let texts = some
                .iter()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect::<Vec<_>>();
            (texts.len() == 1).then_some((texts, false))
        }
        (Some(_), None) => None,
        (None, None) => Some((vec![world.public_address.clone()], false)),
    }
}

fn permitted(
    world: &World,
    policy: usize,
    wishes: &[Wish],
    now: Timestamp,
) -> Result<(), Box<Answer>> {
    let policy = &world.policies[policy];
    let switches = &world.switches;
    for wish in wishes {
        if wish
            .sources
            .iter()
            .any(|s| prefix::parse(s).is_some_and(|block| block.network().is_ipv6()))
        {
            let message = "The provided access request contains a source IP address in IPv6 format, which is \
                           unsupported by Just-In-Time Network Access.";
            return Err(Box::new(Answer::error(
                400,
                "InvalidInitiateInput",
                message,
            )));
        }
        let lasts = wish.end.duration_since(now);
        let rule = policy
            .vms
            .iter()
            .filter(|vm| vm.vm_id.eq_ignore_ascii_case(&wish.vm_id))
            .flat_map(|vm| &vm.ports)
            .find(|port| port.number == wish.number);
        let long_enough = lasts.as_secs() >= i64::from(switches.shortest_seconds);
        let fits = rule
            .is_some_and(|rule| subset::within(rule, &wish.sources, lasts, switches.subset_rule));
        if !fits || !long_enough {
            let message = format!(
                "The given access request is not a subset of policy '{}'. Please make sure that the access request \
                 is within the allowed policy properties.",
                policy.id
            );
            return Err(Box::new(Answer::error(
                400,
                "InvalidInitiateInput",
                &message,
            )));
        }
        if switches.early_shortening == EarlyShortening::Refused
            && older_end(policy, wish).is_some_and(|end| end > wish.end)
        {
            let message = "An access request that ends later is already in force.";
            return Err(Box::new(Answer::error(
                400,
                "InvalidInitiateInput",
                message,
            )));
        }
    }
    Ok(())
}

/// The latest end of what runs for the same VM, port and source.
fn older_end(policy: &Policy, wish: &Wish) -> Option<Timestamp> {
    let ports = policy.requests.iter().flat_map(|r| &r.ports);
    ports
        .filter(|port| same_door(port, wish) && port.sources == wish.sources)
        .map(|port| port.end)
        .max()
}

fn same_door(port: &RequestPort, wish: &Wish) -> bool {
    port.live() && port.number == wish.number && port.vm_id.eq_ignore_ascii_case(&wish.vm_id)
}

fn take(
    world: &mut World,
    policy: usize,
    wishes: Vec<Wish>,
    requestor: String,
    justification: Option<String>,
    now: Timestamp,
) -> Answer {
    let switches = world.switches.clone();
    let key = format!("request-{}", world.unique());
    let mut ports = Vec::new();
    for wish in wishes {
        let end = end_of(world, policy, &wish, &switches, now);
        for (request, port) in displaced(
            &world.policies[policy],
            &wish,
            &requestor,
            switches.newer_request,
        ) {
            progress::end(world, now, &request, port, "NewerRequestInitiated");
        }
        ports.push(RequestPort {
            vm_id: wish.vm_id,
            number: wish.number,
            sources: wish.sources,
            plural: wish.plural,
            end,
            status: "Initiating".into(),
            status_reason: "UserRequested".into(),
            rule: None,
        });
    }
    for (index, port) in ports.iter().enumerate() {
        if !switches.rule_never_comes {
            let due = Due::RuleAppears {
                request: key.clone(),
                port: index,
            };
            world.plan(progress::at_after(now, switches.rule_delay_ms), due);
        }
        world.plan(
            port.end,
            Due::Ends {
                request: key.clone(),
                port: index,
            },
        );
    }
    if let Initiated::AfterMs(ms) = switches.initiated {
        world.plan(
            progress::at_after(now, ms),
            Due::Initiated {
                request: key.clone(),
            },
        );
    }
    let request = Request {
        key,
        ports,
        start: now,
        requestor,
        justification,
        gets: 0,
    };
    // 202 and no header to poll: progress is found by Get on the policy (contract 5.5).
    let answer = Answer::json(202, answer::request(&request, crate::estate::IdCase::AsIs));
    world.policies[policy].requests.push(request);
    answer
}

fn end_of(
    world: &World,
    policy: usize,
    wish: &Wish,
    switches: &Switches,
    now: Timestamp,
) -> Timestamp {
    let asked = match older_end(&world.policies[policy], wish) {
        Some(older) if switches.early_shortening == EarlyShortening::Ignored => older.max(wish.end),
        _ => wish.end,
    };
    match switches.access_seconds {
        Some(most) => asked.min(saturating(now, SignedDuration::from_secs(most.into()))),
        None => asked,
    }
}

/// The live ports that this wish ends, by the switch.
fn displaced(
    policy: &Policy,
    wish: &Wish,
    requestor: &str,
    rule: NewerRequest,
) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for request in policy.requests.iter().filter(|r| !r.key.is_empty()) {
        for (index, port) in request.ports.iter().enumerate() {
            let ends = match rule {
                NewerRequest::ReplacesAll => true,
                NewerRequest::ReplacesSameSource => port.sources == wish.sources,
                NewerRequest::ReplacesSamePerson => request.requestor == requestor,
                NewerRequest::Adds => false,
            };
            if ends && same_door(port, wish) {
                out.push((request.key.clone(), index));
            }
        }
    }
    out
}

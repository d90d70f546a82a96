//! What is asked for, and which part of it a policy does not allow.

use ipnet::Ipv4Net;
use jiff::SignedDuration;

use crate::policy::{AllowedSources, FoundRule, JitPolicy, Source, find_rule, ports_of};
use crate::problem::{Cause, Problem};
use crate::request::{Consent, Draft};
use crate::settings::Settings;
use crate::tunnel::{TunnelPath, TunnelProof};
use crate::vm::Service;

use super::facts::{Facts, Purpose};

/// The request that these policies allow, or what stands against it.
pub(super) fn plan(
    facts: &Facts,
    policies: &[JitPolicy],
    path: &TunnelPath,
    service: Service,
    settings: &Settings,
) -> Result<Draft, Problem> {
    let found = rule(facts, policies, service)?;
    let Some(block) = found.rule.sources.block_for(path.source) else {
        return Err(outside(path, &found));
    };
    let whole = facts.whole_prefix && settings.whole_prefix_allowed && block.prefix_len() < 32;
    let (source, consent) = if whole {
        let addresses = size(block);
        (
            Source::Blocks(vec![block]),
            Some(Consent::WholePrefix { addresses }),
        )
    } else {
        let consent = match path.proof {
            TunnelProof::AllowedSource(_) => Some(Consent::MachinePolicy),
            TunnelProof::InPool(_) | TunnelProof::InPolicySource(_) | TunnelProof::Confirmed => {
                None
            }
        };
        (Source::address(path.source), consent)
    };
    let duration = duration(facts, found.rule.longest, settings)?;
    let given = |reason: &String| !reason.trim().is_empty();
    if settings.reason_required && !facts.wish.reason.as_ref().is_some_and(given) {
        return Err(Problem::new(Cause::ReasonMissing));
    }
    Ok(Draft {
        vm: facts.wish.vm.clone(),
        duration,
        policy: found.policy,
        port: service.port,
        source,
        tunnel_address: path.source,
        reason: facts.wish.reason.clone(),
        consent,
    })
}

/// Which part of a refused request the policy does not allow, as it reads now.
pub(super) fn diagnose(
    draft: &Draft,
    facts: &Facts,
    policies: &[JitPolicy],
    path: &TunnelPath,
    settings: &Settings,
    words: &str,
) -> Problem {
    let port = draft.port;
    let service = facts.service.unwrap_or(Service {
        protocol: crate::vm::Protocol::Port,
        port,
    });
    let found = match rule(facts, policies, service) {
        Ok(found) => found,
        Err(problem) => return problem.observed(words),
    };
    let Some(block) = found.rule.sources.block_for(path.source) else {
        return outside(path, &found).observed(words);
    };
    if draft.duration > found.rule.longest {
        return Problem::new(Cause::DurationTooLong {
            asked: draft.duration,
            longest: found.rule.longest,
        })
        .observed(words);
    }
    if block.prefix_len() < 32 && draft.source == Source::address(path.source) {
        return Problem::new(Cause::SourceNeedsWholePrefix {
            address: path.source,
            prefix: block,
            addresses: size(block),
            allowed: settings.whole_prefix_allowed,
        })
        .observed(words);
    }
    Problem::new(Cause::RequestRefused {
        status: 400,
        azure_code: "not-a-subset-of-policy".to_owned(),
        words: words.to_owned(),
    })
    .on(found.policy.as_str())
}

fn rule(facts: &Facts, policies: &[JitPolicy], service: Service) -> Result<FoundRule, Problem> {
    let vm = &facts.wish.vm;
    find_rule(policies, vm, service.port).ok_or_else(|| {
        let ports = ports_of(policies, vm);
        let port = service.port;
        Problem::new(if ports.is_empty() {
            Cause::JitNotConfigured {
                vm: vm.clone(),
                port,
            }
        } else {
            Cause::PortNotInPolicy { port, ports }
        })
    })
}

fn outside(path: &TunnelPath, found: &FoundRule) -> Problem {
    let allowed = match &found.rule.sources {
        AllowedSources::Any => Vec::new(),
        AllowedSources::Prefixes(prefixes) => prefixes.clone(),
    };
    Problem::new(Cause::SourceNotInPolicy {
        address: path.source,
        allowed,
    })
    .on(found.policy.as_str())
}

/// The default is clipped to what the policy allows, and so is what a button for more time was
/// labelled with: no more than the default, and never more than its label. What else a person
/// said is not clipped in silence.
fn duration(
    facts: &Facts,
    longest: SignedDuration,
    settings: &Settings,
) -> Result<SignedDuration, Problem> {
    let extends = match facts.purpose {
        Purpose::Connect => false,
        Purpose::Extend(_) => true,
    };
    match facts.wish.duration {
        Some(asked) if extends && asked <= settings.duration => Ok(asked.min(longest)),
        Some(asked) if asked > longest => {
            Err(Problem::new(Cause::DurationTooLong { asked, longest }))
        }
        Some(asked) => Ok(asked),
        None => Ok(settings.duration.min(longest)),
    }
}

fn size(block: Ipv4Net) -> u64 {
    1_u64 << (32 - u64::from(block.prefix_len()))
}

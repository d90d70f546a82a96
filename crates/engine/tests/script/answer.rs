//! Replies: what the effects of a scenario bring.

use gangway_engine::effect::{Effect, Issued};
use gangway_engine::host::{HostIdentity, Reachability};
use gangway_engine::id::{EffectId, RequestId};
use gangway_engine::input::{Input, Recorded, Reply};
use gangway_engine::policy::{PolicyRequest, Status, StatusReason};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::rules::{Explanation, Prefix, RuleList, SecurityRule};

use super::dial;
use super::run::Runner;
use super::sign_in::{goes_on, is_awaited};
use super::words::{after_word, launch_view, problem, span};

impl Runner {
    pub(super) fn answer_effect(&mut self, line: &str, words: &[&str]) {
        let (late, words) = match words[0] {
            "late" => (true, &words[1..]),
            _ => (false, words),
        };
        let rest = &words[1..];
        let now = self.now;
        match words[0] {
            "cache" => {
                let age = match rest.first() {
                    Some(&"empty") => None,
                    Some(&"age") => Some(span(rest[1])),
                    _ => Some(span("1m")),
                };
                let reply = Reply::Cached(Box::new(self.world.cached(age)));
                self.reply(line, late, |e| matches!(e, Effect::ReadCache { .. }), reply);
            }
            "read" => self.read(line, rest),
            "network" => {
                while let Some((to, targets)) = self.observation() {
                    let reply = Reply::Network(self.world.network(&targets));
                    self.step(line, Input::Reply { to, reply });
                }
            }
            "probe" => {
                let reply = Reply::Probed(reached(rest));
                self.reply(line, late, |e| matches!(e, Effect::Probe(_)), reply);
            }
            "record" => {
                let came = match rest.first() {
                    Some(&"theirs") => Recorded::Theirs {
                        until: now + span(rest[1]),
                    },
                    Some(&"fails") => Recorded::Failed(problem(&["store-not-writable"], now)),
                    _ => {
                        self.last_request += 1;
                        Recorded::Ours(RequestId(self.last_request))
                    }
                };
                let reply = Reply::Recorded(came);
                self.reply(line, late, |e| matches!(e, Effect::Record { .. }), reply);
            }
            "accept" | "subset" | "duration-refused" | "refuse" | "not-sent" | "unclear" => {
                let reply = Reply::Initiated(self.outcome(words));
                self.reply(line, late, |e| matches!(e, Effect::Initiate { .. }), reply);
            }
            "in-force" => self.last_of_ours().status = Status::Initiated,
            "supersede" => self.supersede(),
            "revoke" => {
                let ours = self.last_of_ours();
                ours.status = Status::Revoked;
                ours.reason = match rest[0] {
                    "expired" => StatusReason::Expired,
                    "displaced" => StatusReason::NewerRequestInitiated,
                    _ => StatusReason::UserRequested,
                };
            }
            "started" => {
                let came = match rest.first() {
                    Some(&"not") => Err(problem(&rest[1..], now)),
                    _ => Ok(()),
                };
                let reply = Reply::VmStarted(came);
                self.reply(line, late, |e| matches!(e, Effect::StartVm { .. }), reply);
            }
            "explain" => {
                let reply = Reply::Explained(Ok(explanation(rest)));
                self.reply(
                    line,
                    late,
                    |e| matches!(e, Effect::ExplainSilence { .. }),
                    reply,
                );
            }
            "launching" => {
                let reply = Reply::Launching(launch_view(rest));
                self.reply(line, late, |e| matches!(e, Effect::Launch(_)), reply);
            }
            "launched" => {
                let came = match rest.first() {
                    Some(&"not") => Err(problem(&rest[1..], now)),
                    _ => Ok(()),
                };
                self.client = self.find(late, |e| matches!(e, Effect::Launch(_)));
                let reply = Reply::Launched(came);
                self.reply(line, late, |e| matches!(e, Effect::Launch(_)), reply);
            }
            "found" => {
                let reply = self.found(rest);
                self.reply(line, late, |e| matches!(e, Effect::FindVm { .. }), reply);
            }
            "client-ended" => {
                let to = self
                    .client
                    .or_else(|| self.find(late, |e| matches!(e, Effect::Launch(_))))
                    .expect("a client");
                let code = rest.first().map(|word| word.parse().unwrap());
                let reply = Reply::ClientEnded { code };
                self.step(line, Input::Reply { to, reply });
            }
            "vpns" | "dialled" => {
                let reply = dial::reply(words).unwrap_or_else(|| panic!("no such line: {line}"));
                let wanted = reply.clone();
                self.reply(line, late, |e| dial::awaits(e, &wanted), reply);
            }
            word => {
                let reply = self.accounts_reply(words);
                let reply = reply.unwrap_or_else(|| panic!("no such line: {word}"));
                let wanted = reply.clone();
                self.reply(line, late, |e| is_awaited(&wanted, e), reply);
            }
        }
    }

    /// `read`, `read vm`, `read policies`, with `fails CODE`: all reads of the kind that
    /// are under way.
    fn read(&mut self, line: &str, words: &[&str]) {
        let fails = words.iter().position(|word| *word == "fails");
        let trouble = fails.map(|index| problem(&words[index + 1..], self.now));
        let kinds: &[&str] = match words.first() {
            Some(&"vm") => &["vm"],
            Some(&"policies") => &["policies"],
            _ => &["vm", "policies"],
        };
        for kind in kinds {
            let wanted: Vec<EffectId> = self
                .under_way
                .iter()
                .filter(|one| match one.effect {
                    Effect::FetchVm { .. } => *kind == "vm",
                    Effect::FetchPolicies { .. } => *kind == "policies",
                    _ => false,
                })
                .map(|one| one.id)
                .collect();
            for to in wanted {
                self.under_way.retain(|one| one.id != to);
                let reply = match (&trouble, *kind) {
                    (Some(problem), "vm") => Reply::Vm(Err(problem.clone())),
                    (None, "vm") => Reply::Vm(self.world.read_vm()),
                    (Some(problem), _) => Reply::Policies(Err(problem.clone())),
                    (None, _) => Reply::Policies(Ok(self.world.policies())),
                };
                self.step(line, Input::Reply { to, reply });
            }
        }
    }

    fn outcome(&mut self, words: &[&str]) -> InitiateOutcome {
        let now = self.now;
        match words[0] {
            "accept" => {
                let (_, draft) = self.sent.clone().expect("a request that was sent");
                let lasts = after_word(words, "for").map_or(draft.duration, span);
                let theirs = PolicyRequest {
                    vm: draft.vm,
                    port: draft.port,
                    source: draft.source,
                    started_at: now,
                    expires_at: now + lasts,
                    status: Status::Initiating,
                    reason: StatusReason::UserRequested,
                    requestor: Some("me@contoso.example".into()),
                    justification: None,
                };
                self.world.requests.push(theirs);
                InitiateOutcome::Accepted {
                    started_at: now,
                    expires_at: now + lasts,
                    status: Status::Initiating,
                }
            }
            "subset" => InitiateOutcome::NotASubset {
                words: "not a subset of policy".into(),
            },
            "duration-refused" => InitiateOutcome::DurationRefused,
            "refuse" => InitiateOutcome::Refused(problem(&words[1..], now)),
            "not-sent" => InitiateOutcome::NotSent(problem(&words[1..], now)),
            _ => InitiateOutcome::Unclear(problem(&words[1..], now)),
        }
    }

    /// Azure ends every request but the newest, as it does for one VM and port.
    fn supersede(&mut self) {
        let newest = self.world.requests.len().saturating_sub(1);
        for older in &mut self.world.requests[..newest] {
            if older.status != Status::Revoked {
                older.status = Status::Revoked;
                older.reason = StatusReason::NewerRequestInitiated;
            }
        }
    }

    fn last_of_ours(&mut self) -> &mut PolicyRequest {
        self.world
            .requests
            .iter_mut()
            .rfind(|theirs| theirs.requestor.as_deref() == Some("me@contoso.example"))
            .expect("a request of ours")
    }

    fn observation(&mut self) -> Option<(EffectId, Vec<std::net::Ipv4Addr>)> {
        let index = self
            .under_way
            .iter()
            .position(|one| matches!(one.effect, Effect::ObserveNetwork { .. }))?;
        let one = self.under_way.remove(index);
        match one.effect {
            Effect::ObserveNetwork { targets } => Some((one.id, targets)),
            _ => None,
        }
    }

    fn find(&self, late: bool, kind: impl Fn(&Effect) -> bool) -> Option<EffectId> {
        let among: &[Issued] = if late {
            &self.called_off
        } else {
            &self.under_way
        };
        among
            .iter()
            .rfind(|one| kind(&one.effect))
            .map(|one| one.id)
    }

    fn reply(&mut self, line: &str, late: bool, kind: impl Fn(&Effect) -> bool, reply: Reply) {
        let to = self
            .find(late, kind)
            .unwrap_or_else(|| panic!("nothing awaits: {line}"));
        if !matches!(reply, Reply::Probed(_) | Reply::Launching(_)) && !goes_on(&reply) {
            self.under_way.retain(|one| one.id != to);
        }
        self.step(line, Input::Reply { to, reply });
    }
}

/// `silent`, `refused`, `open`, `unsendable`, `greeted [FINGERPRINT|nameless] [names A,B]`.
fn reached(words: &[&str]) -> Reachability {
    match words[0] {
        "silent" => Reachability::Silent,
        "refused" => Reachability::Refused,
        "open" => Reachability::Open,
        "unsendable" => Reachability::Unsendable("network is unreachable".into()),
        _ => Reachability::Greeted(HostIdentity {
            fingerprint: match words.get(1) {
                Some(&"nameless") => None,
                Some(word) => Some((*word).into()),
                None => Some("SHA256:web".into()),
            },
            names: after_word(words, "names")
                .map(|names| names.split(',').map(str::to_owned).collect())
                .unwrap_or_default(),
            banner: None,
        }),
    }
}

/// `allow`, `deny`, `closed`, `unknown`, with `appliance`.
fn explanation(words: &[&str]) -> Explanation {
    let rule = |name: &str, priority, allow, source| SecurityRule {
        name: name.into(),
        priority,
        allow,
        tcp: true,
        sources: vec![source],
        destinations: vec![Prefix::Any],
        ports: vec![(22, 22)],
    };
    let jit = |name: &str| format!("securityRules/MicrosoftDefenderForCloud-JITRule{name}");
    let ours = Prefix::Block("172.16.200.5/32".parse().unwrap());
    let allow = rule(&jit("-1-AB"), 100, true, ours);
    let closed = rule(&jit("_2_CD"), 4096, false, Prefix::Any);
    let rules = match words[0] {
        "allow" => vec![closed, allow],
        "deny" => vec![allow, rule("deny-ssh", 90, false, Prefix::Any)],
        "closed" => vec![closed],
        "unknown" => vec![rule("by-tag", 90, false, Prefix::Tag("Sql".into()))],
        word => panic!("no explanation: {word}"),
    };
    Explanation {
        lists: vec![RuleList {
            nsg: None,
            name: "web-nsg".into(),
            rules,
        }],
        effective: true,
        appliance: words
            .contains(&"appliance")
            .then(|| std::net::Ipv4Addr::new(10, 0, 0, 4)),
    }
}

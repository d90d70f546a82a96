//! How effects and the snapshot are written in a trace: short, one line each.

use gangway_engine::account::AccountId;
use gangway_engine::dial::{DialStage, DialView};
use gangway_engine::effect::{Effect, Issued, Notice};
use gangway_engine::policy::{Source, Status};
use gangway_engine::problem::{Problem, WayOut};
use gangway_engine::request::{Draft, Standing};
use gangway_engine::schedule::{after_initiated, before_initiated};
use gangway_engine::snapshot::{
    AccessView, ConnectionView, Ending, Question, Snapshot, StepStanding,
};
use jiff::{SignedDuration, Timestamp};

use super::sign_in;

/// Time since the beginning: `1:02:03.150`.
pub fn clock(since: SignedDuration) -> String {
    let sign = if since.is_negative() { "-" } else { "" };
    let millis = since.as_millis().unsigned_abs();
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let part = if millis == 0 {
        String::new()
    } else {
        format!(".{millis:03}")
    };
    match h {
        0 => format!("{sign}{m}:{s:02}{part}"),
        _ => format!("{sign}{h}:{m:02}:{s:02}{part}"),
    }
}

pub fn effect(issued: &Issued, begin: Timestamp) -> String {
    let time = |at: Timestamp| clock(at.duration_since(begin));
    let what = match &issued.effect {
        Effect::ReadCache { .. } => "read the cache".into(),
        Effect::FetchVm { .. } => "read the VM".into(),
        Effect::FetchPolicies { .. } => "read the policies".into(),
        Effect::ObserveNetwork { targets } => format!("look at the network for {targets:?}"),
        Effect::Probe(plan) => {
            let pace = if plan.phases == before_initiated() {
                "slowly"
            } else if plan.phases == after_initiated() {
                "fast"
            } else {
                "on another schedule"
            };
            let (from, to, port) = (plan.source, plan.target, plan.service.port);
            format!("probe {to}:{port} from {from}, {pace}")
        }
        Effect::Record { draft, .. } => format!("record {}", asked(draft)),
        Effect::Initiate {
            request,
            draft,
            time,
        } => format!("initiate {request} ({time:?}) {}", asked(draft)),
        Effect::Settle { request, standing } => {
            format!("settle {request} {}", stands(standing, begin))
        }
        Effect::StartVm { .. } => "start the VM".into(),
        Effect::ExplainSilence { .. } => "explain the silence".into(),
        Effect::Launch(plan) => format!(
            "launch {:?} to {}:{}{}",
            plan.service.protocol,
            plan.target,
            plan.service.port,
            if plan.command.is_empty() {
                String::new()
            } else {
                format!(" running {:?}", plan.command)
            }
        ),
        Effect::RememberTunnel(tunnel) => format!("remember the tunnel {}", tunnel.interface),
        Effect::RememberHost { fingerprint, .. } => format!("remember the host {fingerprint}"),
        Effect::SignIn(plan) => format!(
            "sign in by {}{}{}{}",
            plan.way.as_str(),
            named(" at ", plan.tenant.as_deref()),
            named(" as ", plan.account.as_ref().map(AccountId::as_str)),
            named(" with the claims ", plan.claims.as_deref()),
        ),
        Effect::SignOut {
            account,
            end_session,
        } => match end_session {
            true => format!("sign {account} out, and of Entra"),
            false => format!("sign {account} out"),
        },
        Effect::SwitchTenant {
            account,
            tenant,
            on,
        } => format!("look at {tenant} as {account}: {on}"),
        Effect::UseAccount { account, tenant } => format!("use {account} in {tenant}"),
        Effect::HideSubscription {
            subscription,
            hidden,
        } => format!("leave {subscription} out: {hidden}"),
        Effect::Notify(Notice::EndsSoon {
            request,
            expires_at,
            left,
            ..
        }) => format!(
            "tell: {request} ends at {}, in {}",
            time(*expires_at),
            clock(*left)
        ),
        Effect::Notify(Notice::Ended { request, .. }) => format!("tell: {request} has ended"),
        Effect::FindVm { name } => format!("find the VM {name:?}"),
        Effect::Notify(Notice::Ready { expires_at, .. }) => match expires_at {
            Some(end) => format!("tell: ready until {}", time(*end)),
            None => "tell: ready".into(),
        },
        Effect::Notify(Notice::Asks { connection, .. }) => format!("tell: {connection} asks"),
        Effect::Notify(Notice::Trouble { problem, .. }) => {
            format!("tell: {}", trouble(problem, begin))
        }
        Effect::Notify(Notice::SignIn { sign_in, problem }) => {
            format!(
                "tell: sign-in {sign_in} failed, {}",
                trouble(problem, begin)
            )
        }
        Effect::ListVpns => "list the VPNs".into(),
        Effect::Dial { entry } => format!("dial {}", entry.name),
        Effect::HangUp { entry } => format!("hang {} up", entry.name),
        Effect::RememberNotNow { request } => format!("remember not now: {request}"),
        Effect::CallOff { effect } => format!("call off {effect}"),
    };
    match issued.connection {
        Some(connection) => format!("{}: {what} (for {connection})", issued.id),
        None => format!("{}: {what}", issued.id),
    }
}

fn named(word: &str, what: Option<&str>) -> String {
    what.map_or_else(String::new, |what| format!("{word}{what}"))
}

pub fn snapshot(snapshot: &Snapshot, begin: Timestamp) -> Vec<String> {
    let connections = snapshot
        .connections
        .iter()
        .map(|one| connection(one, begin));
    let accesses = snapshot.accesses.iter().map(|one| access(one, begin));
    let accounts = sign_in::accounts(&snapshot.accounts, begin);
    let dial = snapshot.dial.iter().map(|one| dial(one, begin));
    connections
        .chain(accesses)
        .chain(accounts)
        .chain(dial)
        .collect()
}

fn dial(view: &DialView, begin: Timestamp) -> String {
    let what = if view.ends { "ending" } else { "dialling" };
    let stage = match &view.stage {
        DialStage::Failed { problem } => trouble(problem, begin),
        stage => word(stage),
    };
    format!("{what} {}: {stage}", view.entry.name)
}

fn connection(view: &ConnectionView, begin: Timestamp) -> String {
    let mut out = format!("{}: {}", view.id, word(&view.state));
    if let Some(ending) = &view.ending {
        out += &format!(" ({})", word(ending));
    }
    if let Some(code) = view.client_code {
        out += &format!(" with code {code}");
    }
    let steps: String = view
        .steps
        .iter()
        .map(|step| match step.standing {
            StepStanding::Ahead => '.',
            StepStanding::Running => '>',
            StepStanding::Done => '+',
            StepStanding::Skipped => '-',
            StepStanding::Failed => '!',
        })
        .collect();
    out += &format!(" [{steps}]");
    if let Some(request) = view.request {
        out += &format!(", carried by {request}");
    }
    if let Some(end) = view.expires_at {
        out += &format!(", until {}", clock(end.duration_since(begin)));
    }
    if let (Some(plan), Some(Ending::Planned)) = (&view.plan, &view.ending) {
        out += &format!(", would ask for {}", asked(plan));
    }
    if let Some(problem) = &view.problem {
        out += &format!(", {}", trouble(problem, begin));
    }
    if let Some(launch) = &view.launch {
        let notes: Vec<&str> = launch.notes.iter().map(|note| note.key()).collect();
        out += &format!(", {} ({})", launch.way.key(), notes.join(", "));
    }
    if let Some(note) = &view.note {
        out += &format!(", noting {}", trouble(note, begin));
    }
    match &view.question {
        Some(Question::WhichService) => out += ", which service?",
        Some(Question::MayDisplace { by, .. }) => {
            out += &format!(", may displace {}?", by.as_deref().unwrap_or("somebody"));
        }
        None => {}
    }
    if !view.ways_out.is_empty() {
        let keys: Vec<String> = view
            .ways_out
            .iter()
            .map(|way| match way {
                WayOut::Answer { .. } => format!("{}*", way.key()),
                WayOut::Advice { .. } => way.key(),
            })
            .map(|key| key.replace("way-out.", ""))
            .collect();
        out += &format!(" | {}", keys.join(", "));
    }
    if view.may_sign_in {
        out += ", may sign in";
    }
    out
}

fn access(view: &AccessView, begin: Timestamp) -> String {
    let address = match view.for_this_address {
        Some(true) => "",
        Some(false) => ", not for this address",
        None => ", address not known",
    };
    let followed = if view.followed { ", followed" } else { "" };
    let over = if view.over { ", over by now" } else { "" };
    format!(
        "access {} to {} {}{address}{followed}{over}",
        view.access.request,
        view.access.draft.port,
        stands(&view.access.standing, begin),
    )
}

/// A problem with its code and the parameters that a scenario is about.
pub fn trouble(problem: &Problem, begin: Timestamp) -> String {
    let params: Vec<String> = problem
        .params()
        .into_iter()
        .filter(|(key, _)| !["action", "scope", "words", "waited", "vm"].contains(key))
        .map(|(key, value)| match value.parse::<Timestamp>() {
            Ok(at) => format!("{key} {}", clock(at.duration_since(begin))),
            Err(_) => format!("{key} {value}"),
        })
        .collect();
    match params.is_empty() {
        true => problem.code().to_owned(),
        false => format!("{} ({})", problem.code(), params.join("; ")),
    }
}

fn asked(draft: &Draft) -> String {
    let source = match &draft.source {
        Source::Blocks(blocks) => format!("{}", blocks[0]),
        Source::Other(text) => text.clone(),
    };
    let consent = match &draft.consent {
        Some(consent) => format!(", by consent {consent:?}"),
        None => String::new(),
    };
    format!(
        "{} from {source} for {}{consent}",
        draft.port,
        clock(draft.duration)
    )
}

fn stands(standing: &Standing, begin: Timestamp) -> String {
    match standing {
        Standing::Unanswered => "unanswered".into(),
        Standing::Running {
            expires_at, status, ..
        } => {
            let status = match status {
                Status::Initiating => "initiating",
                Status::Initiated => "initiated",
                Status::Revoked => "revoked",
                Status::Other(text) => text,
            };
            format!("{status} until {}", clock(expires_at.duration_since(begin)))
        }
        Standing::Refused => "refused".into(),
        Standing::Over { reason, .. } => format!("over ({reason:?})"),
    }
}

fn word<T: std::fmt::Debug>(value: &T) -> String {
    format!("{value:?}").to_lowercase()
}

//! Lines about VPNs that are dialled: which there are, wishes for one, what its program tells.

use gangway_engine::dial::{DialWhy, Dialled, Dialling, VpnProfile};
use gangway_engine::effect::Effect;
use gangway_engine::input::{Input, Reply};
use gangway_engine::intent::{Answer, Intent};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::tunnel::{VpnClient, VpnEntry};

fn entry(name: &str) -> VpnEntry {
    VpnEntry {
        name: name.into(),
        client: VpnClient::System,
    }
}

/// `dial NAME`, `hang-up NAME`, `stop-dial`: wishes.
pub fn input(words: &[&str]) -> Option<Input> {
    let intent = match words {
        ["dial", name] => Intent::Dial { entry: entry(name) },
        ["hang-up", name] => Intent::HangUp { entry: entry(name) },
        ["stop-dial"] => Intent::StopDial,
        _ => return None,
    };
    Some(Input::Intent(intent))
}

/// `dial:NAME`.
pub fn answer(word: &str) -> Answer {
    let name = word.strip_prefix("dial:");
    Answer::Dial {
        entry: entry(name.unwrap_or_else(|| panic!("no answer: {word}"))),
    }
}

/// `vpns NAME...`, of Azure's gateways but for what ends in `?`; `dialled begins|up|begun|opened`,
/// `dialled fails NAME no-answer`.
pub fn reply(words: &[&str]) -> Option<Reply> {
    Some(match words {
        ["vpns", names @ ..] => Reply::Vpns(names.iter().map(|name| profile(name)).collect()),
        ["dialled", "begins"] => Reply::Dialled(Ok(Dialled::Begins)),
        ["dialled", "up"] => Reply::Dialled(Ok(Dialled::Up)),
        ["dialled", "begun"] => Reply::Dialled(Ok(Dialled::Begun)),
        ["dialled", "opened"] => Reply::Dialled(Ok(Dialled::Opened)),
        ["dialled", "fails", name] => Reply::Dialled(Err(Problem::new(Cause::DialFailed {
            profile: (*name).into(),
            why: DialWhy::NoAnswer,
        }))),
        _ => return None,
    })
}

/// Whether an effect awaits this reply.
pub fn awaits(effect: &Effect, reply: &Reply) -> bool {
    match reply {
        Reply::Vpns(_) => matches!(effect, Effect::ListVpns),
        Reply::Dialled(_) => matches!(effect, Effect::Dial { .. } | Effect::HangUp { .. }),
        _ => false,
    }
}

fn profile(name: &str) -> VpnProfile {
    VpnProfile {
        entry: entry(name.trim_end_matches('?')),
        server: None,
        azure: !name.ends_with('?'),
        imported: false,
        connected: Some(false),
        dialling: Dialling::ByGangway,
    }
}

//! Which VPN fits, and what becomes of a wish for one.

use super::*;
use crate::effect::{Effect, Issued};
use crate::id::EffectId;
use crate::problem::Cause;
use crate::time::{Clock, Timestamp, after, secs};
use crate::tunnel::{Interface, InterfaceKind, LocalNetwork};
use crate::turn::Outbox;

fn profile(name: &str, azure: bool, imported: bool) -> VpnProfile {
    VpnProfile {
        entry: entry(name),
        server: None,
        azure,
        imported,
        connected: None,
        dialling: Dialling::ByGangway,
    }
}

fn entry(name: &str) -> VpnEntry {
    VpnEntry {
        name: name.to_owned(),
        client: VpnClient::System,
    }
}

fn names<'a>(found: &[&'a VpnProfile]) -> Vec<&'a str> {
    let found = found.iter();
    found.map(|profile| profile.entry.name.as_str()).collect()
}

#[test]
fn what_is_known_best_fits_best() {
    let all = [
        profile("home", false, false),
        profile("hub", true, false),
        profile("spoke", true, true),
    ];
    assert_eq!(names(&fitting(&all, None)), ["spoke"]);
    assert_eq!(names(&fitting(&all[..2], None)), ["hub"]);
    assert_eq!(names(&fitting(&all[..1], None)), ["home"]);
    assert_eq!(names(&fitting(&all, Some(" HOME "))), ["home"]);
    // What settings name and nobody knows is not replaced by something else.
    assert_eq!(names(&fitting(&all, Some("gone"))), [] as [&str; 0]);
    assert_eq!(names(&fitting(&[], None)), [] as [&str; 0]);
}

/// A dialler with a wish for `hub`.
struct Stage {
    dialler: Dialler,
    clock: Clock,
    outbox: Outbox,
}

impl Stage {
    fn dialling() -> Self {
        let mut stage = Self {
            dialler: Dialler::default(),
            clock: Clock::starting(Timestamp::UNIX_EPOCH),
            outbox: Outbox::default(),
        };
        let Stage {
            dialler,
            clock,
            outbox,
        } = &mut stage;
        dialler.begin(entry("hub"), false, None, *clock, outbox);
        stage
    }

    fn told(&mut self, told: Result<Dialled, Problem>) {
        let issued = self.outbox.take();
        let to = issued.first().map_or(EffectId(0), |issued| issued.id);
        let _news = self.dialler.learn_dialled(to, told, self.clock);
    }

    /// Its program begins on a VPN that was not connected; the effect of it.
    fn begins(&mut self) -> EffectId {
        let to = self.outbox.take()[0].id;
        let begins = Ok(Dialled::Begins);
        assert!(!self.dialler.learn_dialled(to, begins, self.clock));
        to
    }

    fn why(&self) -> DialWhy {
        let DialStage::Failed { problem } = self.stage() else {
            panic!("{:?}", self.stage());
        };
        let Cause::DialFailed { profile, why } = &problem.cause else {
            panic!("{problem:?}");
        };
        assert_eq!(profile, "hub");
        *why
    }

    fn sees(&mut self, addresses: &[&str]) {
        let local = LocalNetwork {
            interfaces: vec![Interface {
                name: "tun0".to_owned(),
                kind: InterfaceKind::Tunnel,
                addresses: addresses.iter().map(|it| it.parse().unwrap()).collect(),
                description: None,
                entry: None,
            }],
            ..LocalNetwork::default()
        };
        self.dialler
            .look(Some(&local), self.clock, &mut self.outbox);
    }

    fn after(&mut self, seconds: i64) {
        self.clock.tell(after(self.clock.now, secs(seconds)));
        self.dialler.look(None, self.clock, &mut self.outbox);
    }

    fn stage(&self) -> &DialStage {
        &self.dialler.view().unwrap().stage
    }

    fn issued(&mut self) -> Vec<Effect> {
        let issued = self.outbox.take().into_iter();
        issued.map(|Issued { effect, .. }| effect).collect()
    }
}

#[test]
fn what_its_program_calls_connected_is_done() {
    let mut stage = Stage::dialling();
    stage.told(Ok(Dialled::Up));
    assert_eq!(*stage.stage(), DialStage::Done);
    assert_eq!(stage.dialler.due(), None);
}

#[test]
fn what_was_only_begun_is_done_once_a_new_address_is_there() {
    let mut stage = Stage::dialling();
    stage.sees(&["10.8.0.6/24"]);
    stage.told(Ok(Dialled::Begun));
    stage.sees(&["10.8.0.6/24"]);
    assert_eq!(*stage.stage(), DialStage::AwaitsAddress);
    stage.sees(&["10.8.0.6/24", "172.16.201.2/24"]);
    assert_eq!(*stage.stage(), DialStage::Done);
}

#[test]
fn an_address_that_came_before_its_program_had_told_counts() {
    let mut stage = Stage::dialling();
    stage.sees(&[]);
    stage.sees(&["172.16.201.2/24"]);
    assert_eq!(*stage.stage(), DialStage::UnderWay);
    stage.told(Ok(Dialled::Begun));
    stage.sees(&["172.16.201.2/24"]);
    assert_eq!(*stage.stage(), DialStage::Done);
}

#[test]
fn what_takes_too_long_is_given_up_and_hung_up() {
    let mut stage = Stage::dialling();
    let effect = stage.begins();
    assert_eq!(*stage.stage(), DialStage::UnderWay);
    stage.after(119);
    assert!(stage.dialler.due().is_some());
    stage.after(1);
    assert_eq!(stage.why(), DialWhy::TookTooLong);
    let entry = entry("hub");
    let wanted = [Effect::CallOff { effect }, Effect::HangUp { entry }];
    assert_eq!(stage.issued(), wanted);
    // What its program still tells is no news.
    let up = Ok(Dialled::Up);
    assert!(!stage.dialler.learn_dialled(effect, up, stage.clock));
    assert!(matches!(stage.stage(), DialStage::Failed { .. }));
}

#[test]
fn what_its_program_took_is_left_alone_when_no_address_comes() {
    let mut stage = Stage::dialling();
    stage.sees(&["10.8.0.6/24"]);
    let effect = stage.begins();
    let begun = Ok(Dialled::Begun);
    assert!(!stage.dialler.learn_dialled(effect, begun, stage.clock));
    stage.sees(&["10.8.0.6/24"]);
    stage.after(120);
    assert_eq!(stage.why(), DialWhy::NoAddress);
    assert_eq!(stage.issued(), []);
}

#[test]
fn what_may_have_been_connected_before_is_never_hung_up() {
    // Its program has not begun, or cannot tell whether it was connected.
    let mut stage = Stage::dialling();
    let effect = stage.outbox.take()[0].id;
    stage.dialler.stop(&mut stage.outbox);
    assert_eq!(stage.issued(), [Effect::CallOff { effect }]);

    let mut stage = Stage::dialling();
    stage.told(Ok(Dialled::Begun));
    stage.dialler.stop(&mut stage.outbox);
    assert_eq!(stage.issued(), []);

    let mut stage = Stage::dialling();
    let effect = stage.outbox.take()[0].id;
    stage.after(120);
    assert_eq!(stage.why(), DialWhy::TookTooLong);
    assert_eq!(stage.issued(), [Effect::CallOff { effect }]);
}

#[test]
fn what_was_begun_here_is_hung_up_by_whoever_does_not_want_it_any_more() {
    let mut stage = Stage::dialling();
    let effect = stage.begins();
    let begun = Ok(Dialled::Begun);
    let _news = stage.dialler.learn_dialled(effect, begun, stage.clock);
    stage.dialler.stop(&mut stage.outbox);
    let entry = entry("hub");
    assert_eq!(stage.issued(), [Effect::HangUp { entry }]);
}

#[test]
fn an_address_that_went_and_came_back_is_new() {
    let mut stage = Stage::dialling();
    stage.sees(&["10.8.0.6/24"]);
    stage.told(Ok(Dialled::Begun));
    stage.sees(&[]);
    assert_eq!(*stage.stage(), DialStage::AwaitsAddress);
    stage.sees(&["10.8.0.6/24"]);
    assert_eq!(*stage.stage(), DialStage::Done);
}

#[test]
fn a_person_has_longer_and_their_program_is_left_alone() {
    let mut stage = Stage::dialling();
    stage.told(Ok(Dialled::Opened));
    assert_eq!(*stage.stage(), DialStage::AwaitsPerson);
    stage.after(299);
    assert_eq!(*stage.stage(), DialStage::AwaitsPerson);
    stage.after(1);
    assert!(matches!(stage.stage(), DialStage::Failed { .. }));
    assert_eq!(stage.issued(), []);
}

#[test]
fn another_wish_takes_the_place_of_the_first() {
    let mut stage = Stage::dialling();
    let first = stage.begins();
    let clock = stage.clock;
    let Stage {
        dialler, outbox, ..
    } = &mut stage;
    dialler.begin(entry("hub"), false, None, clock, outbox);
    assert_eq!(outbox.so_far(), []);
    dialler.begin(entry("spoke"), false, None, clock, outbox);
    let wanted = [
        Effect::CallOff { effect: first },
        Effect::HangUp {
            entry: entry("hub"),
        },
        Effect::Dial {
            entry: entry("spoke"),
        },
    ];
    assert_eq!(stage.issued(), wanted);
}

#[test]
fn which_there_are_is_asked_once_for_each_wait() {
    let mut stage = Stage::dialling();
    let Stage {
        dialler, outbox, ..
    } = &mut stage;
    let _dial = outbox.take();
    let mut asked = |wanted| {
        dialler.wanted(wanted, outbox);
        let issued = outbox.take();
        if let Some(one) = issued.first() {
            dialler.learn_profiles(one.id, vec![profile("hub", true, false)]);
        }
        issued.len()
    };
    assert_eq!(
        [asked(true), asked(true), asked(false), asked(true)],
        [1, 0, 0, 1]
    );
    // While one is dialled there is nothing to choose from.
    assert!(dialler.offers(None).is_empty());
    dialler.stop(outbox);
    assert_eq!(dialler.offers(None), [&entry("hub")]);
}

#[test]
fn the_lan_that_gets_an_address_is_no_tunnel() {
    let mut stage = Stage::dialling();
    stage.sees(&[]);
    stage.told(Ok(Dialled::Begun));
    let lan = LocalNetwork {
        interfaces: vec![Interface {
            name: "eth0".to_owned(),
            kind: InterfaceKind::Other,
            addresses: vec!["192.168.7.2/24".parse().unwrap()],
            description: None,
            entry: None,
        }],
        default_route: Some("eth0".to_owned()),
        routes: Vec::new(),
    };
    let Stage {
        dialler,
        clock,
        outbox,
    } = &mut stage;
    dialler.look(Some(&lan), *clock, outbox);
    assert_eq!(*stage.stage(), DialStage::AwaitsAddress);
}

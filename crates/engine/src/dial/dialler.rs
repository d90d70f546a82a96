//! What becomes of a wish to connect a VPN: begun, waited for, given up; one at a time.

use std::net::Ipv4Addr;

use super::{DialStage, DialView, DialWhy, Dialled, VpnProfile, fitting};
use crate::effect::Effect;
use crate::id::{ConnectionId, EffectId};
use crate::problem::{Cause, Problem};
use crate::time::{Clock, Due, SignedDuration, mins, secs};
use crate::tunnel::{InterfaceKind, LocalNetwork, VpnEntry};
use crate::turn::Outbox;

/// A program has so long, and after it the address. Windows gives up by itself before.
const LIMIT: SignedDuration = secs(120);

/// A person has so long who has to choose the VPN in its program and to sign in there.
const LIMIT_OF_PERSONS: SignedDuration = mins(5);

/// The VPNs of this machine, and the last wish for one.
#[derive(Debug, Default)]
pub(crate) struct Dialler {
    profiles: Vec<VpnProfile>,
    listing: Option<EffectId>,
    /// Somebody waits for a tunnel, and the list was asked for since.
    wanted: bool,
    dial: Option<Dial>,
}

/// A wish.
#[derive(Debug)]
struct Dial {
    view: DialView,
    effect: Option<EffectId>,
    due: Due,
    /// For whom, where it is for a connection.
    connection: Option<ConnectionId>,
    /// It was not connected before, as its program told: giving it up may end it.
    ours: bool,
    /// The addresses that this machine has had ever since its beginning, once they are known.
    before: Option<Vec<Ipv4Addr>>,
}

impl Dialler {
    /// Begins; whatever was under way is given up for it.
    pub(crate) fn begin(
        &mut self,
        entry: VpnEntry,
        ends: bool,
        connection: Option<ConnectionId>,
        clock: Clock,
        outbox: &mut Outbox,
    ) {
        let same = |dial: &Dial| {
            dial.view.stage.goes_on() && dial.view.entry == entry && dial.view.ends == ends
        };
        if self.dial.as_ref().is_some_and(same) {
            return;
        }
        self.stop(outbox);
        let effect = match ends {
            true => Effect::HangUp {
                entry: entry.clone(),
            },
            false => Effect::Dial {
                entry: entry.clone(),
            },
        };
        self.dial = Some(Dial {
            view: DialView {
                entry,
                ends,
                stage: DialStage::UnderWay,
            },
            effect: Some(outbox.issue(connection, effect)),
            due: Due::In(clock.at.plus(LIMIT)),
            connection,
            ours: false,
            before: None,
        });
    }

    /// A person does not want it any more, or something else.
    pub(crate) fn stop(&mut self, outbox: &mut Outbox) {
        if let Some(dial) = self.dial.take_if(|dial| dial.view.stage.goes_on()) {
            dial.call_off(outbox);
            dial.hang_up(outbox);
        }
    }

    /// The connection that it was begun for does not want it any more.
    pub(crate) fn stop_for(&mut self, connection: ConnectionId, outbox: &mut Outbox) {
        let whose = self.dial.as_ref().and_then(|dial| dial.connection);
        if whose == Some(connection) {
            self.stop(outbox);
        }
    }

    /// Somebody waits for a tunnel, or nobody does any more: which VPNs there are is asked
    /// once for each time of waiting.
    pub(crate) fn wanted(&mut self, wanted: bool, outbox: &mut Outbox) {
        if wanted && !std::mem::replace(&mut self.wanted, wanted) && self.listing.is_none() {
            self.listing = Some(outbox.issue(None, Effect::ListVpns));
        }
        self.wanted = wanted;
        if !wanted {
            // Whoever it failed for has found a way, or is gone.
            let is_told = |dial: &mut Dial| {
                let failed = matches!(dial.view.stage, DialStage::Failed { .. });
                failed && dial.connection.is_some()
            };
            let _told = self.dial.take_if(is_told);
        }
    }

    pub(crate) fn learn_profiles(&mut self, to: EffectId, profiles: Vec<VpnProfile>) {
        if self.listing == Some(to) {
            self.listing = None;
            self.profiles = profiles;
        }
    }

    /// Takes what its program told; whether that says that the network is another one now.
    pub(crate) fn learn_dialled(
        &mut self,
        to: EffectId,
        told: Result<Dialled, Problem>,
        clock: Clock,
    ) -> bool {
        let Some(dial) = self.dial.as_mut().filter(|dial| dial.effect == Some(to)) else {
            return false;
        };
        let stage = match told {
            Ok(Dialled::Begins) => {
                dial.ours = true;
                return false;
            }
            Ok(Dialled::Up) => DialStage::Done,
            Ok(Dialled::Begun) => DialStage::AwaitsAddress,
            Ok(Dialled::Opened) => {
                dial.due = Due::In(clock.at.plus(LIMIT_OF_PERSONS));
                DialStage::AwaitsPerson
            }
            Err(problem) => DialStage::Failed { problem },
        };
        dial.effect = None;
        dial.view.stage = stage;
        dial.view.stage == DialStage::Done
    }

    /// Looks whether the address has come, or whether it is time to give up.
    pub(crate) fn look(&mut self, local: Option<&LocalNetwork>, clock: Clock, outbox: &mut Outbox) {
        let Some(dial) = self.dial.as_mut().filter(|dial| dial.view.stage.goes_on()) else {
            return;
        };
        if let Some(local) = local {
            dial.compare(local);
        }
        if dial.view.stage.goes_on() && clock.is_due(dial.due) {
            let why = dial.run_out(outbox);
            dial.effect = None;
            dial.view.stage = DialStage::Failed {
                problem: failed(&dial.view.entry, why),
            };
        }
    }

    /// Whether the network has to be looked at for it.
    pub(crate) fn wants_network(&self) -> bool {
        let wants = |dial: &Dial| dial.view.stage.goes_on() && !dial.view.ends;
        self.dial.as_ref().is_some_and(wants)
    }

    pub(crate) fn due(&self) -> Option<Due> {
        let dial = self.dial.as_ref()?;
        dial.view.stage.goes_on().then_some(dial.due)
    }

    pub(crate) fn view(&self) -> Option<&DialView> {
        self.dial.as_ref().map(|dial| &dial.view)
    }

    /// The VPNs that a person may choose from who waits for a tunnel; none while one of them
    /// is being dialled.
    pub(crate) fn offers(&self, named: Option<&str>) -> Vec<&VpnEntry> {
        if self.due().is_some() {
            return Vec::new();
        }
        let found = fitting(&self.profiles, named).into_iter();
        found.map(|profile| &profile.entry).collect()
    }

    /// Why the VPN could not be connected that was dialled for this connection.
    pub(crate) fn failure_for(&self, connection: ConnectionId) -> Option<&Problem> {
        let dial = self.dial.as_ref()?;
        match &dial.view.stage {
            DialStage::Failed { problem } if dial.connection == Some(connection) => Some(problem),
            DialStage::Failed { .. }
            | DialStage::UnderWay
            | DialStage::AwaitsAddress
            | DialStage::AwaitsPerson
            | DialStage::Done => None,
        }
    }
}

impl Dial {
    /// Its time is up. Only what still runs is ended. What its program has taken may well
    /// be connected, with an address that is not seen or was there before.
    fn run_out(&self, outbox: &mut Outbox) -> DialWhy {
        self.call_off(outbox);
        match self.view.stage {
            DialStage::AwaitsAddress => DialWhy::NoAddress,
            DialStage::UnderWay => {
                self.hang_up(outbox);
                DialWhy::TookTooLong
            }
            DialStage::AwaitsPerson | DialStage::Done | DialStage::Failed { .. } => {
                DialWhy::TookTooLong
            }
        }
    }

    fn call_off(&self, outbox: &mut Outbox) {
        if let Some(effect) = self.effect {
            outbox.issue(None, Effect::CallOff { effect });
        }
    }

    /// What was begun here is hung up. What may have been connected before is not, and a
    /// program that was opened for a person stays theirs.
    fn hang_up(&self, outbox: &mut Outbox) {
        let dialled = match self.view.stage {
            DialStage::UnderWay | DialStage::AwaitsAddress => self.ours && !self.view.ends,
            DialStage::AwaitsPerson | DialStage::Done | DialStage::Failed { .. } => false,
        };
        if dialled {
            let entry = self.view.entry.clone();
            outbox.issue(None, Effect::HangUp { entry });
        }
    }

    /// The address has come when an interface has one that was not there before, and either
    /// is what the VPN was dialled with or does not carry everything else. One that went
    /// and came back is new.
    fn compare(&mut self, local: &LocalNetwork) {
        let here = local.interfaces.iter().flat_map(|it| &it.addresses);
        let here: Vec<Ipv4Addr> = here.map(ipnet::Ipv4Net::addr).collect();
        let Some(before) = &mut self.before else {
            self.before = Some(here);
            return;
        };
        before.retain(|address| here.contains(address));
        let before = &*before;
        let is_new = |address: Ipv4Addr| !before.contains(&address);
        let came = local.interfaces.iter().any(|interface| {
            let ours = interface.entry.as_ref() == Some(&self.view.entry);
            let aside = local.default_route.as_ref() != Some(&interface.name);
            let may_be = match interface.kind {
                InterfaceKind::Ppp | InterfaceKind::Tunnel => true,
                InterfaceKind::Other => aside,
                InterfaceKind::Loopback => false,
            };
            let new = interface.addresses.iter().any(|net| is_new(net.addr()));
            new && (ours || may_be)
        });
        match self.view.stage {
            DialStage::AwaitsAddress | DialStage::AwaitsPerson if came => {
                self.view.stage = DialStage::Done;
            }
            DialStage::AwaitsAddress
            | DialStage::AwaitsPerson
            | DialStage::UnderWay
            | DialStage::Done
            | DialStage::Failed { .. } => {}
        }
    }
}

fn failed(entry: &VpnEntry, why: DialWhy) -> Problem {
    Problem::new(Cause::DialFailed {
        profile: entry.name.clone(),
        why,
    })
}

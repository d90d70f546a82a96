//! What a connection knows whatever its state: the wish, the VM, its policies, the tunnel.

use std::net::Ipv4Addr;

use crate::effect::ProbePlan;
use crate::host::{ExpectedHost, Reachability};
use crate::id::{EffectId, GatewayId, RequestId};
use crate::intent::ConnectWish;
use crate::launch::LaunchView;
use crate::policy::JitPolicy;
use crate::problem::Problem;
use crate::request::Draft;
use crate::schedule::CONFIRMATION_HOLDS;
use crate::snapshot::Usual;
use crate::time::{Due, Moment};
use crate::tunnel::{ConfirmedTunnel, LocalNetwork, Pool, TunnelPath, TunnelView};
use crate::turn::Turn;
use crate::vm::{Protocol, Service, Vm};

use super::known::Known;
use super::sign_ins::SignIns;
use super::steps::Steps;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Getting on the VM.
    Connect,
    /// Asking anew for an access that runs, and nothing else.
    Extend(RequestId),
}

/// What is known, whatever the state.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) wish: ConnectWish,
    pub(super) purpose: Purpose,
    pub(super) service: Option<Service>,
    pub(super) vm: Known<Vm>,
    pub(super) policies: Known<Vec<JitPolicy>>,
    pub(super) cache: Option<EffectId>,
    pub(super) net: Net,
    pub(super) expected: ExpectedHost,
    pub(super) probe: Option<Probe>,
    /// Why nothing answers, or by which rule something does, is being asked.
    pub(super) explaining: Option<EffectId>,
    pub(super) client: Client,
    /// How the client was started, or is being.
    pub(super) launch: Option<LaunchView>,
    /// Something to know that is not in the way.
    pub(super) note: Option<Problem>,
    pub(super) plan: Option<Draft>,
    /// Azure said no to the request of this try.
    pub(super) refused: bool,
    /// Somebody's request took the place of ours: nothing more is asked for by itself.
    pub(super) displaced: bool,
    /// The person knows that somebody else's access may end.
    pub(super) may_displace: bool,
    /// The person wants a request although an access runs or the port is open.
    pub(super) insists: bool,
    /// The person agreed to the policy's whole block, for the next request.
    pub(super) whole_prefix: bool,
    /// The person has said that the VM is to be started, and a sign-in came between.
    pub(super) starts: bool,
    pub(super) sign_ins: SignIns,
    pub(super) steps: Steps,
    /// How long it usually takes from a request to the proof.
    pub(super) usual: Option<Usual>,
}

/// What is known of the network and the tunnel.
#[derive(Debug, Default)]
pub(super) struct Net {
    pub(super) observing: Option<EffectId>,
    pub(super) targets: Vec<Ipv4Addr>,
    pub(super) local: Option<LocalNetwork>,
    pub(super) pools: Vec<Pool>,
    pub(super) serving: Option<GatewayId>,
    pub(super) dialled: Option<GatewayId>,
    pub(super) confirmed: Vec<ConfirmedTunnel>,
    pub(super) view: Option<TunnelView>,
}

/// A probe that runs, and what it last brought.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) effect: EffectId,
    pub(super) plan: ProbePlan,
    pub(super) last: Option<(Reachability, Moment)>,
}

/// The client program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// Not started.
    None,
    /// It runs; its end is told under this effect.
    Running(EffectId),
    /// It ended.
    Ended(Option<i32>),
}

impl Facts {
    /// Whether a request is wanted although an access runs.
    pub(super) fn asks_anyway(&self, turn: &Turn<'_>) -> bool {
        turn.settings.always_request || self.insists || self.purpose != Purpose::Connect
    }

    pub(super) fn new(wish: ConnectWish, purpose: Purpose, at: Moment) -> Self {
        Self {
            service: wish.service,
            insists: wish.insist,
            wish,
            purpose,
            vm: Known::default(),
            policies: Known::default(),
            cache: None,
            net: Net::default(),
            expected: ExpectedHost::default(),
            probe: None,
            explaining: None,
            client: Client::None,
            launch: None,
            note: None,
            plan: None,
            refused: false,
            displaced: false,
            may_displace: false,
            whole_prefix: false,
            starts: false,
            sign_ins: SignIns::default(),
            steps: Steps::new(at),
            usual: None,
        }
    }

    /// The way through the tunnel, where there is one for certain.
    pub(super) fn path(&self) -> Option<&TunnelPath> {
        if self.is_in_doubt() {
            return None;
        }
        self.net.view.as_ref()?.verdict.as_ref().ok()
    }

    /// Whether the way through the tunnel is this one, for certain.
    pub(super) fn leads(&self, path: &TunnelPath) -> bool {
        self.path().is_some_and(|now| now.is_same_way(path))
    }

    /// Why there is no way through, once that was looked at.
    pub(super) fn no_path(&self) -> Option<&Problem> {
        if self.is_in_doubt() {
            return None;
        }
        self.net.view.as_ref()?.verdict.as_ref().err()
    }

    /// Whether the network is being looked at, so that what was known may be wrong.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.net.observing.is_some()
    }

    /// Whether Azure told a short while ago that the VM owns `address` and is not off.
    pub(super) fn confirms(&self, address: Ipv4Addr, turn: &Turn<'_>) -> bool {
        let since = turn.at().minus(CONFIRMATION_HOLDS);
        self.vm.fresh_since(since).is_some_and(|vm| {
            !vm.power.is_off() && vm.addresses.iter().any(|a| a.address == address)
        })
    }

    /// Whether a client is started at the end of the way.
    pub(super) fn launches(&self) -> bool {
        let only_port = self.service.map(|s| s.protocol) == Some(Protocol::Port);
        self.wish.launch && !only_port
    }

    /// The VM's name, for people.
    pub(super) fn vm_name(&self) -> String {
        self.vm
            .any()
            .map_or_else(|| self.wish.vm.name().to_owned(), |vm| vm.name.clone())
    }

    /// Calls off everything that is under way, but for a client that runs.
    pub(super) fn call_off_all(&mut self, turn: &mut Turn<'_>) {
        self.stop_explaining(turn);
        self.stop_probe(turn);
        self.vm.call_off(turn);
        self.policies.call_off(turn);
        for effect in [self.cache.take(), self.net.observing.take()]
            .into_iter()
            .flatten()
        {
            turn.call_off(effect);
        }
    }

    pub(super) fn reads_due(&self) -> Vec<Due> {
        [self.vm.retry(), self.policies.retry()]
            .into_iter()
            .flatten()
            .collect()
    }
}

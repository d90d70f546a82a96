//! The promises, each checked at every step.

use gangway_engine::effect::{Effect, Issued, LaunchPlan};
use gangway_engine::host::Reachability;
use gangway_engine::id::RequestId;
use gangway_engine::input::Reply;
use gangway_engine::policy::{Source, Status, StatusReason};
use gangway_engine::request::{Consent, Draft, Standing};
use gangway_engine::snapshot::StateName;
use gangway_engine::vm::Protocol;

use super::azure::POOL;
use super::replies::STRANGER;
use super::{Told, World};

impl World {
    /// Keeps what a connection is told by a reply.
    pub fn told(&mut self, one: &Issued, reply: &Reply) {
        let Some(id) = one.connection else {
            return;
        };
        let tunnel = self.tunnel;
        let told = self.told.entry(id).or_default();
        match (reply, &one.effect) {
            (Reply::Network(_), _) => {
                told.tunnel = tunnel;
                told.doubt = false;
            }
            (Reply::Cached(cached), _) => {
                let known = &cached.expected.fingerprints;
                told.key_known = known.iter().any(|it| it.starts_with("SHA256:"));
            }
            (Reply::Vm(Ok(vm)), _) => told.vm = Some((**vm).clone()),
            (Reply::Probed(reached), Effect::Probe(plan)) => {
                told.reached = Some((plan.target, reached.clone()));
            }
            _ => {}
        }
    }

    pub fn judge(&mut self, issued: &[Issued]) {
        let views = self.engine.snapshot(self.now()).connections;
        for one in issued {
            let told = one
                .connection
                .and_then(|id| self.told.get(&id).cloned())
                .unwrap_or_default();
            match &one.effect {
                Effect::Record { .. } => {
                    let spoke = one
                        .connection
                        .is_none_or(|id| !self.displaced.contains(&id));
                    assert!(spoke, "no request of its own accord after a displacement");
                }
                Effect::Initiate { request, draft, .. } => {
                    self.may_be_sent(*request, draft, &told);
                }
                Effect::StartVm { .. } => assert!(
                    told.tunnel.is_some() && !told.doubt,
                    "with the tunnel down nothing is asked of Azure but reads"
                ),
                Effect::Launch(plan) => is_proved(plan, &told),
                Effect::Settle { request, standing } => {
                    self.is_true(*request, standing);
                    let by_somebody = matches!(
                        standing,
                        Standing::Over {
                            reason: StatusReason::NewerRequestInitiated,
                            ..
                        }
                    ) && self.by_somebody_else(*request);
                    if by_somebody {
                        let carried = self.carried_by(*request);
                        self.displaced.extend(carried);
                    }
                }
                _ => {}
            }
            if let Some(id) = one.connection {
                let ended = views
                    .iter()
                    .find(|view| view.id == id)
                    .is_some_and(|view| view.state == StateName::Ended);
                let lasting = matches!(one.effect, Effect::Probe(_) | Effect::FetchVm { .. });
                let called_off = issued.iter().any(|other| {
                    matches!(&other.effect, Effect::CallOff { effect } if *effect == one.id)
                });
                assert!(
                    !ended || !lasting || called_off,
                    "nothing is begun for what is over"
                );
            }
        }
    }

    /// What must hold between steps.
    pub fn judge_rest(&self) {
        let now = self.now();
        if let Some(next) = self.engine.next_deadline() {
            assert!(
                next > now,
                "a deadline is never in the past: {next} at {now}"
            );
        }
        let shown: Vec<RequestId> = self
            .engine
            .snapshot(now)
            .accesses
            .iter()
            .map(|view| view.access.request)
            .collect();
        for (request, row) in &self.rows {
            let open = match row.standing {
                Standing::Unanswered | Standing::Running { .. } => true,
                Standing::Refused | Standing::Over { .. } => false,
            };
            assert!(
                !open || shown.contains(request),
                "every recorded access is shown until Azure says that it is over: {request}"
            );
        }
    }

    fn may_be_sent(&self, request: RequestId, draft: &Draft, told: &Told) {
        assert!(!told.doubt, "the tunnel is certain when a request is sent");
        let address = told
            .tunnel
            .expect("with the tunnel down nothing is requested");
        assert_eq!(draft.tunnel_address, address);
        match &draft.consent {
            None => assert_eq!(draft.source, Source::address(address)),
            Some(Consent::WholePrefix { addresses }) => {
                assert!(told.consented, "a wider source only after consent");
                assert_eq!(draft.source, Source::Blocks(vec![POOL.parse().unwrap()]));
                assert_eq!(*addresses, 256);
            }
            Some(Consent::MachinePolicy) => panic!("machine policy lists no source here"),
        }
        let reason = draft
            .reason
            .as_ref()
            .is_some_and(|it| !it.trim().is_empty());
        assert!(
            reason || !self.settings.reason_required,
            "without a reason nothing is requested where one is required"
        );
        let row = self.rows.get(&request).expect("recorded before it is sent");
        assert_eq!(row.standing, Standing::Unanswered);
        assert_eq!(row.draft, *draft);
        let other = self.pending.iter().find(|other| match &other.effect {
            Effect::Initiate { draft: theirs, .. } => {
                theirs.vm == draft.vm && theirs.port == draft.port
            }
            _ => false,
        });
        assert_eq!(
            other, None,
            "never two requests in flight for one VM and port"
        );
    }

    /// What is written to the store is what Azure says.
    fn is_true(&self, request: RequestId, standing: &Standing) {
        let row = &self.rows[&request];
        let runs = self.azure.requests.iter().any(|theirs| {
            theirs.port == row.draft.port
                && theirs.source == row.draft.source
                && theirs.status != Status::Revoked
                && match &row.standing {
                    Standing::Running { started_at, .. } => theirs.started_at == *started_at,
                    _ => true,
                }
        });
        match standing {
            // A request is recognised by its start, which a clock that is wrong by a day
            // cannot tell from an older one's.
            Standing::Refused => assert!(
                self.wild || !self.taken.contains(&request),
                "a request that Azure took is never called refused: {request}"
            ),
            Standing::Over { .. } if matches!(row.standing, Standing::Running { .. }) => {
                assert!(!runs, "over only when Azure says so: {request}");
            }
            Standing::Over { .. } | Standing::Unanswered | Standing::Running { .. } => {}
        }
    }

    fn by_somebody_else(&self, request: RequestId) -> bool {
        let Standing::Running { started_at, .. } = self.rows[&request].standing else {
            return false;
        };
        self.azure
            .requests
            .iter()
            .filter(|theirs| theirs.port == self.rows[&request].draft.port)
            .filter(|theirs| theirs.started_at > started_at)
            .min_by_key(|theirs| theirs.started_at)
            .is_some_and(|newer| newer.requestor.as_deref() == Some("other@contoso.example"))
    }

    fn carried_by(&self, request: RequestId) -> Vec<gangway_engine::id::ConnectionId> {
        self.engine
            .snapshot(self.now())
            .connections
            .iter()
            .filter(|view| view.request == Some(request))
            .map(|view| view.id)
            .collect()
    }
}

/// No launch before a greeting, by this VM, from the address that a fresh read confirmed.
/// Leaving the fingerprint out is no way round.
fn is_proved(plan: &LaunchPlan, told: &Told) {
    let target = plan.target;
    let rdp = plan.service.protocol == Protocol::Rdp;
    let vm = told.vm.as_ref().expect("a fresh read before a launch");
    assert!(!vm.power.is_off());
    assert!(vm.addresses.iter().any(|a| a.address == target));
    match &told.reached {
        Some((reached, Reachability::Greeted(host))) => {
            assert_eq!(*reached, target);
            assert_ne!(host.fingerprint.as_deref(), Some(STRANGER));
            assert!(host.fingerprint.is_some() || !(rdp || told.key_known));
        }
        other => panic!("a launch without a greeting: {other:?}"),
    }
}

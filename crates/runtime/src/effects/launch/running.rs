//! The clients that this process started and that still run, so that a second click brings the
//! first one's window to the front.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::vm::{Protocol, Service};
use tokio::sync::watch;

/// What a client is for: the same window serves only the same VM at the same address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Purpose {
    vm: VmId,
    service: Service,
    target: Ipv4Addr,
}

/// The end of a client, which others may wait for: its exit code, once it is there.
pub(super) type End = watch::Receiver<Option<Option<i32>>>;

/// The clients that run.
#[derive(Debug, Default)]
pub(in crate::effects) struct Clients(Mutex<HashMap<Purpose, (u32, End)>>);

/// Tells that a client has ended; whoever drops it tells that, too.
pub(super) struct Tell<'a> {
    clients: &'a Clients,
    purpose: Purpose,
    told: watch::Sender<Option<Option<i32>>>,
}

impl Clients {
    /// Notes a client that was started. Only a remote desktop is looked for again: a second
    /// terminal is a second session.
    pub(super) fn note(&self, plan: &LaunchPlan, process: Option<u32>) -> Option<Tell<'_>> {
        let process = process.filter(|_| plan.service.protocol == Protocol::Rdp)?;
        let (told, end) = watch::channel(None);
        let purpose = Purpose::of(plan);
        self.all().insert(purpose.clone(), (process, end));
        Some(Tell {
            clients: self,
            purpose,
            told,
        })
    }

    /// The client that runs for this, where one does.
    pub(super) fn running(&self, plan: &LaunchPlan) -> Option<(u32, End)> {
        self.all().get(&Purpose::of(plan)).cloned()
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Purpose, (u32, End)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Purpose {
    fn of(plan: &LaunchPlan) -> Self {
        Self {
            vm: plan.vm.clone(),
            service: plan.service,
            target: plan.target,
        }
    }
}

impl Tell<'_> {
    /// The client has ended.
    pub(super) fn ended(self, code: Option<i32>) {
        self.told.send_replace(Some(code));
    }
}

impl Drop for Tell<'_> {
    fn drop(&mut self) {
        // Another one for the same may have come since, and that one runs.
        let mut all = self.clients.all();
        let own = self.told.subscribe();
        if all
            .get(&self.purpose)
            .is_some_and(|(_, end)| end.same_channel(&own))
        {
            all.remove(&self.purpose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(target: [u8; 4], service: Service) -> LaunchPlan {
        LaunchPlan {
            vm: VmId::new("/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/v")
                .unwrap(),
            vm_name: "v".to_owned(),
            computer_name: None,
            target: target.into(),
            source: [172, 16, 0, 2].into(),
            service,
            command: Vec::new(),
        }
    }

    #[test]
    fn the_end_of_an_older_window_does_not_hide_the_newer_one() {
        let clients = Clients::default();
        let here = plan([10, 0, 0, 4], Service::RDP);
        let older = clients.note(&here, Some(7)).unwrap();
        let newer = clients.note(&here, Some(8)).unwrap();
        older.ended(Some(0));
        assert_eq!(clients.running(&here).map(|(process, _)| process), Some(8));
        drop(newer);
        assert!(clients.running(&here).is_none());
    }

    #[tokio::test]
    async fn a_window_serves_its_own_vm_until_it_is_closed() {
        let clients = Clients::default();
        let here = plan([10, 0, 0, 4], Service::RDP);
        assert!(clients.running(&here).is_none());
        let tell = clients.note(&here, Some(7)).unwrap();
        let (process, mut end) = clients.running(&here).unwrap();
        assert_eq!(process, 7);
        assert!(
            clients
                .running(&plan([10, 0, 0, 5], Service::RDP))
                .is_none()
        );
        tell.ended(Some(3));
        let code = *end.wait_for(Option::is_some).await.unwrap();
        assert_eq!(code, Some(Some(3)));
        assert!(clients.running(&here).is_none());
        assert!(
            clients
                .note(&plan([10, 0, 0, 4], Service::SSH), Some(8))
                .is_none()
        );
        assert!(clients.note(&here, None).is_none());
    }
}

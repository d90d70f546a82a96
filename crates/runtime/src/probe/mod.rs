//! The probe: tries a port from the tunnel address until the protocol's own greeting comes.
//!
//! Tries overlap: a SYN that was dropped before the rule went live must not hold up the
//! next one. Each socket is closed before the system would send its SYN again, so that the
//! schedule alone decides when packets go out. The first connect that completes ends all
//! others and is greeted once; some VMs count connections.

mod connect;
mod identity;
mod rdp;
mod ssh;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use gangway_engine::effect::ProbePlan;
use gangway_engine::host::{HostIdentity, Reachability};
use gangway_engine::schedule::Phase;
use gangway_engine::vm::{Protocol, Service};
use jiff::SignedDuration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use connect::{Tried, attempt};

/// How long a host that took the connection may take to greet.
const GREETING: Duration = Duration::from_secs(5);

/// Never more tries a second than this, whatever the plan says.
const LEAST_BETWEEN: Duration = Duration::from_millis(50);

/// The least between two greetings: a host that takes connections and does not show itself
/// is not overrun with them.
const AFTER_NO_GREETING: Duration = Duration::from_millis(500);

/// Tries as the plan says and tells each change of what is reached. Returns once the host
/// has greeted and shown itself, as far as the plan's knowledge asks for it; until then it
/// goes on until it is dropped.
pub async fn run(plan: &ProbePlan, mut tell: impl FnMut(Reachability)) {
    let mut told = None;
    let mut report = |now: Reachability| {
        if told.as_ref() != Some(&now) {
            told = Some(now.clone());
            tell(now);
        }
    };
    let began = Instant::now();
    let mut next = began;
    loop {
        let stream = reach(plan, began, next, &mut report).await;
        next = Instant::now() + AFTER_NO_GREETING;
        let protocol = plan.service.protocol;
        let greeted = greet(stream, plan.target, plan.service)
            .await
            .filter(|identity| plan.expected.is_shown_by(identity, protocol));
        if let Some(identity) = greeted {
            report(Reachability::Greeted(identity));
            return;
        }
        report(Reachability::Open);
    }
}

/// Tries on the schedule until a connect completes.
async fn reach(
    plan: &ProbePlan,
    began: Instant,
    mut next: Instant,
    report: &mut impl FnMut(Reachability),
) -> TcpStream {
    let target = SocketAddrV4::new(plan.target, plan.service.port);
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            // The schedule's own timer: tries go out at set times, whatever the earlier ones bring.
            () = sleep_until(next) => {
                let (every, patience) = pace(&plan.phases, began.elapsed());
                under_way.push(attempt(plan.source, target, patience));
                next = Instant::now() + every;
            }
            Some(tried) = under_way.next() => match tried {
                Tried::Completed(stream) => return stream,
                Tried::Refused => report(Reachability::Refused),
                Tried::Silent => report(Reachability::Silent),
                Tried::Unsendable(why) => report(Reachability::Unsendable(why)),
            },
        }
    }
}

/// How often to try and how patiently, so long after the beginning.
fn pace(phases: &[Phase], elapsed: Duration) -> (Duration, Duration) {
    let mut left = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
    let mut phase = phases.first();
    for each in phases {
        phase = Some(each);
        match each.lasts {
            Some(lasts) if lasts <= left => left -= lasts,
            _ => break,
        }
    }
    let or = |duration: Option<SignedDuration>, usual| {
        duration.map_or(usual, SignedDuration::unsigned_abs)
    };
    let every = or(phase.map(|phase| phase.every), Duration::from_secs(2));
    let patience = or(
        phase.map(|phase| phase.patience),
        Duration::from_millis(900),
    );
    (every.max(LEAST_BETWEEN), patience)
}

/// What the host says it is; `None` when it says nothing.
async fn greet(stream: TcpStream, target: Ipv4Addr, service: Service) -> Option<HostIdentity> {
    let greeting = async {
        match service.protocol {
            Protocol::Ssh => ssh::greet(stream, GREETING).await,
            Protocol::Rdp => rdp::greet(stream, target).await,
            Protocol::Port => Some(HostIdentity::default()),
        }
    };
    timeout(GREETING + Duration::from_millis(100), greeting)
        .await
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests;

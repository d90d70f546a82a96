//! The simulator's time: what answers say of it, and that a real clock drives changes without being asked.

use std::time::Duration;

use azure_sim::{ClockKind, VmGround, estate};
use jiff::SignedDuration;

use crate::kit::{Azure, JIT};

#[tokio::test]
async fn a_shifted_clock_shows_in_the_date() {
    let azure = Azure::still().await;
    azure.sim.advance(SignedDuration::from_hours(1)).await;
    let got = azure.get(&azure.policy("vm-web-01"), JIT).await;
    assert_eq!(got.header("date"), Some("Thu, 20 Aug 2026 09:00:00 GMT"));
    azure.sim.advance(SignedDuration::from_hours(-2)).await;
    let got = azure.get(&azure.policy("vm-web-01"), JIT).await;
    assert_eq!(got.header("date"), Some("Thu, 20 Aug 2026 07:00:00 GMT"));
}

#[tokio::test]
async fn with_real_time_the_rule_comes_by_itself() {
    let mut demo = estate::demo();
    demo.switches.rule_delay_ms = 150;
    let azure = Azure::of(demo, VmGround::Loopback, ClockKind::Real).await;
    let vm = azure.sim.vm("vm-web-01").unwrap();
    azure.ask("vm-web-01").await;
    let at = (vm.address.unwrap(), vm.port.unwrap());
    // Nobody asks Azure anything meanwhile: the clock alone opens the door. Where a closed door refuses, one knocks again.
    let knocking = async {
        while tokio::net::TcpStream::connect((at.0.as_str(), at.1))
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), knocking)
        .await
        .unwrap();
}

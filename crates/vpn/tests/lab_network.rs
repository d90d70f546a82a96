//! A real tunnel interface in a network of one's own: what is seen, and that changes are heard.
//!
//! Each test runs itself again inside fresh namespaces (`unshare`) and is skipped, with the
//! reason told, where those are not permitted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells how fast it looked"
)]

use std::net::Ipv4Addr;
use std::process::Command;
use std::time::{Duration, Instant};

use gangway_engine::id::GatewayId;
use gangway_engine::tunnel::{LocalNetwork, Pool, PoolOrigin, TunnelKnowledge, decide};
use gangway_vpn::{Changes, observe};

const VM: Ipv4Addr = Ipv4Addr::new(10, 20, 0, 4);
const INSIDE: &str = "GANGWAY_TEST_IN_NAMESPACE";

/// Runs the test of this name again in a network namespace; `None` once inside, else whether
/// the outer half has nothing left to do.
fn outside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return false;
    }
    let prepared = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--net",
            "sh",
            "-c",
            "ip link set lo up",
        ])
        .output();
    match prepared {
        Ok(done) if done.status.success() => {}
        Ok(done) => {
            gangway_skips::skip_without_namespaces(&String::from_utf8_lossy(&done.stderr));
            return true;
        }
        Err(error) => {
            gangway_skips::skip_without_namespaces(&format!("unshare: {error}"));
            return true;
        }
    }
    let itself = std::env::current_exe().unwrap();
    let inner = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net"])
        .arg(itself)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    assert!(
        inner.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&inner.stdout),
        String::from_utf8_lossy(&inner.stderr)
    );
    true
}

fn ip(arguments: &str) {
    let done = Command::new("ip")
        .args(arguments.split(' '))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "ip {arguments}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// A LAN that carries the default route, on one end of a virtual cable.
fn lan() {
    ip("link set lo up");
    ip("link add eth0 type veth peer name wall");
    ip("addr add 192.168.1.7/24 dev eth0");
    ip("link set eth0 up");
    ip("link set wall up");
    ip("route add default via 192.168.1.1");
}

/// A tunnel as OpenVPN makes one. Nobody reads from it, so it stands in for `tun` by another
/// virtual cable.
fn tunnel(address: &str) {
    ip("link add tun0 type veth peer name gateway");
    ip("link set tun0 up");
    ip("link set gateway up");
    ip(&format!("addr add {address}/24 dev tun0"));
    ip("route add 10.20.0.0/16 dev tun0");
}

fn verdict(network: &LocalNetwork) -> String {
    let known = TunnelKnowledge {
        pools: vec![Pool {
            prefix: "172.16.201.0/24".parse().unwrap(),
            origin: PoolOrigin::Setting,
        }],
        ..TunnelKnowledge::default()
    };
    match decide(&[VM], network, &known).verdict {
        Ok(path) => format!("{} {}", path.interface, path.source),
        Err(problem) => problem.code().to_owned(),
    }
}

#[test]
fn a_tunnel_is_seen_and_its_absence_too() {
    if outside("a_tunnel_is_seen_and_its_absence_too") {
        return;
    }
    ip("link set lo up");
    let nothing = observe(&[VM]).unwrap();
    assert_eq!(nothing.route_to(VM).unwrap().source, None);
    assert_eq!(nothing.default_route, None);

    lan();
    let down = observe(&[VM]).unwrap();
    assert_eq!(down.default_route.as_deref(), Some("eth0"));
    assert_eq!(verdict(&down), "tunnel-down");

    tunnel("172.16.201.2");
    let up = observe(&[VM]).unwrap();
    assert_eq!(up.route_to(VM).unwrap().interface.as_deref(), Some("tun0"));
    assert_eq!(up.default_route.as_deref(), Some("eth0"));
    assert_eq!(verdict(&up), "tun0 172.16.201.2");

    // All traffic through the tunnel, in OpenVPN's two halves.
    ip("route add 0.0.0.0/1 dev tun0");
    ip("route add 128.0.0.0/1 dev tun0");
    assert_eq!(
        observe(&[VM]).unwrap().default_route.as_deref(),
        Some("tun0")
    );
    ip("route del 0.0.0.0/1 dev tun0");
    ip("route del 128.0.0.0/1 dev tun0");

    // An address of the pool as one more on the LAN's interface, with routes in a table of
    // its own: IPsec without an interface.
    ip("link del tun0");
    ip("addr add 172.16.201.9/32 dev eth0");
    ip("route add 10.20.0.0/16 via 192.168.1.1 src 172.16.201.9 table 220");
    ip("rule add lookup 220 priority 220");
    let policy = observe(&[VM]).unwrap();
    assert_eq!(policy.default_route.as_deref(), Some("eth0"));
    assert_eq!(verdict(&policy), "eth0 172.16.201.9");

    // The documentation blocks lead nowhere: the default route is found all the same.
    for block in ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"] {
        ip(&format!("route add blackhole {block}"));
    }
    assert_eq!(observe(&[]).unwrap().default_route.as_deref(), Some("eth0"));
}

#[test]
fn changes_of_addresses_routes_and_links_are_heard() {
    if outside("changes_of_addresses_routes_and_links_are_heard") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        lan();
        tunnel("172.16.201.2");
        let mut changes = Changes::listen().unwrap();
        for (what, step) in [
            ("address gone", "addr del 172.16.201.2/24 dev tun0"),
            ("another address", "addr add 172.16.201.77/24 dev tun0"),
            ("route", "route add 10.20.0.0/16 dev tun0"),
            ("rule", "rule add lookup 220 priority 220"),
            ("link gone", "link del tun0"),
        ] {
            ip(step);
            let heard = tokio::time::timeout(Duration::from_secs(5), changes.next()).await;
            heard
                .unwrap_or_else(|_| panic!("{what} was not heard"))
                .unwrap();
        }
        // Everything that was heard has been taken: silence does not count as a change.
        let silence = tokio::time::timeout(Duration::from_millis(50), changes.next()).await;
        assert!(silence.is_err());
    });
}

/// What the demonstration rests on: on loopback the same rule holds, without exception.
#[test]
fn loopback_serves_as_a_pool() {
    let vm = Ipv4Addr::new(127, 20, 0, 4);
    let gateway = GatewayId::new(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/hub",
    )
    .unwrap();
    let known = TunnelKnowledge {
        pools: vec![Pool {
            prefix: "127.0.0.0/8".parse().unwrap(),
            origin: PoolOrigin::Gateway {
                id: gateway.clone(),
            },
        }],
        serving: Some(gateway),
        ..TunnelKnowledge::default()
    };
    let path = decide(&[vm], &observe(&[vm]).unwrap(), &known)
        .verdict
        .unwrap();
    assert_eq!((path.source, path.target), (Ipv4Addr::LOCALHOST, vm));
}

#[test]
fn looking_takes_no_time() {
    let targets = [VM, Ipv4Addr::new(127, 1, 2, 3)];
    observe(&targets).unwrap();
    let fastest = (0..20)
        .map(|_| {
            let start = Instant::now();
            observe(&targets).unwrap();
            start.elapsed()
        })
        .min()
        .unwrap();
    println!("observe: {fastest:?}");
    assert!(fastest < Duration::from_millis(20), "{fastest:?}");
}

//! Nothing is under way: nobody signed in, no tunnel, ready, a link that waits.

use gangway_engine::input::Observation;
use gangway_engine::snapshot::Shown;

use crate::stage::{Stage, estate};

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("first-run", Stage::bare().shown()),
        ("signed-out", signed_out()),
        ("no-tunnel", no_tunnel()),
        ("tunnel-unknown", tunnel_unknown()),
        ("ready", Stage::ready().shown()),
        ("link", link("gangway://connect?vm=vm-sql-01&protocol=rdp")),
        ("link-unknown", link("gangway://connect?vm=vm-web-1")),
    ]
}

fn signed_out() -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::KnownAccounts(Box::new(estate::nobody())));
    stage.shown()
}

fn no_tunnel() -> Shown {
    let mut stage = Stage::ready();
    stage.tunnel(None);
    stage.shown()
}

fn tunnel_unknown() -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::Pools(Vec::new()));
    stage.settle();
    stage.shown()
}

fn link(text: &str) -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::Link(text.into()));
    stage.settle();
    stage.shown()
}

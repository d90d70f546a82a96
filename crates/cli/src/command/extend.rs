//! `gangway extend [VM]`: more time for an access that runs.

use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::snapshot::AccessView;

use super::follow::Follow;
use crate::args::ExtendArgs;
use crate::desk::Desk;
use crate::effective::{effective, expires_at};
use crate::exit::{Outcome, Stop};
use crate::say::say;

pub(super) async fn run(desk: &Desk, args: ExtendArgs) -> Result<Outcome, Stop> {
    let vm = match &args.vm {
        Some(name) => Some(desk.find(name).await?.vm.id),
        None => None,
    };
    let snapshot = desk.snapshot();
    let running: Vec<&AccessView> = effective(&snapshot.accesses)
        .into_iter()
        .filter(|view| expires_at(&view.access).is_some())
        .filter(|view| vm.as_ref().is_none_or(|vm| view.access.draft.vm == *vm))
        .filter(|view| args.port.is_none_or(|port| view.access.draft.port == port))
        .collect();
    let access = match running.as_slice() {
        [one] => &one.access,
        [] => return Err(anyhow::anyhow!(say("cli.extend.none", &[])).into()),
        [_, ..] => return Err(Stop::Usage(say("cli.extend.several", &[]))),
    };
    let intent = Intent::Extend {
        request: access.request,
        duration: args.duration,
    };
    let wish = ConnectWish {
        vm: access.draft.vm.clone(),
        service: None,
        duration: args.duration,
        reason: None,
        launch: false,
        command: Vec::new(),
        dry_run: false,
        insist: false,
        attended: desk.out.can_ask,
    };
    Follow::begin(desk, intent, wish).await?.follow().await
}

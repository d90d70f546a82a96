//! `gangway connect VM`: the way to a virtual machine, followed until its end.

use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::vm::{Protocol, Service};

use super::follow::Follow;
use crate::args::ConnectArgs;
use crate::desk::Desk;
use crate::exit::{Outcome, Stop};

pub(super) async fn run(desk: &Desk, args: ConnectArgs) -> Result<Outcome, Stop> {
    let entry = desk.find(&args.vm).await?;
    // A port that was not said is the one that settings know of this VM.
    let service = args.service().map(|said| match args.port {
        Some(_) => said,
        None => desk.service(&entry.vm.id, said.protocol).unwrap_or(said),
    });
    let launch =
        !args.no_launch && service.map(|Service { protocol, .. }| protocol) != Some(Protocol::Port);
    let wish = ConnectWish {
        vm: entry.vm.id,
        service,
        duration: args.duration,
        reason: args.reason,
        launch,
        command: args.command,
        dry_run: args.dry_run,
    };
    let intent = Intent::Connect(wish.clone());
    Follow::begin(desk, intent, wish).await?.follow().await
}

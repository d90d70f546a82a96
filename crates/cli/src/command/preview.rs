//! How the client would be started, for a dry run that has found the way.

use gangway_engine::effect::LaunchPlan;
use gangway_engine::intent::ConnectWish;
use gangway_engine::problem::Problem;
use gangway_engine::snapshot::{ConnectionView, Ending};
use gangway_runtime::LaunchPreview;

use crate::desk::Desk;
use crate::next::starts_client;

/// Nothing for a connection that was no dry run, found no way, or would start no client.
pub(super) async fn preview(
    desk: &Desk,
    view: &ConnectionView,
    wish: &ConnectWish,
) -> Option<Result<LaunchPreview, Problem>> {
    if view.ending != Some(Ending::Planned) || !starts_client(view, wish) {
        return None;
    }
    let path = view.tunnel.as_ref()?.verdict.as_ref().ok()?;
    let wanted = LaunchPlan {
        vm: view.vm.clone(),
        vm_name: view.vm_name.clone(),
        computer_name: None,
        target: path.target,
        source: path.source,
        service: view.service?,
        command: wish.command.clone(),
    };
    Some(desk.preview(wanted).await)
}

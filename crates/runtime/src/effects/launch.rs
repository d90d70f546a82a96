//! Starts the client with the settings that are in force for the VM, and waits for its end.

use std::sync::Arc;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::EffectId;
use gangway_engine::input::Reply;
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::vm::Protocol;
use gangway_launch::{Invocation, RdpSettings, Target, bring_to_front, find_clients, plan, start};

mod names;
mod preview;
mod running;
mod settings;

use self::names::{Asked, Wanted};
use self::running::End;
use super::Replies;
use crate::error::chain;
use crate::records;
use crate::settings::{Rdp, RdpTarget};
use crate::world::World;
use crate::writer::Writer;

pub(super) use self::names::Names;
pub(crate) use self::names::{Answer, is_full};
pub use self::preview::LaunchPreview;
pub(super) use self::running::Clients;

/// The settings for all VMs, in the words of what starts clients.
pub(crate) fn rdp_settings(set: Rdp) -> RdpSettings {
    settings::rdp(set, None, Target::default())
}

/// What the store calls the explanation of Windows' warning.
const FIRST_WARNING: &str = "rdp-first-warning";

/// Where a launch happens: what it reads, and whom it tells.
pub(super) struct Stage {
    pub(super) world: Arc<World>,
    pub(super) writer: Writer,
    pub(super) replies: Replies,
    pub(super) clients: Arc<Clients>,
}

/// Starts the client and tells when it ended.
pub(super) async fn run(stage: Stage, id: EffectId, wanted: LaunchPlan, asked: Option<Asked>) {
    if let Some(end) = to_front(&stage, id, &wanted) {
        return tell_end(&stage, id, end).await;
    }
    let invocation = match wanted.service.protocol {
        Protocol::Port => return stage.replies.send(id, Reply::Launched(Ok(()))),
        Protocol::Rdp | Protocol::Ssh => invocation(&stage.world, &wanted, asked).await,
    };
    let invocation = match invocation {
        Ok(invocation) => invocation,
        Err(problem) => return stage.replies.send(id, Reply::Launched(Err(problem))),
    };
    // Told before the client shows anything.
    let view = invocation.view.clone();
    stage.replies.send(id, Reply::Launching(view));
    let folder = stage.world.home.launch_files();
    let running = match start(&invocation, &folder).await {
        Ok(running) => running,
        Err(problem) => {
            let problem = stage.world.settings().placed(problem);
            return stage.replies.send(id, Reply::Launched(Err(problem)));
        }
    };
    let view = running.view().clone();
    if view != invocation.view {
        stage.replies.send(id, Reply::Launching(view.clone()));
    }
    tracing::info!(program = %invocation.program.display(), way = ?view.way, "client started");
    let launched = wanted.clone();
    stage.writer.note("last use", move |world| {
        records::launched(world, &launched);
        world.store.note_use(&launched.vm, world.clock.now())
    });
    if view.notes.contains(&LaunchNote::FirstWarning) {
        stage.writer.note("what was told", |world| {
            let now = world.clock.now();
            world.store.tell_once(FIRST_WARNING, now).map(|_before| ())
        });
    }
    let tell = stage.clients.note(&wanted, running.id());
    stage.replies.send(id, Reply::Launched(Ok(())));
    let tells = running.tells_its_end();
    let code = running.wait().await;
    if let Some(tell) = tell {
        tell.ended(code);
    }
    if tells {
        tracing::info!(?code, "client ended");
        stage.replies.send(id, Reply::ClientEnded { code });
    }
}

/// Brings the window that is open for this already to the front, where there is one.
fn to_front(stage: &Stage, id: EffectId, wanted: &LaunchPlan) -> Option<End> {
    let (process, end) = stage.clients.running(wanted)?;
    if !bring_to_front(process) {
        return None;
    }
    tracing::info!("a client that runs came to the front");
    let view = LaunchView {
        way: LaunchWay::Front,
        notes: Vec::new(),
    };
    stage.replies.send(id, Reply::Launching(view));
    stage.replies.send(id, Reply::Launched(Ok(())));
    Some(end)
}

async fn tell_end(stage: &Stage, id: EffectId, mut end: End) {
    // Whoever started it may have been called off; then nobody knows its end.
    if let Ok(code) = end.wait_for(Option::is_some).await.map(|code| *code) {
        let code = code.flatten();
        stage.replies.send(id, Reply::ClientEnded { code });
    }
}

/// What would be run.
async fn invocation(
    world: &World,
    wanted: &LaunchPlan,
    asked: Option<Asked>,
) -> Result<Invocation, Problem> {
    let target = match wanted.service.protocol {
        Protocol::Rdp => called(world, wanted, asked).await?,
        Protocol::Ssh | Protocol::Port => Target::default(),
    };
    let in_force = world.settings();
    let settings = settings::of(world, wanted, target);
    let thumbprint = settings.rdp.thumbprint.as_deref();
    let signs = wanted.service.protocol == Protocol::Rdp;
    let installed = find_clients(in_force.ssh.terminal.as_deref())
        .with_certificate(thumbprint.filter(|_| signs), world.clock.now());
    let planned = plan(wanted, &settings, &installed);
    let mut invocation = planned.map_err(|problem| in_force.placed(problem))?;
    let was_told = world.store.was_told(FIRST_WARNING).unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "not known what was told");
        false
    });
    let mut next = Some(&mut invocation);
    while let Some(each) = next {
        let notes = &mut each.view.notes;
        notes.retain(|note| *note != LaunchNote::FirstWarning || !was_told);
        next = each.otherwise.as_deref_mut();
    }
    Ok(invocation)
}

/// By which name the VM is called.
async fn called(
    world: &World,
    wanted: &LaunchPlan,
    asked: Option<Asked>,
) -> Result<Target, Problem> {
    let names = Wanted::of(
        world,
        &wanted.vm,
        wanted.computer_name.as_deref(),
        wanted.target,
    );
    let asked = asked.filter(|asked| asked.is(&names));
    let target = asked.unwrap_or_else(|| Asked::begin(names)).best().await;
    if target.name.is_none() && world.settings().rdp_of(&wanted.vm).target == RdpTarget::Name {
        return Err(Problem::new(Cause::NameUnresolved {
            names: target.tried,
            target: wanted.target,
        }));
    }
    Ok(target)
}

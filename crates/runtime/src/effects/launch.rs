//! Starts the client with the settings that are in force for the VM, and waits for its end.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::EffectId;
use gangway_engine::input::Reply;
use gangway_engine::problem::Problem;
use gangway_engine::vm::Protocol;
use gangway_launch::{
    ClientSettings, Invocation, RdpMode, RdpSettings, Redirections, Running, Screen, SshSettings,
    find_clients, plan, start,
};
use tokio::time::timeout;

use super::Replies;
use crate::settings::{Rdp, RdpLaunch, RdpTarget};
use crate::world::World;
use crate::writer::Writer;

/// How long a name may take to resolve before the address is written instead.
const RESOLVING: Duration = Duration::from_millis(300);

/// Starts the client and tells when it ended.
pub(super) async fn run(
    world: Arc<World>,
    writer: Writer,
    replies: Replies,
    id: EffectId,
    wanted: LaunchPlan,
) {
    let running = match begin(&world, &wanted).await {
        Ok(running) => running,
        Err(problem) => return replies.send(id, Reply::Launched(Err(problem))),
    };
    let vm = wanted.vm;
    writer.note("last use", move |world| {
        world.store.note_use(&vm, world.clock.now())
    });
    replies.send(id, Reply::Launched(Ok(())));
    let Some(running) = running else { return };
    let tells = running.tells_its_end();
    let code = running.wait().await;
    if tells {
        tracing::info!(?code, "client ended");
        replies.send(id, Reply::ClientEnded { code });
    }
}

async fn begin(world: &World, wanted: &LaunchPlan) -> Result<Option<Running>, Problem> {
    if wanted.service.protocol == Protocol::Port {
        return Ok(None);
    }
    let invocation = invocation(world, wanted).await?;
    let running = start(&invocation, &world.home.launch_files()).await?;
    tracing::info!(program = %invocation.program.display(), "client started");
    Ok(Some(running))
}

/// What would be run.
pub(crate) async fn invocation(world: &World, wanted: &LaunchPlan) -> Result<Invocation, Problem> {
    let installed = find_clients(world.settings().ssh.terminal.as_deref());
    let name = resolved(world, wanted).await;
    plan(wanted, &settings(world, wanted, name), &installed)
}

fn settings(world: &World, wanted: &LaunchPlan, name: Option<String>) -> ClientSettings {
    let settings = world.settings();
    let own_user = settings.of_vm(&wanted.vm).and_then(|vm| vm.user.clone());
    ClientSettings {
        place: world.place,
        ssh: SshSettings {
            user: own_user.clone().or_else(|| settings.ssh.user.clone()),
            identity: settings.ssh.identity.as_deref().map(at_home),
            known_hosts: settings.ssh.known_hosts.as_deref().map(at_home),
            connect_timeout: 0,
            terminal: settings.ssh.terminal.clone(),
        },
        rdp: rdp(&settings.rdp, own_user, name),
    }
}

fn rdp(set: &Rdp, own_user: Option<String>, name: Option<String>) -> RdpSettings {
    RdpSettings {
        user: own_user.or_else(|| set.user.clone()),
        mode: match set.launch {
            RdpLaunch::Automatic => RdpMode::Automatic,
            RdpLaunch::File => RdpMode::File,
            RdpLaunch::SignedFile => RdpMode::SignedFile,
            RdpLaunch::Direct => RdpMode::Direct,
        },
        thumbprint: set.thumbprint.clone(),
        name,
        screen: match (set.full_screen, set.width, set.height) {
            (true, _, _) => Screen::Full,
            (false, Some(width), Some(height)) => Screen::Window { width, height },
            (false, _, _) => Screen::Automatic,
        },
        all_monitors: set.all_monitors,
        entra_sign_in: set.entra_sign_in,
        redirect: Redirections {
            clipboard: set.clipboard,
            drives: set.drives,
            printers: set.printers,
            sound: set.sound,
            smart_cards: set.smart_cards,
        },
    }
}

/// The VM's name, where an .rdp file should carry it: it must resolve to exactly the
/// proved address.
async fn resolved(world: &World, wanted: &LaunchPlan) -> Option<String> {
    let wants_name = wanted.service.protocol == Protocol::Rdp
        && world.settings().rdp.target != RdpTarget::Address;
    let name = wanted.computer_name.as_ref().filter(|_| wants_name)?;
    let asked = tokio::net::lookup_host((name.as_str(), wanted.service.port));
    let found: Vec<IpAddr> = timeout(RESOLVING, asked)
        .await
        .ok()?
        .ok()?
        .map(|found| found.ip())
        .collect();
    is_only(&found, wanted.target).then(|| name.clone())
}

fn is_only(found: &[IpAddr], target: Ipv4Addr) -> bool {
    !found.is_empty() && found.iter().all(|address| *address == IpAddr::V4(target))
}

/// `~/` at the beginning of a path is the person's home, as everywhere else.
fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), directories::BaseDirs::new()) {
        (Ok(rest), Some(base)) => base.home_dir().join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_only_when_it_leads_to_the_proved_address_and_nowhere_else() {
        let target = Ipv4Addr::new(10, 0, 0, 4);
        let other = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
        assert!(is_only(&[target.into(), target.into()], target));
        assert!(!is_only(&[], target));
        assert!(!is_only(&[target.into(), other], target));
    }

    #[test]
    fn a_path_may_begin_at_home() {
        assert_eq!(at_home(Path::new("/x/~/y")), Path::new("/x/~/y"));
        assert!(!at_home(Path::new("~/y")).starts_with("~"));
    }
}

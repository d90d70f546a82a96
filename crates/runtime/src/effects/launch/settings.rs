//! The settings in force for one VM, in the words of what starts clients.

use std::path::{Path, PathBuf};

use gangway_engine::effect::LaunchPlan;
use gangway_launch::{
    ClientSettings, Monitors, Protection, RdpMode, RdpSettings, Redirections, Screen, SshProgram,
    SshSettings, Target,
};

use crate::settings::{Rdp, RdpLaunch, RdpProtection, SshClient};
use crate::world::World;

/// For this launch.
pub(super) fn of(world: &World, wanted: &LaunchPlan, target: Target) -> ClientSettings {
    let settings = world.settings();
    let own_user = settings.of_vm(&wanted.vm).and_then(|vm| vm.user.clone());
    ClientSettings {
        place: world.place,
        ssh: SshSettings {
            program: match settings.ssh.client {
                SshClient::OpenSsh => SshProgram::OpenSsh,
                SshClient::Putty => SshProgram::Putty,
            },
            user: own_user.clone().or_else(|| settings.ssh.user.clone()),
            identity: settings.ssh.identity.as_deref().map(at_home),
            known_hosts: settings.ssh.known_hosts.as_deref().map(at_home),
            connect_timeout: 0,
            terminal: settings.ssh.terminal.clone(),
        },
        rdp: rdp(settings.rdp_of(&wanted.vm), own_user, target),
    }
}

/// For remote desktop programs.
pub(super) fn rdp(set: Rdp, own_user: Option<String>, target: Target) -> RdpSettings {
    RdpSettings {
        user: own_user.or(set.user),
        mode: match set.launch {
            RdpLaunch::Automatic => RdpMode::Automatic,
            RdpLaunch::File => RdpMode::File,
            RdpLaunch::SignedFile => RdpMode::SignedFile,
            RdpLaunch::Direct => RdpMode::Direct,
        },
        thumbprint: set.thumbprint,
        target,
        screen: match (set.full_screen, set.width, set.height) {
            (true, _, _) => Screen::Full,
            (false, Some(width), Some(height)) => Screen::Window { width, height },
            (false, _, _) => Screen::Automatic,
        },
        monitors: match (set.monitors, set.all_monitors) {
            (Some(numbers), _) => Monitors::These(numbers),
            (None, true) => Monitors::All,
            (None, false) => Monitors::One,
        },
        admin: set.admin,
        protection: match set.protection {
            RdpProtection::Off => Protection::Off,
            RdpProtection::RemoteGuard => Protection::RemoteGuard,
            RdpProtection::RestrictedAdmin => Protection::RestrictedAdmin,
        },
        entra_sign_in: set.entra_sign_in,
        redirect: Redirections {
            clipboard: set.clipboard,
            drives: set.drives,
            printers: set.printers,
            sound: set.sound,
            smart_cards: set.smart_cards,
            microphone: set.microphone,
            cameras: set.cameras,
            webauthn: set.webauthn,
            usb: set.usb,
            com_ports: set.com_ports,
            location: set.location,
        },
    }
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
    fn a_path_may_begin_at_home() {
        assert_eq!(at_home(Path::new("/x/~/y")), Path::new("/x/~/y"));
        assert!(!at_home(Path::new("~/y")).starts_with("~"));
    }
}

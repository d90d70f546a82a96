//! OpenVPN's configurations: those that OpenVPN GUI shows, and those that systemd can start.

use std::fs::{File, read_dir};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use gangway_engine::dial::Dialling;
use gangway_engine::tunnel::VpnClient;

use super::letters::is_odd;
use super::phonebook::has_end;
use super::{How, Listed, Places};
use crate::profile::server_in;

/// More than any configuration with its keys has.
const LARGEST: u64 = 1 << 20;

/// More configurations than anybody has.
const MOST: usize = 512;

/// What OpenVPN GUI shows: each file of its folders and of the folders in them, by its name
/// without the end (<https://github.com/OpenVPN/openvpn-gui>).
pub(super) fn of_gui(places: &Places) -> Vec<Listed> {
    let Some(gui) = &places.open_vpn_gui else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in &gui.folders {
        let here = within(folder);
        let below = here.iter().filter(|it| it.is_dir());
        let below: Vec<PathBuf> = below.flat_map(|it| within(it)).collect();
        files.extend(here.into_iter().chain(below));
    }
    let configurations = files.iter().filter(|it| has_end(it, "ovpn"));
    let listed = configurations.take(MOST).filter_map(|file| {
        let how = How::OpenVpnGui {
            program: gui.program.clone(),
        };
        listed(file, VpnClient::OpenVpnGui, Dialling::ByGangway, how)
    });
    listed.collect()
}

/// What `openvpn-client@NAME` starts, where systemd runs; else the line for it.
pub(super) fn units(places: &Places) -> Vec<Listed> {
    let files = places.open_vpn.iter().flat_map(|it| within(it));
    let configurations = files.filter(|it| has_end(it, "conf")).take(MOST);
    let listed = configurations.filter_map(|file| {
        let name = file.file_stem()?.to_str()?;
        let (dialling, how) = match (&places.systemctl, unit(name)) {
            (Some(_), Some(unit)) => (Dialling::ByGangway, How::Unit { unit }),
            (Some(_) | None, _) => (by_hand(&file)?, How::ByHand),
        };
        listed(&file, VpnClient::OpenVpn, dialling, how)
    });
    listed.collect()
}

fn listed(file: &Path, client: VpnClient, dialling: Dialling, how: How) -> Option<Listed> {
    let name = file.file_stem()?.to_str()?;
    let mut text = Vec::new();
    let read = File::open(file).and_then(|it| it.take(LARGEST).read_to_end(&mut text));
    let server = read.ok().and_then(|_| server_in(&text));
    Some(Listed::new(name, client, server, dialling, how))
}

/// The unit of a configuration whose name needs no escaping
/// (<https://www.freedesktop.org/software/systemd/man/latest/systemd-escape.html>).
fn unit(name: &str) -> Option<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
    let fits = !name.is_empty() && !name.starts_with(['.', '-']) && name.chars().all(plain);
    fits.then(|| format!("openvpn-client@{name}.service"))
}

/// The line that connects it, for a person; none where the file's name does not fit in one.
fn by_hand(file: &Path) -> Option<Dialling> {
    let path = file.to_str()?;
    let fits = !path.contains(|letter: char| letter == '\'' || is_odd(letter));
    fits.then(|| Dialling::ByHand {
        line: format!("sudo openvpn --config '{path}'"),
    })
}

fn within(folder: &Path) -> Vec<PathBuf> {
    let listed = read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = listed.map(|it| it.path()).take(MOST).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::super::OpenVpnGui;
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn gui_shows_its_folders_and_one_below() {
        let folder = tempfile::tempdir().unwrap();
        let (own, all) = (folder.path().join("own"), folder.path().join("all"));
        write(
            &own,
            "hub.ovpn",
            "remote azuregateway-1.vpn.azure.com 443\n",
        );
        write(&own, "hub/hub-2.OVPN", "remote 203.0.113.9\n");
        write(&own, "hub/deeper/no.ovpn", "");
        write(&own, "keys.txt", "");
        write(&all, "home.ovpn", "<ca>\nremote x\n</ca>\n");
        let places = Places {
            open_vpn_gui: Some(OpenVpnGui {
                program: "openvpn-gui.exe".into(),
                folders: vec![own, all, folder.path().join("none")],
            }),
            ..Places::default()
        };
        let told: Vec<_> = of_gui(&places)
            .into_iter()
            .map(|it| (it.profile.entry.name, it.profile.server, it.profile.azure))
            .collect();
        let azures = Some("azuregateway-1.vpn.azure.com".to_owned());
        let expected = [
            ("hub".to_owned(), azures, true),
            ("hub-2".to_owned(), Some("203.0.113.9".to_owned()), false),
            ("home".to_owned(), None, false),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_unit_is_started_by_systemd_and_by_hand_without() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "hub.conf", "remote hub.example\n");
        write(folder.path(), "my hub.conf", "");
        write(folder.path(), "it's.conf", "");
        let mut places = Places {
            open_vpn: Some(folder.path().to_owned()),
            ..Places::default()
        };
        let by_hand = units(&places);
        assert_eq!(by_hand.len(), 2);
        assert!(by_hand.iter().all(|it| it.how == How::ByHand));
        places.systemctl = Some("/bin/systemctl".into());
        let with: Vec<How> = units(&places).into_iter().map(|it| it.how).collect();
        let unit = "openvpn-client@hub.service".to_owned();
        assert_eq!(with, [How::Unit { unit }, How::ByHand]);
    }
}

//! Windows: the phonebooks, OpenVPN GUI, and how their programs are started without a console.

use std::path::{Path, PathBuf};

use tokio::process::Command;
use windows::Win32::System::Threading::CREATE_NO_WINDOW;

use crate::dial::{OpenVpnGui, Places};

/// Below both folders of settings, a person's and the machine's.
const PHONEBOOK: &str = r"Microsoft\Network\Connections\Pbk\rasphone.pbk";

/// Below a person's settings.
const CONNECTION_MANAGER: &str = r"Microsoft\Network\Connections\Cm";

/// Below a person's local settings.
const AZURE_VPN_CLIENT: &str = r"Packages\Microsoft.AzureVpn_8wekyb3d8bbwe\LocalState\rasphone.pbk";

/// Where Windows and OpenVPN GUI keep VPNs.
pub(crate) fn places() -> Places {
    let below = |variable: &str, path: &str| folder(variable).map(|folder| folder.join(path));
    let phonebooks = [below("APPDATA", PHONEBOOK), below("ProgramData", PHONEBOOK)];
    Places {
        phonebooks: phonebooks.into_iter().flatten().collect(),
        connection_manager: below("APPDATA", CONNECTION_MANAGER),
        azure_vpn_client: below("LOCALAPPDATA", AZURE_VPN_CLIENT),
        rasdial: below("SystemRoot", r"System32\rasdial.exe"),
        explorer: below("SystemRoot", "explorer.exe"),
        open_vpn_gui: open_vpn_gui(),
        ..Places::default()
    }
}

/// No console flashes up.
pub(crate) fn keep_quiet(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW.0);
}

/// Where its installer puts it, and the folders that it looks into by itself.
fn open_vpn_gui() -> Option<OpenVpnGui> {
    let installed = folder("ProgramFiles")?.join("OpenVPN");
    let program = installed.join(r"bin\openvpn-gui.exe");
    let own = folder("USERPROFILE").map(|home| home.join(r"OpenVPN\config"));
    let all = ["config", "config-auto"].map(|name| installed.join(name));
    program.is_file().then(|| OpenVpnGui {
        program,
        folders: own.into_iter().chain(all).collect(),
    })
}

fn folder(variable: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(variable)?);
    folder
        .is_absolute()
        .then_some(folder)
        .filter(|it: &PathBuf| Path::is_dir(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_this_persons() {
        let places = places();
        assert!(places.phonebooks.iter().all(|file| file.is_absolute()));
        assert!(
            places
                .rasdial
                .is_some_and(|file| file.ends_with(r"System32\rasdial.exe"))
        );
        assert_eq!(places.nmcli, None);
    }
}

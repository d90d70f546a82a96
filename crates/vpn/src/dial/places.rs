//! Where VPNs stand on a machine, and the programs that connect them.

use std::path::PathBuf;

/// The places of one machine. What a system does not have is left empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The person's phonebook, and the machine's.
    pub phonebooks: Vec<PathBuf>,
    /// The folder with one folder for each Connection Manager profile.
    pub connection_manager: Option<PathBuf>,
    /// The Azure VPN Client's own phonebook.
    pub azure_vpn_client: Option<PathBuf>,
    /// `rasdial`.
    pub rasdial: Option<PathBuf>,
    /// `explorer`, which opens what is installed from the Store.
    pub explorer: Option<PathBuf>,
    /// OpenVPN GUI.
    pub open_vpn_gui: Option<OpenVpnGui>,
    /// `nmcli`, where NetworkManager is.
    pub nmcli: Option<PathBuf>,
    /// `systemctl`, where systemd runs.
    pub systemctl: Option<PathBuf>,
    /// The folder of OpenVPN's configurations for `openvpn-client@`.
    pub open_vpn: Option<PathBuf>,
}

/// OpenVPN GUI and the folders that it looks into, the person's first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenVpnGui {
    /// The program.
    pub program: PathBuf,
    /// The folders.
    pub folders: Vec<PathBuf>,
}

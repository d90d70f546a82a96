//! What Windows' dialler (RAS) has connected: which entry of which phonebook, and the address it got.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use gangway_engine::tunnel::{VpnClient, VpnEntry};
use serde::{Deserialize, Serialize};

/// An entry of a phonebook that is connected now. It is what a person knows a VPN by and
/// what can be dialled; it decides nothing, for anybody may call an entry anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RasEntry {
    /// The entry's name. Data.
    pub name: String,
    /// Whose phonebook it stands in.
    pub phonebook: Phonebook,
    /// That phonebook.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// What it runs over (`WAN Miniport (IKEv2)`). Data.
    pub device: String,
    /// The device's type (`vpn`).
    pub device_type: String,
    /// The IPv4 address that the other side gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Ipv4Addr>,
}

impl RasEntry {
    /// As it is shown.
    #[must_use]
    pub fn shown(&self) -> VpnEntry {
        VpnEntry {
            name: self.name.clone(),
            client: match self.phonebook {
                Phonebook::AzureVpnClient => VpnClient::AzureVpnClient,
                Phonebook::ConnectionManager
                | Phonebook::Person
                | Phonebook::Machine
                | Phonebook::Other => VpnClient::System,
            },
        }
    }
}

/// Whose phonebook an entry stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phonebook {
    /// The Azure VPN Client's own, below its package's folder.
    AzureVpnClient,
    /// One that a Connection Manager profile brought, as the VPN's own installer does
    /// (<https://learn.microsoft.com/azure/vpn-gateway/point-to-site-vpn-client-certificate-windows-native>).
    ConnectionManager,
    /// The person's.
    Person,
    /// The machine's, for all persons.
    Machine,
    /// Another file.
    Other,
}

impl Phonebook {
    /// By where the file lies.
    #[must_use]
    pub fn at(file: &Path) -> Self {
        let place = file.to_string_lossy().replace('/', "\\").to_lowercase();
        let known = [
            (r"\packages\microsoft.azurevpn_", Self::AzureVpnClient),
            (
                r"\microsoft\network\connections\cm\",
                Self::ConnectionManager,
            ),
            // Before the person's: the machine's ends in the same folders.
            (
                r"\programdata\microsoft\network\connections\pbk\",
                Self::Machine,
            ),
            (r"\microsoft\network\connections\pbk\", Self::Person),
        ];
        known
            .into_iter()
            .find(|(part, _)| place.contains(part))
            .map_or(Self::Other, |(_, phonebook)| phonebook)
    }
}

/// The address in what `RasGetProjectionInfoEx` writes: version, type, then for PPP (1) and
/// IKEv2 (2) alike the error of the negotiation and the address in network order
/// (<https://learn.microsoft.com/windows/win32/api/ras/ns-ras-ras_projection_info>).
#[must_use]
pub fn projected_address(projection: &[u8]) -> Option<Ipv4Addr> {
    let word = |at: usize| -> Option<[u8; 4]> { projection.get(at..at + 4)?.try_into().ok() };
    let kind = u32::from_le_bytes(word(4)?);
    let error = u32::from_le_bytes(word(8)?);
    let address = Ipv4Addr::from(word(12)?);
    let told = matches!(kind, 1 | 2) && error == 0 && !address.is_unspecified();
    told.then_some(address)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        r"C:\Users\worker\AppData\Local\Packages\Microsoft.AzureVpn_8wekyb3d8bbwe\LocalState\rasphone.pbk",
        Phonebook::AzureVpnClient
    )]
    #[case(
        r"C:\Users\worker\AppData\Roaming\Microsoft\Network\Connections\Cm\7A1B\7A1B.pbk",
        Phonebook::ConnectionManager
    )]
    #[case(
        r"C:\Users\worker\AppData\Roaming\Microsoft\Network\Connections\Pbk\rasphone.pbk",
        Phonebook::Person
    )]
    #[case(
        r"c:\programdata\microsoft\network\connections\pbk\RASPHONE.PBK",
        Phonebook::Machine
    )]
    #[case(r"D:\company.pbk", Phonebook::Other)]
    fn a_phonebook_is_known_by_its_place(#[case] file: &str, #[case] expected: Phonebook) {
        assert_eq!(Phonebook::at(Path::new(file)), expected);
    }

    fn projection(kind: u32, error: u32, address: [u8; 4]) -> Vec<u8> {
        let words = [2, kind, error].map(u32::to_le_bytes);
        let mut bytes = words.concat();
        bytes.extend(address);
        bytes.extend([0; 60]);
        bytes
    }

    #[test]
    fn the_projected_address_is_read_and_nothing_else_taken_for_it() {
        let ours = [172, 16, 201, 2];
        for kind in [1, 2] {
            assert_eq!(
                projected_address(&projection(kind, 0, ours)),
                Some(ours.into())
            );
        }
        assert_eq!(projected_address(&projection(3, 0, ours)), None);
        assert_eq!(projected_address(&projection(1, 732, ours)), None);
        assert_eq!(projected_address(&projection(1, 0, [0; 4])), None);
        let whole = projection(1, 0, ours);
        for length in 0..16 {
            assert_eq!(projected_address(&whole[..length]), None);
        }
    }
}

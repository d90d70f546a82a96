//! Windows' phonebooks: sections with lines of `key=value`, several times the same key
//! (<https://learn.microsoft.com/openspecs/windows_protocols/ms-rrasm/>). Whoever may write
//! there may write anything.

use std::fs::{File, read_dir};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use gangway_engine::dial::Dialling;
use gangway_engine::tunnel::VpnClient;

use super::{How, Listed, Places};
use crate::profile::text;

/// More than any phonebook has; what is behind it is not read.
const LARGEST: u64 = 4 << 20;

/// More VPNs than anybody has.
const MOST: usize = 512;

/// `RASET_Vpn` (<https://learn.microsoft.com/windows/win32/api/ras/ns-ras-rasentryw>).
const VPN: &str = "2";

/// An entry of a phonebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Section {
    name: String,
    is_vpn: bool,
    server: Option<String>,
    /// A program of somebody else's carries it, which `rasdial` cannot start.
    is_plugin: bool,
}

/// What the phonebooks of a machine hold.
pub(super) fn listed(places: &Places) -> Vec<Listed> {
    let own = places.phonebooks.iter().cloned();
    let managers = places.connection_manager.iter().flat_map(|at| managed(at));
    let mut found: Vec<Listed> = own
        .chain(managers)
        .flat_map(|file| {
            let sections = sections(&read(&file));
            let vpns = sections.into_iter().filter(|it| it.is_vpn);
            let listed = vpns.map(move |it| of_system(it, &file));
            listed.collect::<Vec<_>>()
        })
        .collect();
    let azures = places.azure_vpn_client.iter();
    // Whatever stands in this one is the Azure VPN Client's.
    found.extend(azures.flat_map(|file| sections(&read(file))).map(|it| {
        Listed::new(
            &it.name,
            VpnClient::AzureVpnClient,
            it.server,
            Dialling::InItsProgram,
            How::AzureVpnClient,
        )
    }));
    found.truncate(MOST);
    found
}

fn of_system(section: Section, file: &Path) -> Listed {
    let dialling = match section.is_plugin {
        true => Dialling::ByHand {
            line: "start ms-settings:network-vpn".to_owned(),
        },
        false => Dialling::ByGangway,
    };
    let phonebook = file.to_owned();
    Listed::new(
        &section.name,
        VpnClient::System,
        section.server,
        dialling,
        How::Ras { phonebook },
    )
}

/// `<folder>\<name>\<anything>.pbk`, in the order of their names.
fn managed(folder: &Path) -> Vec<PathBuf> {
    let within = |folder: &Path| -> Vec<PathBuf> {
        let listed = read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = listed.map(|it| it.path()).take(MOST).collect();
        paths.sort();
        paths
    };
    let files = within(folder).into_iter().flat_map(|it| within(&it));
    files.filter(|file| has_end(file, "pbk")).collect()
}

/// Whether a file's name ends so, in any case.
pub(super) fn has_end(file: &Path, end: &str) -> bool {
    file.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case(end))
}

/// A phonebook's text. What cannot be read holds nothing.
fn read(file: &Path) -> String {
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|it| it.take(LARGEST).read_to_end(&mut bytes));
    if opened.is_err() {
        return String::new();
    }
    // Windows writes UTF-8; older ones wrote the machine's own eight bits.
    text::decode(&bytes).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end_matches(['\r', '\0']);
        let head = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if let Some(name) = head {
            if sections.len() == MOST {
                break;
            }
            sections.push(Section {
                name: name.to_owned(),
                ..Section::default()
            });
        } else if let (Some(section), Some((key, value))) =
            (sections.last_mut(), line.split_once('='))
        {
            section.learn(key.trim(), value.trim());
        }
    }
    sections.retain(|section| !section.name.trim().is_empty());
    sections
}

impl Section {
    fn learn(&mut self, key: &str, value: &str) {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        if is("Type") {
            self.is_vpn = value == VPN;
        } else if is("PhoneNumber") && self.server.is_none() {
            self.server = text::host(value);
        } else if is("ThirdPartyProfileInfo") {
            self.is_plugin |= !value.is_empty();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PBK: &str = "[vnet-hub]\r\nEncoding=1\r\nType=2\r\nThirdPartyProfileInfo=\r\n\r\n\
        NETCOMPONENTS=\r\nms_msclient=1\r\n\r\nMEDIA=rastapi\r\nPort=VPN2-0\r\n\
        Device=WAN Miniport (IKEv2)\r\n\r\nDEVICE=vpn\r\n\
        PhoneNumber=azuregateway-1.vpn.azure.com\r\nPhoneNumber=other.example\r\n\
        [modem]\r\nType=1\r\nPhoneNumber=0123\r\n\
        [plug-in]\r\nTYPE=2\r\nThirdPartyProfileInfo=00ff\r\n[]\r\nType=2\r\n";

    #[test]
    fn entries_are_told_with_server_and_kind() {
        let found = sections(PBK);
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["vnet-hub", "modem", "plug-in"]);
        let server = found[0].server.as_deref();
        assert_eq!(server, Some("azuregateway-1.vpn.azure.com"));
        assert!(found[0].is_vpn && !found[0].is_plugin);
        assert!(!found[1].is_vpn);
        assert!(found[2].is_vpn && found[2].is_plugin);
    }

    #[test]
    fn each_phonebook_is_dialled_in_its_own_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut utf16 = vec![0xFF, 0xFE];
        let managed = "[b\u{fc}ro]\r\nType=2\r\n";
        utf16.extend(managed.encode_utf16().flat_map(u16::to_le_bytes));
        file(r"cm/7A1B/7A1B.PBK", &utf16);
        file("cm/7A1B/7A1B.cmp", PBK.as_bytes());
        let places = Places {
            phonebooks: vec![
                file("rasphone.pbk", PBK.as_bytes()),
                folder.path().join("none"),
            ],
            connection_manager: Some(folder.path().join("cm")),
            azure_vpn_client: Some(file("azure.pbk", b"[contoso \xfc]\nPhoneNumber=x\n")),
            ..Places::default()
        };
        let told: Vec<_> = listed(&places)
            .into_iter()
            .map(|it| (it.profile.entry.name, it.profile.azure, it.how))
            .collect();
        let ras = |file: &str| How::Ras {
            phonebook: folder.path().join(file),
        };
        let expected = [
            ("vnet-hub", true, ras("rasphone.pbk")),
            ("plug-in", false, ras("rasphone.pbk")),
            ("b\u{fc}ro", false, ras("cm/7A1B/7A1B.PBK")),
            ("contoso \u{fc}", false, How::AzureVpnClient),
        ]
        .map(|(name, azure, how)| (name.to_owned(), azure, how));
        assert_eq!(told, expected);
    }

    proptest! {
        #[test]
        fn any_text_survives(text in "(\\[|\\]|=|\r|\n|Type|2|PhoneNumber|\\PC){0,60}") {
            for section in sections(&text) {
                prop_assert!(!section.name.contains('\n'));
            }
        }
    }
}

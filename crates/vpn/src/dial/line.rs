//! The line that connects or ends a VPN: a program, its arguments, and what its end tells.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use gangway_engine::dial::Dialled;

use super::letters::is_odd;
use super::outcome::Speech;
use super::{How, Listed, Places};

/// Longer than any name that Windows takes (`RAS_MaxEntryName`).
const LONGEST: usize = 256;

/// The Azure VPN Client, among what is installed
/// (<https://learn.microsoft.com/windows/win32/shell/appids>).
const AZURE_VPN_CLIENT: &str = r"shell:AppsFolder\Microsoft.AzureVpn_8wekyb3d8bbwe!App";

/// Seconds that NetworkManager may take.
const PATIENCE: &str = "100";

/// A program to run. Each argument is one, whatever stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) end: End,
}

/// What the end of a program tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// So far it is, once it ended well; else why, in its own speech.
    Tells(Dialled, Speech),
    /// Nothing: it may stay, and is left to itself. So far it is then.
    Nothing(Dialled),
}

/// Connects it; none where the VPN's name cannot be handed over.
pub(super) fn connects(places: &Places, listed: &Listed) -> Option<Line> {
    let name = &listed.profile.entry.name;
    Some(match &listed.how {
        How::Ras { phonebook } => dials(places, name, phonebook, None)?,
        How::AzureVpnClient => opens(places)?,
        How::OpenVpnGui { program } => commands(program, "connect", name, Dialled::Begun)?,
        How::NetworkManager { uuid } => manages(places, "up", uuid)?,
        How::Unit { unit } => starts(places, "start", unit)?,
        How::ByHand => return None,
    })
}

/// Ends it.
pub(super) fn ends(places: &Places, listed: &Listed) -> Option<Line> {
    let name = &listed.profile.entry.name;
    Some(match &listed.how {
        How::Ras { phonebook } => dials(places, name, phonebook, Some("/DISCONNECT"))?,
        How::AzureVpnClient => opens(places)?,
        How::OpenVpnGui { program } => commands(program, "disconnect", name, Dialled::Up)?,
        How::NetworkManager { uuid } => manages(places, "down", uuid)?,
        How::Unit { unit } => starts(places, "stop", unit)?,
        How::ByHand => return None,
    })
}

/// `rasdial NAME [/DISCONNECT] /PHONEBOOK:FILE`
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/rasdial>). With
/// no name and password in it, Windows takes those that it keeps.
fn dials(places: &Places, name: &str, phonebook: &Path, then: Option<&str>) -> Option<Line> {
    let mut book = OsString::from("/PHONEBOOK:");
    book.push(phonebook);
    let mut arguments = vec![OsString::from(fit(name)?)];
    arguments.extend(then.map(OsString::from));
    arguments.push(book);
    Some(Line {
        program: places.rasdial.clone()?,
        arguments,
        end: End::Tells(Dialled::Up, Speech::Ras),
    })
}

fn opens(places: &Places) -> Option<Line> {
    Some(Line {
        program: places.explorer.clone()?,
        arguments: vec![AZURE_VPN_CLIENT.into()],
        end: End::Nothing(Dialled::Opened),
    })
}

/// `openvpn-gui --command connect NAME`: one that runs does it, else this one stays and does.
fn commands(program: &Path, what: &str, name: &str, so_far: Dialled) -> Option<Line> {
    Some(Line {
        program: program.to_owned(),
        arguments: vec!["--command".into(), what.into(), fit(name)?.into()],
        end: End::Nothing(so_far),
    })
}

/// `nmcli --wait N connection up uuid UUID` (nmcli(1)). Secrets come from the person's own
/// desktop, which NetworkManager asks.
fn manages(places: &Places, what: &str, uuid: &str) -> Option<Line> {
    Some(Line {
        program: places.nmcli.clone()?,
        arguments: ["--wait", PATIENCE, "connection", what, "uuid", uuid]
            .map(OsString::from)
            .into(),
        end: End::Tells(Dialled::Up, Speech::NetworkManager),
    })
}

/// `systemctl start UNIT` (systemctl(1)), which asks polkit. The tunnel is up later than the
/// unit.
fn starts(places: &Places, what: &str, unit: &str) -> Option<Line> {
    Some(Line {
        program: places.systemctl.clone()?,
        arguments: [what, unit].map(OsString::from).into(),
        end: End::Tells(Dialled::Begun, Speech::Systemd),
    })
}

/// A name that no program takes for an option, that stays one argument, and that a person
/// reads as it is.
fn fit(name: &str) -> Option<&str> {
    let fits = !name.is_empty()
        && name.chars().count() <= LONGEST
        && !name.starts_with(['/', '-', '*', '@'])
        && !name.chars().any(|letter| letter == '"' || is_odd(letter));
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use gangway_engine::dial::Dialling;
    use gangway_engine::tunnel::VpnClient;
    use proptest::prelude::*;

    use super::*;

    fn places() -> Places {
        Places {
            rasdial: Some("rasdial.exe".into()),
            explorer: Some("explorer.exe".into()),
            nmcli: Some("nmcli".into()),
            systemctl: Some("systemctl".into()),
            ..Places::default()
        }
    }

    fn listed(name: &str, how: How) -> Listed {
        Listed::new(name, VpnClient::System, None, Dialling::ByGangway, how)
    }

    fn ras(name: &str) -> Listed {
        let phonebook = r"C:\Users\A Worker\rasphone.pbk".into();
        listed(name, How::Ras { phonebook })
    }

    fn words(line: Option<Line>) -> Vec<String> {
        let line = line.unwrap();
        let words = std::iter::once(line.program.into_os_string()).chain(line.arguments);
        words.map(|word| word.into_string().unwrap()).collect()
    }

    #[test]
    fn each_program_gets_its_own_line() {
        let book = r"/PHONEBOOK:C:\Users\A Worker\rasphone.pbk";
        let places = places();
        let up = |listed: &Listed| words(connects(&places, listed));
        let down = |listed: &Listed| words(ends(&places, listed));
        let hub = ras("vnet hub & x");
        assert_eq!(up(&hub), ["rasdial.exe", "vnet hub & x", book]);
        let expected = ["rasdial.exe", "vnet hub & x", "/DISCONNECT", book];
        assert_eq!(down(&hub), expected);
        let gui = listed(
            "hub",
            How::OpenVpnGui {
                program: "openvpn-gui.exe".into(),
            },
        );
        let expected = ["openvpn-gui.exe", "--command", "connect", "hub"];
        assert_eq!(up(&gui), expected);
        let known = listed("-x", How::NetworkManager { uuid: "1".into() });
        let expected = ["nmcli", "--wait", "100", "connection", "down", "uuid", "1"];
        assert_eq!(down(&known), expected);
        let unit = listed("hub", How::Unit { unit: "u".into() });
        assert_eq!(up(&unit), ["systemctl", "start", "u"]);
        let app = listed("hub", How::AzureVpnClient);
        assert_eq!(up(&app), ["explorer.exe", AZURE_VPN_CLIENT]);
        assert_eq!(connects(&places, &listed("hub", How::ByHand)), None);
        assert_eq!(connects(&Places::default(), &hub), None);
    }

    #[test]
    fn what_a_program_could_misread_is_not_handed_over() {
        let hidden = ["a\u{202e}b", "\u{2066}a", "a\u{200b}"];
        let misread = ["", "/DISCONNECT", "-x", "a\"b", "a\nb", "*", "@file"];
        for name in misread.into_iter().chain(hidden) {
            assert_eq!(connects(&places(), &ras(name)), None, "{name:?}");
            assert_eq!(ends(&places(), &ras(name)), None, "{name:?}");
        }
        assert_eq!(connects(&places(), &ras(&"x".repeat(257))), None);
    }

    proptest! {
        #[test]
        fn a_name_is_one_argument_or_none(name in "\\PC{0,20}") {
            if let Some(line) = connects(&places(), &ras(&name)) {
                prop_assert_eq!(line.arguments.len(), 2);
                prop_assert_eq!(line.arguments[0].to_str(), Some(name.as_str()));
                prop_assert!(!name.starts_with('/') && !name.contains('"'));
            }
        }
    }
}

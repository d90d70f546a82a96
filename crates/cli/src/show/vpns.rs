//! The VPNs that this computer's programs know, and how far one is that is being connected.

use gangway_engine::dial::{DialStage, DialView, Dialling, VpnProfile};

use super::table::table;
use crate::say::say;

/// A table of them.
pub(crate) fn vpns(rows: &[VpnProfile]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|it| {
            let connected = it.connected == Some(true);
            vec![
                it.entry.name.clone(),
                it.entry.client.name().to_owned(),
                it.server.clone().unwrap_or_default(),
                if connected { "connected" } else { "" }.to_owned(),
                how(&it.dialling),
            ]
        })
        .collect();
    table(&["VPN", "KEPT BY", "GATEWAY", "", ""], &rows)
}

fn how(dialling: &Dialling) -> String {
    match dialling {
        Dialling::ByGangway => String::new(),
        Dialling::InItsProgram => say("cli.vpn.in-its-program", &[]),
        Dialling::ByHand { line } => say("cli.vpn.by-hand", &[("line", line)]),
    }
}

/// How far it is; nothing where that is told elsewhere.
pub(crate) fn dial(view: &DialView) -> Option<String> {
    let key = match (&view.stage, view.ends) {
        (DialStage::UnderWay, false) => "cli.vpn.connecting",
        (DialStage::UnderWay, true) => "cli.vpn.ending",
        (DialStage::AwaitsAddress, _) => "cli.vpn.awaits-address",
        (DialStage::AwaitsPerson, _) => "cli.vpn.awaits-person",
        (DialStage::Done | DialStage::Failed { .. }, _) => return None,
    };
    let (name, program) = (&view.entry.name, view.entry.client.name());
    Some(say(key, &[("vpn", name), ("program", program)]))
}

#[cfg(test)]
mod tests {
    use gangway_engine::tunnel::VpnClient;

    use super::*;
    use crate::fixtures::vpns as some;

    #[test]
    fn each_is_told_with_its_program_and_what_to_do() {
        let lines = vpns(&some());
        let has = |words: &[&str]| {
            lines
                .iter()
                .any(|line| words.iter().all(|it| line.contains(it)))
        };
        assert!(
            has(&["hub", "Azure VPN Client", "azuregateway-1.vpn.azure.com"]),
            "{lines:?}"
        );
        assert!(has(&["home", "connected", "sudo openvpn"]), "{lines:?}");
    }

    #[test]
    fn what_is_awaited_of_a_person_is_told() {
        let mut entry = some()[0].entry.clone();
        entry.client = VpnClient::AzureVpnClient;
        let at = |stage| {
            dial(&DialView {
                entry: entry.clone(),
                ends: false,
                stage,
            })
        };
        let told = at(DialStage::AwaitsPerson).unwrap();
        assert!(
            told.contains("Azure VPN Client") && told.contains("hub"),
            "{told}"
        );
        assert_eq!(at(DialStage::Done), None);
    }
}

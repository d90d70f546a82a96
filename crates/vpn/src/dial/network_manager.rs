//! The VPNs that NetworkManager keeps, as `nmcli` tells them (nmcli(1)).

use gangway_engine::dial::Dialling;
use gangway_engine::tunnel::VpnClient;

use super::{How, Listed, Places, run};
use crate::profile::text::host;

/// More VPNs than anybody has; each is asked for its gateway.
const MOST: usize = 64;

/// What is asked of all connections.
const ALL: [&str; 5] = [
    "--terse",
    "--fields",
    "NAME,UUID,TYPE,ACTIVE",
    "connection",
    "show",
];

/// The keys under which plug-ins keep the gateway.
const GATEWAYS: [&str; 3] = ["remote", "gateway", "address"];

/// A connection as one line tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    uuid: String,
    kind: String,
    active: bool,
}

/// None where NetworkManager is not, or does not run. All questions together have as long as
/// one; what is not answered by then is left out.
pub(super) async fn listed(places: &Places) -> Vec<Listed> {
    let Some(nmcli) = &places.nmcli else {
        return Vec::new();
    };
    let until = run::deadline();
    let Some(text) = run::heard(nmcli, &ALL, until).await else {
        return Vec::new();
    };
    let rows: Vec<Row> = rows(&text).into_iter().take(MOST).collect();
    let mut all = Vec::new();
    for row in &rows {
        let server = match row.kind.as_str() {
            "vpn" => {
                let words = [
                    "--get-values",
                    "vpn.data",
                    "connection",
                    "show",
                    "uuid",
                    &row.uuid,
                ];
                let told = run::heard(nmcli, &words, until).await;
                told.and_then(|data| gateway(&data))
            }
            _ => None,
        };
        let how = How::NetworkManager {
            uuid: row.uuid.clone(),
        };
        let name = name_of(row, &rows);
        let mut listed = Listed::new(
            &name,
            VpnClient::NetworkManager,
            server,
            Dialling::ByGangway,
            how,
        );
        listed.profile.connected = Some(row.active);
        all.push(listed);
    }
    all
}

/// Its name; with the beginning of its id where another one bears the same.
fn name_of(row: &Row, all: &[Row]) -> String {
    let same = all.iter().filter(|other| other.name == row.name).count();
    match row.uuid.get(..8) {
        Some(start) if same > 1 => format!("{} ({start})", row.name),
        Some(_) | None => row.name.clone(),
    }
}

/// The VPNs among all connections.
fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let [name, uuid, kind, active] = <[String; 4]>::try_from(fields(line)).ok()?;
        let is_vpn = matches!(kind.as_str(), "vpn" | "wireguard");
        let is_id = uuid.len() == 36
            && uuid
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        (is_vpn && is_id && !name.is_empty()).then_some(Row {
            name,
            uuid,
            kind,
            active: active == "yes",
        })
    };
    text.lines().filter_map(row).collect()
}

/// Fields between colons; a backslash stands before a colon or backslash within one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' => fields.push(String::new()),
            _ => {
                let told = match letter {
                    '\\' => letters.next(),
                    _ => Some(letter),
                };
                if let Some(last) = fields.last_mut() {
                    last.extend(told);
                }
            }
        }
    }
    fields
}

/// The gateway in `vpn.data`: `key = value, key = value`.
fn gateway(data: &str) -> Option<String> {
    let data = fields(data.trim()).join(":");
    let pairs: Vec<(&str, &str)> = data
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let found = GATEWAYS
        .iter()
        .find_map(|wanted| pairs.iter().find(|(key, _)| key == wanted))?;
    // Several may stand there, and a port behind each.
    host(found.1.split([' ', ';']).next()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn vpns_are_found_among_all_connections() {
        let text = format!(
            "Wired 1:{ID}:802-3-ethernet:yes\nhub\\: west \\\\ 2:{ID}:vpn:no\n\
             wg:{ID}:wireguard:yes\nshort:1:vpn:no\n:{ID}:vpn:no\nhub:{ID}:vpn\n"
        );
        let found = rows(&text);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.active))
            .collect();
        assert_eq!(told, [("hub: west \\ 2", false), ("wg", true)]);
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let text = format!("hub:{ID}:vpn:no\nhub:a{}:vpn:no\n", &ID[1..]);
        let found = rows(&text);
        assert_eq!(name_of(&found[1], &found), "hub (a1111111)");
        assert_eq!(name_of(&found[1], &found[1..]), "hub");
    }

    #[test]
    fn the_gateway_is_told_by_each_plug_in_in_its_own_way() {
        for (data, expected) in [
            (
                "ca = /x, remote = azuregateway-1.vpn.azure.com\\:443\\:tcp, dev = tun",
                Some("azuregateway-1.vpn.azure.com"),
            ),
            ("address = Hub.example, method = eap", Some("hub.example")),
            ("gateway = 203.0.113.9", Some("203.0.113.9")),
            ("dev = tun", None),
            ("", None),
        ] {
            assert_eq!(gateway(data).as_deref(), expected, "{data}");
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(parts in prop::collection::vec("[a-z:\\\\ ]{0,8}", 1..5)) {
            let escape = |part: &String| part.replace('\\', r"\\").replace(':', r"\:");
            let line = parts.iter().map(escape).collect::<Vec<_>>().join(":");
            prop_assert_eq!(fields(&line), parts);
        }

        #[test]
        fn any_text_survives(text in "\\PC*") {
            let _rows = rows(&text);
            let _gateway = gateway(&text);
        }
    }
}

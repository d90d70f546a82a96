//! This machine: tunnel, subscriptions, settings, profiles, the program.

use gangway_engine::account::Way;
use gangway_engine::dial::{Dialling, VpnProfile};
use gangway_engine::id::{SubscriptionId, TenantId};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{
    About, Grant, Page, Permissions, ProfileEntry, Query, SettingEntry, SettingKind, SettingOrigin,
    SubscriptionEntry, SubscriptionRights,
};
use gangway_engine::tunnel::{
    Pool, PoolOrigin, TunnelKnowledge, TunnelView, VpnClient, VpnEntry, decide,
};

use super::{Answered, answered};
use crate::stage::estate::{CONTOSO, SUBSCRIPTIONS, pools, vm};
use crate::stage::told::network;

pub(super) fn all() -> Vec<Answered> {
    let for_vm = Query::Tunnel {
        vm: Some(vm("vm-web-01").vm.id),
    };
    vec![
        answered(
            "tunnel",
            Query::Tunnel { vm: None },
            tunnel(Some("172.16.200.5/24"), false),
        ),
        answered(
            "tunnel-of-vm",
            for_vm.clone(),
            tunnel(Some("172.16.200.5/24"), true),
        ),
        answered("tunnel-down", for_vm, tunnel(None, true)),
        answered("subscriptions", Query::Subscriptions, subscriptions()),
        rights(0, "rights", &["*"]),
        rights(1, "rights-reader", &["*/read"]),
        rights(2, "rights-none", &[]),
        answered(
            "rights-unseen",
            Query::Rights {
                subscription: subscription(0),
            },
            Page::Rights(SubscriptionRights::unseen(subscription(0))),
        ),
        answered("settings", Query::Settings, settings(None)),
        answered(
            "settings-invalid",
            Query::Settings,
            settings(Some(mistake())),
        ),
        answered(
            "profiles",
            Query::Profiles,
            Page::Profiles { rows: profiles() },
        ),
        answered(
            "profiles-none",
            Query::Profiles,
            Page::Profiles { rows: vec![] },
        ),
        answered("vpns", Query::Vpns, Page::Vpns { rows: vpns() }),
        answered("about", Query::About, Page::About(about())),
    ]
}

/// The verdict is the engine's own.
fn tunnel(address: Option<&str>, for_vm: bool) -> Page {
    let targets = vec![vm("vm-web-01").address().unwrap()];
    let local = network(address, if for_vm { &targets } else { &[] });
    let mut known = pools();
    known.push(Pool {
        prefix: "172.16.201.0/24".parse().unwrap(),
        origin: PoolOrigin::Profile {
            name: "contoso-hub-weu".into(),
        },
    });
    let view: Option<TunnelView> = for_vm.then(|| {
        let known = TunnelKnowledge {
            pools: known.clone(),
            may_confirm: true,
            ..TunnelKnowledge::default()
        };
        decide(&targets, &local, &known)
    });
    Page::Tunnel {
        local,
        pools: known,
        view,
    }
}

fn subscriptions() -> Page {
    let rows = SUBSCRIPTIONS.iter().enumerate();
    Page::Subscriptions {
        rows: rows
            .map(|(index, (name, id))| SubscriptionEntry {
                id: SubscriptionId::new(id),
                name: Some((*name).into()),
                tenant: Some(TenantId::new(CONTOSO)),
                hidden: index == 2,
            })
            .collect(),
    }
}

fn subscription(index: usize) -> SubscriptionId {
    SubscriptionId::new(SUBSCRIPTIONS[index].1)
}

/// What one role with these actions comes to, as the engine itself reads it.
fn rights(index: usize, name: &'static str, actions: &[&str]) -> Answered {
    let grant = Grant {
        actions: actions.iter().map(|it| (*it).to_owned()).collect(),
        not_actions: vec![],
    };
    let permissions = Permissions {
        grants: vec![grant],
        more: false,
    };
    let subscription = subscription(index);
    let query = Query::Rights {
        subscription: subscription.clone(),
    };
    answered(name, query, Page::Rights(permissions.rights(subscription)))
}

/// Settings that a view does not change, as far as they stand here.
const ELSEWHERE: [&str; 3] = ["cloud", "proxy", "ssh.terminal"];

fn settings(problem: Option<Problem>) -> Page {
    let row = |key: &str, value: &str, origin, kind| SettingEntry {
        key: key.into(),
        value: value.into(),
        origin,
        kind,
        offered: match key {
            "sign_in_ways" => Way::ALL.map(|way| way.as_str().to_owned()).to_vec(),
            _ => vec![],
        },
        here: !ELSEWHERE.contains(&key),
    };
    let choice = |of: &[&str]| SettingKind::Choice {
        of: of.iter().map(|it| (*it).to_owned()).collect(),
    };
    use SettingKind::{List, Number, Text, Time, Toggle};
    use SettingOrigin::{Default, File, Policy};
    let rows = vec![
        row("duration", "1h", Default, Time),
        row("warn_before", "[\"15m\", \"5m\"]", Default, List),
        row(
            "on_address_change",
            "renew",
            File,
            choice(&["ask", "renew"]),
        ),
        row("always_request", "false", Default, Toggle),
        row("reason_required", "true", Policy, Toggle),
        row("rule_late_after", "1m", Default, Time),
        row("cloud", "public", Default, Text),
        row("tenants", "[]", Default, List),
        row("extra_pools", "[\"172.16.201.0/24\"]", Policy, List),
        row("history_days", "90", Default, Number),
        row(
            "log_level",
            "info",
            Default,
            choice(&["off", "error", "warn", "info", "debug", "trace"]),
        ),
        row(
            "theme",
            "system",
            Default,
            choice(&["system", "light", "dark"]),
        ),
        row("language", "", Default, choice(&["en"])),
        row("autostart", "false", Default, Toggle),
        row("notices", "true", Default, Toggle),
        row(
            "client_id",
            "11111111-0000-0000-0000-000000000001",
            Policy,
            Text,
        ),
        row("tenant", "contoso.example", File, Text),
        row("sign_in_ways", "[\"browser\", \"azure-cli\"]", Policy, List),
        row("proxy", "", Default, Text),
        row("ssh.user", "azureuser", File, Text),
        row("ssh.terminal", "", Default, Text),
        row(
            "rdp.target",
            "automatic",
            Default,
            choice(&["automatic", "name", "address"]),
        ),
        row(
            "rdp.launch",
            "automatic",
            Default,
            choice(&["automatic", "file", "signed-file", "direct"]),
        ),
        row("rdp.full_screen", "true", File, Toggle),
        row("rdp.width", "", Default, Number),
        row("rdp.height", "", Default, Number),
        row("rdp.clipboard", "false", Policy, Toggle),
        row("rdp.drives", "false", Policy, Toggle),
    ];
    Page::Settings {
        rows,
        file: r"C:\Users\admin\AppData\Roaming\Gangway\settings.toml".into(),
        problem,
    }
}

fn mistake() -> Problem {
    Problem::new(Cause::SettingsInvalid {
        file: r"C:\Users\admin\AppData\Roaming\Gangway\settings.toml".into(),
        line: 12,
        column: 7,
        mistake: "`duration` is no time: \"1 our\"".into(),
    })
}

fn profiles() -> Vec<ProfileEntry> {
    let profile = |name: &str, pools: &[&str], full_tunnel| ProfileEntry {
        name: name.into(),
        gateway: Some(format!("azuregateway-{name}.vpn.azure.example")),
        kinds: vec!["OpenVPN".into(), "IKEv2".into()],
        pools: pools.iter().map(|it| (*it).to_owned()).collect(),
        full_tunnel,
    };
    vec![
        profile(
            "contoso-hub-weu",
            &["172.16.200.0/24", "172.16.201.0/24"],
            false,
        ),
        profile(
            "contoso-hub-weu-with-a-name-that-somebody-thought-should-tell-everything",
            &[],
            true,
        ),
    ]
}

/// One that Gangway connects, one that a person chooses in its program, one by hand.
fn vpns() -> Vec<VpnProfile> {
    let vpn = |name: &str, client, azure, dialling| VpnProfile {
        entry: VpnEntry {
            name: name.into(),
            client,
        },
        server: Some(format!("azuregateway-{name}.vpn.azure.example")),
        azure,
        imported: false,
        connected: (client == VpnClient::System).then_some(false),
        dialling,
    };
    let line = "sudo openvpn --config /etc/openvpn/client/home.conf".into();
    vec![
        vpn(
            "contoso-hub-weu",
            VpnClient::System,
            true,
            Dialling::ByGangway,
        ),
        vpn(
            "contoso-hub-neu",
            VpnClient::AzureVpnClient,
            true,
            Dialling::InItsProgram,
        ),
        vpn("home", VpnClient::OpenVpn, false, Dialling::ByHand { line }),
    ]
}

fn about() -> About {
    About {
        version: "0.1.0".into(),
        system: "Windows 11 23H2 (x86_64)".into(),
        web_view: Some("WebView2 131.0.2903.86".into()),
        settings_file: r"C:\Users\admin\AppData\Roaming\Gangway\settings.toml".into(),
        store_file: r"C:\Users\admin\AppData\Local\Gangway\gangway.db".into(),
        log_folder: r"C:\Users\admin\AppData\Local\Gangway\logs".into(),
        hosts: vec![
            "login.microsoftonline.com".into(),
            "management.azure.com".into(),
        ],
    }
}

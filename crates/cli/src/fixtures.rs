//! Values that several tests start from.

use gangway_engine::account::{Account, AccountId, AccountTenant, Kept, Way};
use gangway_engine::dial::{Dialling, VpnProfile};
use gangway_engine::id::{
    ConnectionId, NicId, PolicyId, RequestId, SubscriptionId, TenantId, VmId,
};
use gangway_engine::intent::ConnectWish;
use gangway_engine::policy::{Source, Status};
use gangway_engine::query::{JitCoverage, Offer, VmEntry};
use gangway_engine::request::{Access, Draft, Standing};
use gangway_engine::snapshot::{ConnectionView, StateName, Step, StepStanding, StepView};
use gangway_engine::time::{SignedDuration, Timestamp};
use gangway_engine::tunnel::{VpnClient, VpnEntry};
use gangway_engine::vm::{Os, Power, Service, Vm, VmAddress};

use crate::out::Out;

const GROUP: &str = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-web";

pub(crate) fn now() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

pub(crate) fn no_terminal() -> Out {
    Out {
        json: false,
        quiet: false,
        can_ask: false,
        live: false,
        terminal: false,
        colours: false,
        json_on_stderr: false,
    }
}

pub(crate) fn vm_id(name: &str) -> VmId {
    VmId::new(format!(
        "{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"
    ))
    .unwrap()
}

pub(crate) fn vm_entry(name: &str) -> VmEntry {
    let nic = format!("{GROUP}/providers/Microsoft.Network/networkInterfaces/{name}-nic");
    VmEntry {
        vm: Vm {
            id: vm_id(name),
            name: name.to_owned(),
            tenant: TenantId::new("aaaaaaaa-0000-0000-0000-000000000001"),
            location: "westeurope".to_owned(),
            os: Some(Os::Linux),
            computer_name: None,
            power: Power::Running,
            addresses: vec![VmAddress {
                address: [10, 1, 0, 4].into(),
                nic: NicId::new(nic).unwrap(),
                nic_nsg: None,
                subnet: None,
                primary: true,
            }],
        },
        subscription: SubscriptionId::new("11111111-0000-0000-0000-000000000001"),
        subscription_name: Some("Production".to_owned()),
        jit: JitCoverage::Ports(vec![22, 3389]),
        offer: Offer::Connect,
        favourite: false,
        last_used: None,
    }
}

pub(crate) fn access(standing: Standing) -> Access {
    let policy = format!(
        "{GROUP}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default"
    );
    Access {
        request: RequestId(7),
        draft: Draft {
            vm: vm_id("vm-web-01"),
            policy: PolicyId::new(policy).unwrap(),
            port: 22,
            source: Source::address([172, 16, 200, 5].into()),
            tunnel_address: [172, 16, 200, 5].into(),
            duration: SignedDuration::from_hours(1),
            reason: Some("ticket 4711".to_owned()),
            consent: None,
        },
        vm_name: "vm-web-01".to_owned(),
        asked_at: "2026-03-01T09:20:00Z".parse().unwrap(),
        standing,
        not_now: false,
    }
}

pub(crate) fn running() -> Standing {
    Standing::Running {
        started_at: "2026-03-01T09:20:00Z".parse().unwrap(),
        expires_at: "2026-03-01T10:20:00Z".parse().unwrap(),
        status: Status::Initiated,
    }
}

pub(crate) fn step(step: Step, standing: StepStanding, millis: i64) -> StepView {
    StepView {
        step,
        standing,
        took: SignedDuration::from_millis(millis),
    }
}

pub(crate) fn view() -> ConnectionView {
    ConnectionView {
        id: ConnectionId(1),
        vm: vm_id("vm-web-01"),
        vm_name: "vm-web-01".to_owned(),
        service: Some(Service::SSH),
        state: StateName::Asking,
        steps: Vec::new(),
        problem: None,
        note: None,
        question: None,
        ways_out: Vec::new(),
        may_sign_in: false,
        tunnel: None,
        plan: None,
        request: None,
        refused: false,
        usual: None,
        expires_at: None,
        client_code: None,
        launch: None,
        ending: None,
    }
}

/// An account that is in no tenant yet.
pub(crate) fn signed_in(username: &str, number: u8) -> Account {
    let object = format!("0b1ec700-0000-0000-0000-{number:012}");
    let home = TenantId::new("aaaaaaaa-0000-0000-0000-000000000001");
    Account {
        id: AccountId::new(&object, &home).unwrap(),
        username: username.to_owned(),
        name: None,
        cloud: "public".to_owned(),
        way: Way::Browser,
        kept: Kept::Keyring,
        tenants: Vec::new(),
    }
}

pub(crate) fn tenant(name: &str, number: u8, on: bool, used: bool) -> AccountTenant {
    AccountTenant {
        id: TenantId::new(format!("aaaaaaaa-0000-0000-0000-{number:012}")),
        name: name.to_owned(),
        domain: Some(format!("{}.example", name.to_lowercase())),
        on,
        used,
        problem: None,
    }
}

pub(crate) fn wish() -> ConnectWish {
    ConnectWish {
        vm: vm_id("vm-web-01"),
        service: None,
        duration: None,
        reason: None,
        launch: true,
        command: Vec::new(),
        dry_run: false,
        insist: false,
        attended: false,
    }
}

/// One in its program, one by hand that is connected, and two of one name.
pub(crate) fn vpns() -> Vec<VpnProfile> {
    let vpn = |name: &str, client, azure: bool, dialling| VpnProfile {
        entry: VpnEntry {
            name: name.to_owned(),
            client,
        },
        server: azure.then(|| "azuregateway-1.vpn.azure.com".to_owned()),
        azure,
        imported: false,
        connected: Some(client == VpnClient::OpenVpn),
        dialling,
    };
    let line = "sudo openvpn --config '/etc/openvpn/client/home.conf'".to_owned();
    vec![
        vpn(
            "hub",
            VpnClient::AzureVpnClient,
            true,
            Dialling::InItsProgram,
        ),
        vpn("home", VpnClient::OpenVpn, false, Dialling::ByHand { line }),
        vpn("office", VpnClient::System, false, Dialling::ByGangway),
        vpn("office", VpnClient::OpenVpnGui, false, Dialling::ByGangway),
    ]
}

//! The estate of the fixtures: a few VMs of Contoso, their policies, and who is signed in.

use gangway_engine::account::{
    Account, AccountId, AccountTenant, Kept, KnownAccounts, Way, WayOffer,
};
use gangway_engine::id::{GatewayId, NicId, SubscriptionId, TenantId, VmId};
use gangway_engine::query::{JitCoverage, Offer, VmEntry};
use gangway_engine::tunnel::{Pool, PoolOrigin};
use gangway_engine::vm::{Os, Power, Vm, VmAddress};
use jiff::Timestamp;

/// The tenant that everything lies in, and one that a colleague is a guest in.
pub const CONTOSO: &str = "aaaaaaaa-0000-0000-0000-000000000001";
pub const FABRIKAM: &str = "bbbbbbbb-0000-0000-0000-000000000002";
const ADATUM: &str = "cccccccc-0000-0000-0000-000000000003";

/// Subscriptions by name.
pub const SUBSCRIPTIONS: [(&str, &str); 3] = [
    ("Production", "11111111-0000-0000-0000-000000000001"),
    ("Development", "22222222-0000-0000-0000-000000000002"),
    ("Old trials", "33333333-0000-0000-0000-000000000003"),
];

/// As long as Azure lets a Linux VM's name be, in as long a group as there is.
pub const LONG_VM: &str = "vm-payments-reconciliation-batch-worker-westeurope-production-01";
pub const LONG_GROUP: &str =
    "rg-contoso-payments-platform-shared-services-westeurope-production-zone-redundant-0000001";

/// A VM in one line: name, group, system, power, address, subscription, coverage.
pub fn vm(name: &str) -> VmEntry {
    let ports = || JitCoverage::Ports(vec![22, 3389]);
    let (linux, windows) = (Some(Os::Linux), Some(Os::Windows));
    let (group, os, power, address, subscription, jit) = match name {
        "vm-web-01" => ("rg-web", linux, Power::Running, "10.20.1.4", 0, ports()),
        "vm-web-02" => ("rg-web", linux, Power::Running, "10.20.1.5", 0, ports()),
        "vm-sql-01" => ("rg-data", windows, Power::Running, "10.20.2.5", 0, ports()),
        "vm-jump-01" => ("rg-hub", windows, Power::Running, "10.20.0.10", 0, ports()),
        "vm-build-03" => (
            "rg-build",
            linux,
            Power::Deallocated,
            "10.30.1.7",
            1,
            ports(),
        ),
        "vm-legacy-01" => {
            let none = JitCoverage::NotConfigured;
            ("rg-legacy", windows, Power::Running, "10.20.9.4", 0, none)
        }
        "vm-appliance-01" => {
            let unknown = JitCoverage::Unknown;
            ("rg-hub", None, Power::Running, "10.20.0.4", 0, unknown)
        }
        LONG_VM => (LONG_GROUP, linux, Power::Running, "10.20.7.21", 0, ports()),
        other => {
            let last: u8 = other.bytes().map(u32::from).sum::<u32>().to_le_bytes()[0];
            let address = format!("10.20.3.{last}");
            return entry(other, "rg-app", linux, Power::Running, &address, 0, ports());
        }
    };
    entry(name, group, os, power, address, subscription, jit)
}

fn entry(
    name: &str,
    group: &str,
    os: Option<Os>,
    power: Power,
    address: &str,
    subscription: usize,
    jit: JitCoverage,
) -> VmEntry {
    let (subscription_name, id) = SUBSCRIPTIONS[subscription];
    let base = format!("/subscriptions/{id}/resourceGroups/{group}/providers");
    let nic = format!("{base}/Microsoft.Network/networkInterfaces/{name}-nic");
    let vm = Vm {
        id: VmId::new(format!("{base}/Microsoft.Compute/virtualMachines/{name}")).unwrap(),
        name: name.into(),
        tenant: TenantId::new(CONTOSO),
        location: "westeurope".into(),
        os,
        computer_name: os.map(|_| name.chars().take(15).collect()),
        power,
        addresses: vec![VmAddress {
            address: address.parse().unwrap(),
            nic: NicId::new(nic).unwrap(),
            nic_nsg: None,
            subnet: None,
            primary: true,
        }],
    };
    VmEntry {
        offer: Offer::of(power, &jit),
        subscription: SubscriptionId::new(id),
        subscription_name: Some(subscription_name.into()),
        jit,
        favourite: false,
        last_used: None,
        vm,
    }
}

/// Favourites, and what was used last.
pub fn pinned(now: Timestamp) -> Vec<VmEntry> {
    let used = |name: &str, hours: i64, favourite| VmEntry {
        favourite,
        last_used: Some(now - jiff::SignedDuration::from_hours(hours)),
        ..vm(name)
    };
    vec![
        used("vm-web-01", 3, true),
        used("vm-jump-01", 27, true),
        used("vm-sql-01", 20, false),
        used("vm-build-03", 50, false),
        used("vm-legacy-01", 90, false),
    ]
}

/// The pool of the hub's gateway.
pub fn pools() -> Vec<Pool> {
    vec![Pool {
        prefix: "172.16.200.0/24".parse().unwrap(),
        origin: PoolOrigin::Gateway { id: gateway() },
    }]
}

pub fn gateway() -> GatewayId {
    let (_, subscription) = SUBSCRIPTIONS[0];
    GatewayId::new(format!(
        "/subscriptions/{subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpn-hub-weu"
    ))
    .unwrap()
}

/// Nobody yet, with every way of signing in on offer.
pub fn nobody() -> KnownAccounts {
    let offer = |way| WayOffer {
        way,
        hindrance: None,
    };
    KnownAccounts {
        ways: vec![
            offer(Way::Browser),
            offer(Way::AzureCli),
            offer(Way::DeviceCode),
        ],
        kept: Kept::Keyring,
        ..KnownAccounts::default()
    }
}

/// An administrator of Contoso.
pub fn admin() -> KnownAccounts {
    KnownAccounts {
        accounts: vec![account("admin", CONTOSO, Way::Browser)],
        ..nobody()
    }
}

pub fn account_id(name: &str) -> AccountId {
    AccountId::new(&format!("object-of-{name}"), &TenantId::new(CONTOSO)).unwrap()
}

pub fn account(name: &str, home: &str, way: Way) -> Account {
    Account {
        id: AccountId::new(&format!("object-of-{name}"), &TenantId::new(home)).unwrap(),
        username: match home {
            CONTOSO => format!("{name}@contoso.example"),
            _ => format!("{name}@fabrikam.example"),
        },
        name: Some(format!("{}{} role", name[..1].to_uppercase(), &name[1..])),
        cloud: "public".into(),
        way,
        kept: match way {
            Way::AzureCli | Way::Environment | Way::Broker => Kept::Elsewhere,
            Way::Browser | Way::DeviceCode => Kept::Keyring,
        },
        tenants: vec![tenant(home, true)],
    }
}

/// A tenant that is switched on and used, or neither.
pub fn tenant(id: &str, on: bool) -> AccountTenant {
    let (name, domain) = match id {
        CONTOSO => ("Contoso", "contoso.example"),
        FABRIKAM => ("Fabrikam", "fabrikam.example"),
        ADATUM => ("A. Datum Corporation", "adatum.example"),
        other => (other, ""),
    };
    AccountTenant {
        id: TenantId::new(id),
        name: name.into(),
        domain: (!domain.is_empty()).then(|| domain.to_owned()),
        on,
        used: on,
        problem: None,
    }
}

//! How long names and larger letters look: pictures to be looked at, in `target/tmp/pictures`.

use std::fs;
use std::path::{Path, PathBuf};

use azure_sim::estate::Estate;
use azure_sim::{Fault, Wrong};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::driver::{Driver, ENTER};
use crate::session::Session;
use crate::tray::Tray;
use crate::{READY, go, shoot_into, star};

/// As long as Azure lets names be: 64 characters for a Linux VM, 90 for its group.
const LONG_VM: &str = "vm-finance-reporting-warehouse-frontend-blue-finance-reporti-001";
const LONG_VM_TOO: &str = "vm-finance-reporting-warehouse-frontend-blue-finance-reporti-002";
const LONG_GROUP: &str =
    "rg-westeurope-production-finance-reporting-warehouse-westeurope-production-finance-rep-001";

/// What could be scrolled sideways: nothing ever should.
const SIDEWAYS: &str = "[...document.querySelectorAll('*')]
  .filter((it) => ['auto', 'scroll'].includes(getComputedStyle(it).overflowX) && it.scrollWidth > it.clientWidth + 1)
  .map((it) => `${it.tagName} ${it.scrollWidth} > ${it.clientWidth}`)";

#[test]
fn of_long_names_on_screens_with_larger_letters() {
    let folder = std::env::var_os("GANGWAY_PICTURES").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
        PathBuf::from,
    );
    fs::create_dir_all(&folder).unwrap();
    for scale in ["1", "1.25", "1.5"] {
        let session = Session::without_keyring().expect("a bus");
        let mut desk = Desk::bare(session, long()).expect("a desktop");
        desk.open_panel();
        let mut command = desk.tray(&["--open", "popover"]);
        command.env("GDK_DPI_SCALE", scale);
        let driver = Driver::start(&desk, &mut command);
        let tray = Tray::of(&desk);
        let process = tray.process();
        let look = |name: &str| {
            assert_eq!(driver.eval(SIDEWAYS), json!([]), "{name} at {scale}");
            shoot_into(
                &folder,
                &desk,
                &driver,
                process,
                &format!("long-{name}-{scale}"),
            );
        };
        driver.until(READY);
        driver.until_text(LONG_VM);
        let [long, other] = [LONG_VM, LONG_VM_TOO];
        star(&driver, &desk, &[long]);
        driver.until_text("Favourites");
        look("ready");
        driver.keys(long);
        driver.until_text("1 found");
        driver.keys(ENTER);
        let _client = desk.clients.next();
        driver.until_text("Open until ");
        look("access");
        desk.stage
            .sim
            .fault(Fault::on("jit.initiate", Wrong::Forbidden));
        driver.keys(other);
        driver.until_text("1 found");
        driver.keys(ENTER);
        driver.until_text("What was checked");
        look("problem");
        tray.quit();
        drop(driver);

        let mut command = desk.tray(&["--open", "window"]);
        command.env("GDK_DPI_SCALE", scale);
        let driver = Driver::start(&desk, &mut command);
        let tray = Tray::of(&desk);
        let process = tray.process();
        let vm = format!("vm/{}", desk.stage.id(long).replace('/', "%2F"));
        for (page, name, text) in [
            ("vms", "vms", long),
            (&*vm, "vm", "Resource id"),
            ("history", "history", long),
            ("accounts", "accounts", "Accounts"),
            ("vpn", "vpn", "Connected"),
            ("settings", "settings", "Theme"),
            ("about", "about", "About and diagnostics"),
            ("first-run", "first-run", "Welcome to Gangway"),
        ] {
            go(&driver, page);
            driver.until_text(text);
            assert_eq!(driver.eval(SIDEWAYS), json!([]), "{page} at {scale}");
            shoot_into(
                &folder,
                &desk,
                &driver,
                process,
                &format!("long-window-{name}-{scale}"),
            );
        }
        tray.quit();
    }
}

/// Four VMs, two of them with long names.
fn long() -> Estate {
    let vm = |number: u8, name: &str, group: &str| {
        let (os, kind, port) = match number % 2 {
            0 => ("Linux", "ssh", 22),
            _ => ("Windows", "rdp", 3389),
        };
        let address = format!("10.1.0.{}", number + 4);
        let nics = json!([{"nsg": "nsg", "addresses": [{"address": address}]}]);
        let services = json!([{"port": port, "kind": kind}]);
        let vm = json!({"name": name, "resource_group": group, "location": "westeurope", "os": os, "network": "vnet",
            "subnet": "default", "nics": nics, "services": services});
        let ports = json!([{"number": port, "protocol": "TCP", "max": "PT3H"}]);
        (vm, group.to_owned(), json!({"vm": name, "ports": ports}))
    };
    let all = [
        vm(0, LONG_VM, LONG_GROUP),
        vm(1, LONG_VM_TOO, LONG_GROUP),
        vm(2, "vm-web-01", "rg-prod"),
        vm(3, "vm-win-01", "rg-prod"),
    ];
    let vms: Vec<&Value> = all.iter().map(|(vm, ..)| vm).collect();
    let policies: Vec<Value> = all
        .chunks(2)
        .map(|two| {
            let rules: Vec<&Value> = two.iter().map(|(.., rule)| rule).collect();
            json!({"name": "default", "resource_group": two[0].1, "location": "westeurope", "vms": rules})
        })
        .collect();
    let network = json!([{"name": "vnet", "resource_group": "rg-net", "location": "westeurope", "prefixes": ["10.1.0.0/16"],
        "subnets": [{"name": "default", "prefix": "10.1.0.0/24"}]}]);
    let gateway = json!([{"name": "gw-prod", "resource_group": "rg-net", "location": "westeurope", "network": "vnet",
        "pools": ["127.0.0.0/8"]}]);
    let nsgs = json!([{"name": "nsg", "resource_group": "rg-prod", "location": "westeurope"}]);
    let subscription = json!({"id": "6f1d2c3b-0001-4000-8000-000000000001",
        "name": "Contoso Production and Reporting in Western Europe", "networks": network, "nsgs": nsgs, "vms": vms,
        "gateways": gateway, "policies": policies});
    let estate = json!({"tenants": [{"id": "72f988aa-1111-4000-8000-0000000000aa", "display_name": "Contoso",
        "default_domain": "contoso.example", "subscriptions": [subscription]}]});
    Estate::parse(&estate.to_string()).unwrap()
}

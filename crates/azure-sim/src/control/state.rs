//! What the control endpoint tells: VMs, policies, rules, the line that the program prints.

use serde_json::{Value, json};

use crate::entra::Counts;
use crate::estate::IdCase;
use crate::jit::answer as wire;
use crate::sim::VmInfo;
use crate::stage::Stage;
use crate::world::World;

pub(crate) fn vms(world: &World) -> Vec<VmInfo> {
    let info = |vm: &crate::world::Vm| {
        let mut addresses = vm
            .nics
            .iter()
            .flat_map(|n| &world.nics[*n].addresses)
            .filter_map(|a| a.address.clone());
        VmInfo {
            name: vm.name.clone(),
            id: vm.id.clone(),
            subscription: vm.sub.clone(),
            tenant: vm.tenant.clone(),
            address: addresses.find(|a| !a.contains(':')),
            port: vm.services.first().map(|s| s.port),
            kind: vm.services.first().and_then(|s| {
                serde_json::to_value(s.kind)
                    .ok()?
                    .as_str()
                    .map(str::to_owned)
            }),
            os: vm.os.clone(),
            computer_name: vm.computer_name.clone(),
        }
    };
    world.vms.iter().map(info).collect()
}

pub(crate) fn everything(stage: &Stage) -> Value {
    let world = stage.world();
    let vms: Vec<Value> = (0..world.vms.len())
        .map(|index| {
            let state = world.vm_state(index, false);
            let doors: Vec<Value> = state
                .doors
                .iter()
                .map(|d| json!({"address": d.address, "port": d.port, "open": d.open}))
                .collect();
            json!({"name": state.name, "id": state.id, "power": world.vms[index].power, "runs": state.runs, "doors": doors})
        })
        .collect();
    let policies: Vec<Value> = world
        .policies
        .iter()
        .map(|policy| {
            let requests: Vec<Value> = policy
                .requests
                .iter()
                .map(|r| wire::request(r, IdCase::AsIs))
                .collect();
            json!({"id": policy.id, "requests": requests})
        })
        .collect();
    let nsgs: Vec<Value> = world
        .nsgs
        .iter()
        .map(|nsg| {
            let rules: Vec<Value> = nsg
                .rules
                .iter()
                .map(|r| {
                    json!({"name": r.name, "priority": r.priority, "allow": r.allow, "protocol": r.protocol,
                           "source": r.source, "destination": r.destination, "ports": r.ports})
                })
                .collect();
            json!({"id": nsg.id, "rules": rules})
        })
        .collect();
    json!({"now": stage.clock.now(), "sign_ins": sign_ins(&world), "vms": vms, "policies": policies, "nsgs": nsgs})
}

/// Counts of sign-ins and refresh tokens, in all and by person; never a token.
fn sign_ins(world: &World) -> Value {
    let people: Vec<Value> = world
        .people
        .iter()
        .enumerate()
        .map(|(index, person)| {
            json!({
                "upn": person.upn,
                "live_refresh_tokens": world.sign_ins.live(Some(index)),
                "sign_ins": world.sign_ins.families.iter().filter(|f| f.signed_in && f.person == index).count(),
            })
        })
        .collect();
    let mut all = serde_json::to_value(counts(world)).unwrap_or_default();
    all["people"] = people.into();
    all
}

pub(crate) fn counts(world: &World) -> Counts {
    let browsers = world.sign_ins.browsers.values();
    Counts {
        live_refresh_tokens: world.sign_ins.live(None),
        browsers: browsers.filter(|b| !b.accounts.is_empty()).count(),
        ..world.sign_ins.counts.clone()
    }
}

/// Who may sign in.
fn people(world: &World) -> Vec<Value> {
    let one = |person: &crate::estate::Person| {
        json!({
            "upn": person.upn, "name": person.name, "oid": person.oid, "home": person.home,
            "guest_of": person.guest_of,
        })
    };
    world.people.iter().take(100).map(one).collect()
}

/// What the program prints at its start. The VMs of a large estate are counted, not listed.
pub(crate) fn info(stage: &Stage) -> Value {
    const LISTED: usize = 500;
    let world = stage.world();
    let all = vms(&world);
    let listed = if all.len() <= LISTED {
        all.as_slice()
    } else {
        &[]
    };
    json!({
        "authority": stage.base,
        "resource_manager": stage.base,
        "browser_authority": stage.pages,
        "cloud_file": stage.cloud_file,
        "public_client_id": world.app.id,
        "people": people(&world),
        "client_id": world.client_id,
        "client_secret": world.client_secret,
        "tenant": world.tenants.first().map(|t| &t.id),
        "tenants": world.tenants.iter().map(|t| &t.id).collect::<Vec<_>>(),
        "vm_count": all.len(),
        "vms": listed,
    })
}

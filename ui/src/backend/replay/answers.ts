// What the replay host answers a query with: made from the moment it plays, so that the pages agree with it.
import type { Access, LocalNetwork, Page, Pool, ProfileEntry, Query, Shown, TunnelView, VmDetails, VmEntry } from "$engine";
import type { Estate } from "./estate";
import { FILE, type Settings } from "./settings";

const MINUTE = 60_000;
const GATEWAY = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/vpn-hub-weu";
const POOLS: Pool[] = [
  { prefix: "172.16.200.0/24", origin: { gateway: { id: GATEWAY } } },
  { prefix: "172.16.201.0/24", origin: { profile: { name: "contoso-hub" } } },
];

export interface Known {
  shown: Shown;
  estate: Estate;
  settings: Settings;
  profiles: ProfileEntry[];
  hidden: ReadonlySet<string>;
}

export function answer(query: Query, known: Known): Page {
  const { snapshot } = known.shown;
  const seen = snapshot.accounts.accounts.length > 0 || snapshot.accounts.otherwise !== null;
  switch (query.query) {
    case "vms": {
      if (!seen) return { page: "vms", rows: [], matching: 0, age: null, problems: [] };
      const found = known.estate.rows(query.text, query.offset, query.limit);
      return { page: "vms", ...found, rows: found.rows.map((row) => current(row, known)), age: "PT4M", problems: [] };
    }
    case "find": {
      const exact = known.estate.find(query.name);
      return { page: "found", exact: exact === undefined ? [] : [current(exact, known)], near: known.estate.rows(query.name.slice(0, 6), 0, 3).rows };
    }
    case "history":
      return { page: "history", accesses: history(known, query.text).slice(0, query.limit) };
    case "vm":
      return { page: "vm", ...details(query.vm, known) };
    case "tunnel":
      return { page: "tunnel", local: local(known), pools: seen ? POOLS : [], view: query.vm === null ? null : view(query.vm, known) };
    case "subscriptions":
      return { page: "subscriptions", rows: seen ? known.estate.subscriptions().map((row) => ({ ...row, hidden: known.hidden.has(row.id) })) : [] };
    case "settings":
      return { page: "settings", rows: known.settings.rows(), file: FILE, problem: null };
    case "profiles":
      return { page: "profiles", rows: known.profiles };
    case "about":
      return {
        page: "about",
        version: "0.1.0",
        system: "Debian GNU/Linux 12 (bookworm), x86_64",
        web_view: "WebKitGTK 2.48",
        settings_file: FILE,
        store_file: "/home/worker/.local/state/gangway/gangway.db",
        log_folder: "/home/worker/.local/state/gangway/logs",
        hosts: ["login.microsoftonline.com", "management.azure.com"],
      };
  }
}

/** A row as the truth has it now: what is pinned may have been marked meanwhile. */
function current(row: VmEntry, { shown }: Known): VmEntry {
  return shown.snapshot.pinned.find((entry) => entry.vm.id === row.vm.id) ?? row;
}

function history({ shown, estate }: Known, text: string): Access[] {
  const now = Date.parse(shown.now);
  const recent = shown.snapshot.accesses.map(({ access }) => access);
  const policy = "/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
  const reasons = ["INC-4711 disk of logs is full", null, "Monthly patches", "CHG-0815 new certificate"];
  const over = estate.rows("", 0, 40).rows.map(({ vm }, at): Access => {
    const asked = now - (at + 1) * 7 * 60 * MINUTE;
    const ended = new Date(asked + 60 * MINUTE).toISOString();
    const reason = at % 5 === 3 ? "newer-request-initiated" : at % 5 === 1 ? "user-requested" : "expired";
    return {
      request: 900 - at,
      draft: {
        vm: vm.id,
        policy: `${vm.id.split("/providers/")[0] ?? ""}${policy}`,
        port: vm.os === "windows" ? 3389 : 22,
        source: { blocks: ["172.16.200.5/32"] },
        tunnel_address: "172.16.200.5",
        duration: "PT1H",
        reason: reasons[at % reasons.length] ?? null,
        consent: null,
      },
      vm_name: vm.name,
      asked_at: new Date(asked).toISOString(),
      standing: at % 11 === 10 ? "refused" : { over: { reason, at: ended } },
    };
  });
  const wanted = text.trim().toLowerCase();
  return [...recent, ...over].filter(({ vm_name, draft }) => `${vm_name} ${draft.reason ?? ""} ${draft.tunnel_address}`.toLowerCase().includes(wanted));
}

function details(vm: string, known: Known): VmDetails {
  const found = known.estate.find(vm) ?? known.estate.rows("", 0, 1).rows[0];
  if (found === undefined) throw { code: "vm-gone", vm, params: { vm } };
  const entry = current(found, known);
  const ports = typeof entry.jit === "object" ? entry.jit.ports : [];
  const running = known.shown.snapshot.accesses.flatMap(({ access: { draft, standing } }) =>
    draft.vm === vm && typeof standing === "object" && "running" in standing
      ? [{ port: draft.port, by: "admin@contoso.example", source: draft.tunnel_address, expires_at: standing.running.expires_at, ours: true }]
      : [],
  );
  return {
    entry,
    ports: ports.map((port) => ({ port, longest: "PT3H", sources: port === 22 ? ["*"] : ["172.16.200.0/24", "172.16.201.0/24"] })),
    age: "PT4M",
    running,
    history: history(known, "").filter(({ draft }) => draft.vm === vm),
    options: known.settings.rowsOf(vm),
    problems: [],
  };
}

function local({ shown }: Known): LocalNetwork {
  const { tunnel } = shown.snapshot;
  const up = tunnel.standing === "up" ? [{ name: tunnel.interface, kind: "tunnel" as const, addresses: [tunnel.address] }] : [];
  return {
    interfaces: [{ name: "Wi-Fi", kind: "other", addresses: ["192.168.1.20"] }, ...up, { name: "lo", kind: "loopback", addresses: ["127.0.0.1"] }],
    default_route: "Wi-Fi",
    routes: [],
  };
}

function view(vm: string, { shown, estate }: Known): TunnelView | null {
  const { tunnel, connections } = shown.snapshot;
  const told = connections.find((connection) => connection.vm === vm)?.tunnel;
  if (told !== undefined && told !== null) return told;
  const target = estate.find(vm)?.vm.addresses[0]?.address ?? "10.20.1.4";
  const lan = { interface: "Wi-Fi", address: "192.168.1.20" };
  if (tunnel.standing !== "up") {
    const params = { target, interface: "Wi-Fi" };
    return { verdict: { Err: { code: "tunnel-down", ...params, params } }, evidence: [{ ...lan, finding: "leaves-by-lan" }] };
  }
  const [pool] = POOLS;
  const proof = pool === undefined ? ("confirmed" as const) : { "in-pool": pool };
  return {
    verdict: { Ok: { interface: tunnel.interface, source: tunnel.address, target, proof } },
    evidence: [
      { ...lan, finding: "carries-default-route" },
      { interface: tunnel.interface, address: tunnel.address, finding: "chosen" },
    ],
  };
}

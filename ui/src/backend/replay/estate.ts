// The virtual machines that the replay host lists: those of the example, and as many made ones as are wanted.
import type { PlaceEntry, Snapshot, Vm, VmEntry } from "$engine";
import { group as groupOf } from "../../words/vm";

const TENANT = "aaaaaaaa-0000-0000-0000-000000000001";
const SUBSCRIPTIONS = [
  { id: "11111111-0000-0000-0000-000000000001", name: "Production" },
  { id: "22222222-0000-0000-0000-000000000002", name: "Development" },
] as const;
const ROLES = ["app", "batch", "build", "cache", "file", "legacy", "mail", "print", "sql", "web"] as const;
/** Names as long as Azure allows them. */
const LONG = {
  name: "vm-payments-reconciliation-batch-worker-westeurope-production-07",
  group: "rg-contoso-payments-platform-shared-services-westeurope-production-zone-redundant-00000007",
};
const LONG_AT = 7;

export interface Estate {
  rows(text: string, offset: number, limit: number, wanted?: (row: VmEntry) => boolean): { rows: VmEntry[]; matching: number };
  places(): PlaceEntry[];
  find(name: string): VmEntry | undefined;
}

/** A list of `count`; as long as the example where nothing is said. */
export function estate(example: readonly VmEntry[], snapshot: Snapshot, count = 0): Estate {
  const known = new Map([...example, ...snapshot.pinned].map((entry) => [entry.vm.id, entry]));
  for (const { vm, vm_name } of snapshot.connections) if (!known.has(vm)) known.set(vm, named(vm, vm_name));
  for (const { access } of snapshot.accesses) if (!known.has(access.draft.vm)) known.set(access.draft.vm, named(access.draft.vm, access.vm_name));
  const first = [...known.values()];
  const made = Math.max(0, count - first.length);
  const words = [...first.map(searched), ...Array.from({ length: made }, (_, at) => `${name(at, made)} ${group(at, made)}`)];
  const order = words.map((_, at) => at);
  const found = search(words);
  const at = (place: number): VmEntry => first[place] ?? entry(place - first.length, made);
  let told: PlaceEntry[] | undefined;
  let last = { text: "", places: order };

  function matching(text: string): number[] {
    const wanted = text.trim().toLowerCase();
    if (wanted !== last.text) last = { text: wanted, places: wanted === "" ? order : found(wanted) };
    return last.places;
  }

  return {
    rows(text, offset, limit, wanted) {
      const all = matching(text);
      const places = wanted === undefined ? all : all.filter((place) => wanted(at(place)));
      return { rows: places.slice(offset, offset + limit).map(at), matching: places.length };
    },
    places() {
      told ??= places(order.map(at));
      return told;
    },
    find(wanted) {
      const place = order.find((one) => [at(one).vm.id, at(one).vm.name].some((word) => word.toLowerCase() === wanted.toLowerCase()));
      return place === undefined ? undefined : at(place);
    },
  };
}

/** Where rows lie, counted. */
function places(rows: readonly VmEntry[]): PlaceEntry[] {
  const found = new Map<string, { name: string | null; groups: Map<string, number> }>();
  for (const { vm, subscription, subscription_name } of rows) {
    const place = found.get(subscription) ?? { name: subscription_name, groups: new Map<string, number>() };
    const name = groupOf(vm.id);
    place.groups.set(name, (place.groups.get(name) ?? 0) + 1);
    found.set(subscription, place);
  }
  const byName = (one: { name: string | null }, other: { name: string | null }): number => (one.name ?? "").localeCompare(other.name ?? "");
  return [...found]
    .map(([id, { name, groups }]) => {
      const counted = [...groups].map(([called, vms]) => ({ name: called, vms })).sort(byName);
      return { id, name, vms: counted.reduce((sum, one) => sum + one.vms, 0), groups: counted };
    })
    .sort(byName);
}

/** Looks through all lines as one text: what the real host does elsewhere must cost the page little here. */
function search(lines: readonly string[]): (wanted: string) => number[] {
  const all = lines.join("\n");
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return (wanted) => {
    const places: number[] = [];
    for (let place = 0, from = 0; place < lines.length; from = starts[++place] ?? all.length) {
      const at = all.indexOf(wanted, from);
      if (at < 0) break;
      while ((starts[place + 1] ?? Infinity) <= at) place++;
      places.push(place);
    }
    return places;
  };
}

const searched = ({ vm, subscription_name }: VmEntry): string =>
  `${vm.name} ${vm.id.split("/")[4] ?? ""} ${subscription_name ?? ""} ${vm.addresses[0]?.address ?? ""}`.toLowerCase();

const role = (at: number, of: number): string => ROLES[Math.floor((at * ROLES.length) / of)] ?? "vm";

function name(at: number, of: number): string {
  return at === LONG_AT ? LONG.name : `vm-${role(at, of)}-${String(at).padStart(String(of).length, "0")}`;
}

function group(at: number, of: number): string {
  return at === LONG_AT ? LONG.group : `rg-${role(at, of)}-${String(at % 12).padStart(2, "0")}`;
}

function entry(at: number, of: number): VmEntry {
  const subscription = SUBSCRIPTIONS[at % 3 === 2 ? 1 : 0] ?? SUBSCRIPTIONS[0];
  const id = `/subscriptions/${subscription.id}/resourceGroups/${group(at, of)}/providers/Microsoft.Compute/virtualMachines/${name(at, of)}`;
  const stopped = at % 9 === 4;
  const bare = at % 13 === 6;
  return {
    vm: {
      ...vm(id, name(at, of), `10.${20 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`),
      os: at % 17 === 5 ? null : at % 2 === 0 ? "windows" : "linux",
      power: stopped ? "deallocated" : "running",
    },
    subscription: subscription.id,
    subscription_name: subscription.name,
    jit: bare ? "not-configured" : { ports: [22, 3389] },
    offer: bare ? "not-protected" : stopped ? "start-and-connect" : "connect",
    favourite: false,
    last_used: null,
  };
}

/** A VM that a moment speaks of and no list of its holds. */
function named(id: string, called: string): VmEntry {
  const subscription = id.split("/")[2] ?? SUBSCRIPTIONS[0].id;
  return {
    vm: vm(id, called, "10.20.7.21"),
    subscription,
    subscription_name: SUBSCRIPTIONS.find((one) => one.id === subscription)?.name ?? null,
    jit: { ports: [22, 3389] },
    offer: "connect",
    favourite: false,
    last_used: null,
  };
}

function vm(id: string, called: string, address: string): Vm {
  const nic = id.replace("Microsoft.Compute/virtualMachines", "Microsoft.Network/networkInterfaces") + "-nic";
  return {
    id,
    name: called,
    tenant: TENANT,
    location: "westeurope",
    os: "linux",
    computer_name: called.slice(0, 15),
    power: "running",
    addresses: [{ address, nic, nic_nsg: null, subnet: null, primary: true }],
  };
}

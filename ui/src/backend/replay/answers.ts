// What the replay host answers a query with: the example answers, in agreement with the moment that is played.
import type { Access, Page, ProfileEntry, Query, Shown, TunnelView, VmDetails, VmEntry, VmFilter } from "$engine";
import { endOf, group } from "../../words/vm";
import type { Estate } from "./estate";
import type { Examples } from "./files";
import type { Settings } from "./settings";

export interface Known {
  shown: Shown;
  examples: Examples;
  estate: Estate;
  settings: Settings;
  profiles: ProfileEntry[];
  hidden: ReadonlySet<string>;
}

export function answer(query: Query, known: Known): Page {
  const { examples, estate, settings, shown } = known;
  const { accounts, tunnel } = shown.snapshot;
  const seen = accounts.accounts.length > 0 || accounts.otherwise !== null;
  switch (query.query) {
    case "vms": {
      if (!seen) return examples.page("vms-never-read", "vms");
      const wanted = narrowed(query.filter, known);
      const found = estate.rows(query.text, query.offset, query.limit, wanted);
      return { ...examples.page("vms", "vms"), ...found, rows: found.rows.map((row) => current(row, known)) };
    }
    case "places":
      return { page: "places", rows: seen ? estate.places() : [] };
    case "find": {
      const exact = estate.find(query.name);
      const near = exact === undefined ? estate.rows(query.name.slice(0, 6), 0, 3).rows : [];
      return { page: "found", exact: exact === undefined ? [] : [current(exact, known)], near };
    }
    case "history":
      return { page: "history", accesses: history(known, query.text).slice(0, query.limit) };
    case "vm":
      return { page: "vm", ...details(query.vm, known) };
    case "tunnel": {
      const example = examples.page(tunnel.standing === "up" ? "tunnel-of-vm" : "tunnel-down", "tunnel");
      return { ...example, pools: seen ? example.pools : [], view: query.vm === null ? null : view(query.vm, example.view, known) };
    }
    case "subscriptions": {
      const { page, rows } = examples.page("subscriptions", "subscriptions");
      return { page, rows: seen ? rows.map((row) => ({ ...row, hidden: known.hidden.has(row.id) })) : [] };
    }
    case "rights": {
      const told = examples.pages("rights").find(({ subscription }) => subscription === query.subscription);
      return { ...(told ?? examples.page("rights-none", "rights")), subscription: query.subscription };
    }
    case "settings":
      return { ...examples.page("settings", "settings"), rows: settings.rows() };
    case "profiles":
      return { page: "profiles", rows: known.profiles };
    case "vpns":
      return examples.page("vpns", "vpns");
    case "about":
      return examples.page("about", "about");
  }
}

/** What a filter wants; `undefined` where it narrows nothing. */
function narrowed(filter: VmFilter, known: Known): ((row: VmEntry) => boolean) | undefined {
  if (Object.values(filter).every((value) => value === null || value === false)) return undefined;
  const { pinned, accesses } = known.shown.snapshot;
  const marked = new Set(pinned.filter((entry) => entry.favourite).map((entry) => entry.vm.id));
  const open = new Set(accesses.filter((view) => endOf(view) !== null && !view.over).map(({ access }) => access.draft.vm));
  return ({ vm, subscription }) =>
    (filter.system === null || filter.system === (vm.os ?? "unknown")) &&
    (!filter.favourites || marked.has(vm.id)) &&
    (!filter.open || open.has(vm.id)) &&
    (filter.subscription === null || filter.subscription === subscription) &&
    (filter.group === null || filter.group.toLowerCase() === group(vm.id).toLowerCase());
}

/** A row as the truth has it now: what is pinned may have been marked meanwhile. */
function current(row: VmEntry, { shown }: Known): VmEntry {
  return shown.snapshot.pinned.find((entry) => entry.vm.id === row.vm.id) ?? row;
}

/** What the moment knows, then what the example knows of times before. */
function history({ shown, examples }: Known, text: string): Access[] {
  const now = shown.snapshot.accesses.map(({ access }) => access);
  const over = examples.page("history", "history").accesses.filter(({ standing }) => typeof standing !== "object" || !("running" in standing));
  const wanted = text.trim().toLowerCase();
  return [...now, ...over].filter(({ vm_name, draft }) => `${vm_name} ${draft.reason ?? ""} ${draft.tunnel_address}`.toLowerCase().includes(wanted));
}

function details(vm: string, known: Known): VmDetails {
  const { examples, estate, settings, shown } = known;
  const all = examples.pages("vm");
  const example = all.find(({ entry }) => entry.vm.id === vm);
  const found = example?.entry ?? estate.find(vm);
  const like = example ?? all[0];
  if (found === undefined || like === undefined) throw { code: "vm-gone", vm, params: { vm } };
  const ours = shown.snapshot.accesses.flatMap(({ access: { draft, standing } }) =>
    draft.vm === vm && typeof standing === "object" && "running" in standing
      ? [{ port: draft.port, by: "admin@contoso.example", source: draft.tunnel_address, expires_at: standing.running.expires_at, ours: true }]
      : [],
  );
  return {
    ...like,
    entry: current(found, known),
    ports: typeof found.jit === "object" ? like.ports : [],
    running: [...ours, ...(example?.running ?? []).filter((access) => !access.ours)],
    history: history(known, "").filter(({ draft }) => draft.vm === vm),
    options: settings.rowsOf(vm, like.options),
  };
}

/** The verdict that a connection told, else the example's for this VM's address. */
function view(vm: string, example: TunnelView | null, { shown, estate }: Known): TunnelView | null {
  const told = shown.snapshot.connections.find((connection) => connection.vm === vm)?.tunnel;
  if (told !== undefined && told !== null) return told;
  const target = estate.find(vm)?.vm.addresses[0]?.address;
  if (example === null || target === undefined || !("Ok" in example.verdict)) return example;
  return { ...example, verdict: { Ok: { ...example.verdict.Ok, target } } };
}

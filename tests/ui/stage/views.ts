// Every view that is looked at by itself: which page on which moment.
import { readdirSync } from "node:fs";
import { moment, type View } from "./open";
import { fixtures } from "./places";

/** What lies beside the moments: answers and sentences. */
const NO_MOMENTS = ["pages.json", "problems.json"];

/** Every moment there is. */
export const moments = readdirSync(fixtures)
  .filter((name) => name.endsWith(".json") && !NO_MOMENTS.includes(name))
  .map((name) => name.replace(/\.json$/, ""))
  .sort();

export const views: (View & { name: string })[] = [
  ...moments.map((name) => named({ moment: name, path: "popover" })),
  ...pages("window/vms", ["ready", "open-several", "signed-out", "long-names"]),
  ...pages("window/history", ["ready", "long-names"]),
  ...pages("window/accounts", ["accounts", "ready", "signed-out", ...moments.filter((name) => name.startsWith("sign-in-"))]),
  ...pages("window/vpn", ["ready", "no-tunnel", "tunnel-unknown", "open"]),
  ...pages("window/settings", ["ready"]),
  ...pages("window/about", ["ready", "machine-problems"]),
  ...pages("window/first-run", ["first-run", "sign-in-code", "no-tunnel", "ready"]),
  ...["ready", "open", "blocked-by-rule", "long-names"].map((name) => named({ moment: name, path: `window/vm/${encodeURIComponent(firstVm(name))}` })),
];

function pages(path: string, at: string[]): (View & { name: string })[] {
  return at.map((name) => named({ moment: name, path }));
}

function named(view: View): View & { name: string } {
  const page = view.path.split("/").slice(0, 2).join("-");
  return { ...view, name: `${page}-${view.moment}` };
}

/** The VM that a moment is about. */
export function firstVm(name: string): string {
  const { connections, accesses, pinned } = moment(name).snapshot;
  const vm = connections[0]?.vm ?? accesses[0]?.access.draft.vm ?? pinned[0]?.vm.id;
  if (vm === undefined) throw new Error(`${name} knows no VM`);
  return vm;
}

// The moments that the engine's tests wrote, and what they are about.
import { readdirSync } from "node:fs";
import { moment } from "./open";
import { fixtures } from "./places";

/** What lies beside the moments: answers and sentences. */
const NO_MOMENTS = ["pages.json", "problems.json"];

/** Every moment there is. */
export const moments = readdirSync(fixtures)
  .filter((name) => name.endsWith(".json") && !NO_MOMENTS.includes(name))
  .map((name) => name.replace(/\.json$/, ""))
  .sort();

/** The VM that a moment is about. */
export function firstVm(name: string): string {
  const { connections, accesses, pinned } = moment(name).snapshot;
  const vm = connections[0]?.vm ?? accesses[0]?.access.draft.vm ?? pinned[0]?.vm.id;
  if (vm === undefined) throw new Error(`${name} knows no VM`);
  return vm;
}

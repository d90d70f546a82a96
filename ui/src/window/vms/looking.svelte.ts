// What the list of virtual machines was looked through for: it stays while another page is open.
import type { VmFilter } from "$engine";
import { ALL } from "../../state/vms.svelte";

export class Looking {
  text = $state("");
  filter = $state.raw<VmFilter>(ALL);

  /** Whether something is left out. */
  narrowed = $derived(Object.values(this.filter).some((value) => value !== null && value !== false));

  narrow(to: Partial<VmFilter>): void {
    this.filter = { ...this.filter, ...to };
  }

  clear(): void {
    this.filter = ALL;
  }
}

const kept = new WeakMap<object, Looking>();

/** The one of this window. */
export function lookingOf(shell: object): Looking {
  const known = kept.get(shell) ?? new Looking();
  kept.set(shell, known);
  return known;
}

// The three steps of the way in, and what of them is done, read off the truth.
import type { Snapshot } from "$engine";

export type StepId = "sign-in" | "vpn" | "vm";

export interface FirstStep {
  id: StepId;
  /** `now` is the first that is not done: the one that is open. */
  standing: "done" | "now" | "later";
}

/** `read`: virtual machines could be read, so that somebody is signed in, be it with Azure CLI. */
export function signedIn(snapshot: Snapshot, read: boolean): boolean {
  const { accounts, otherwise } = snapshot.accounts;
  return read || otherwise === "environment" || accounts.some((account) => account.tenants.some((tenant) => tenant.on));
}

/** The steps; `passed` are those that the person goes on without. */
export function firstSteps(snapshot: Snapshot, read: boolean, passed: ReadonlySet<StepId>): FirstStep[] {
  const done: Record<StepId, boolean> = {
    "sign-in": signedIn(snapshot, read),
    vpn: snapshot.tunnel.standing === "up",
    vm: snapshot.pinned.length > 0,
  };
  let open = true;
  return (["sign-in", "vpn", "vm"] as const).map((id) => {
    if (done[id]) return { id, standing: "done" };
    if (!open || passed.has(id)) return { id, standing: "later" };
    open = false;
    return { id, standing: "now" };
  });
}

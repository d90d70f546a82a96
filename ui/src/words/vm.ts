// What a list says of a virtual machine: where it is, what it runs, and what a click on it does.
import type { AccessView, ConnectionView, Os, Service, VmEntry, VmId } from "$engine";
import type { IconName } from "../parts/icons";
import { say } from "./say";
import { at } from "./time";

/** The resource group stands in the ARM id and nowhere else. */
export function group(vm: VmId): string {
  return /\/resourceGroups\/([^/]+)/i.exec(vm)?.[1] ?? "";
}

/** A name of Windows' is no longer than this, and has room everywhere. */
const SHORT = 15;
/** So much of its end is shown of a longer one. */
const TAIL = 8;

/** A long name in two pieces: of the first as much is seen as has room, of the second all; a short one is one piece. */
export function ends(name: string): [head: string, tail: string] {
  if (name.length <= SHORT) return [name, ""];
  const letters = Array.from(name);
  return [letters.slice(0, -TAIL).join(""), letters.slice(-TAIL).join("")];
}

/** ARM ids compare without case. */
export const same = (one: VmId, other: VmId): boolean => one.toLowerCase() === other.toLowerCase();

export function place(entry: VmEntry): string {
  return places(entry).join(" · ");
}

export function places(entry: VmEntry): string[] {
  return [group(entry.vm.id), entry.subscription_name ?? entry.subscription].filter(Boolean);
}

export function osIcon(os: Os | null): IconName {
  return os ?? "unknown-os";
}

export function osWords(os: Os | null): string {
  return say(os === null ? "os.unknown" : `os.${os}`);
}

export function serviceWords(service: Service | null): string {
  if (service === null) return "";
  if (service.protocol === "rdp") return say("ui.service.rdp");
  if (service.protocol === "ssh") return say("ui.service.ssh");
  return say("ui.service.port", { port: service.port });
}

/** Well-known ports in words, for an access of which only the port is known. */
export function portWords(port: number): string {
  if (port === 3389) return say("ui.service.rdp");
  if (port === 22) return say("ui.service.ssh");
  return say("ui.service.port", { port });
}

/** When an access ends, where it runs. */
export function endOf(view: AccessView): string | null {
  const { standing } = view.access;
  return typeof standing === "object" && "running" in standing ? standing.running.expires_at : null;
}

/** Of the accesses of this machine to a VM, the end of the one that runs longest for this address. */
export function openUntil(vm: VmId, accesses: readonly AccessView[], now: number): string | null {
  let latest: string | null = null;
  for (const view of accesses) {
    const end = endOf(view);
    if (end === null || view.for_this_address === false || !same(view.access.draft.vm, vm)) continue;
    if (Date.parse(end) > now && (latest === null || Date.parse(end) > Date.parse(latest))) latest = end;
  }
  return latest;
}

/** What runs now, of which a list has to know. */
export interface Runs {
  accesses: readonly AccessView[];
  connections: readonly ConnectionView[];
}

export interface Offered {
  label: string;
  tone: "connect" | "open" | "careful" | "busy";
}

/** What a click on it does, in words. */
export function offered(entry: VmEntry, runs: Runs | null, now: number): Offered {
  const { accesses, connections } = runs ?? { accesses: [], connections: [] };
  const under = connections.some((view) => view.state !== "open" && view.state !== "ended" && same(view.vm, entry.vm.id));
  if (under) return { label: say("ui.offer.connecting"), tone: "busy" };
  const until = openUntil(entry.vm.id, accesses, now);
  if (until !== null) return { label: say("ui.offer.open-until", { until: at(until, now) }), tone: "open" };
  switch (entry.offer) {
    case "connect":
    case "unknown":
      return { label: say("ui.offer.connect"), tone: "connect" };
    case "start-and-connect":
      return { label: say("ui.offer.start-and-connect"), tone: "connect" };
    case "not-protected":
      return { label: say("ui.offer.not-protected"), tone: "careful" };
  }
}

// What the small menu of a virtual machine offers.
import type { Protocol, Service, SettingEntry, VmEntry } from "$engine";
import { serviceWords } from "../words/vm";
import { typed } from "../words/time";

export interface Choice {
  label: string;
  service: Service;
}

type Options = readonly SettingEntry[];
const USUAL = { rdp: 3389, ssh: 22 } as const;
const KEYS = { rdp: "rdp_port", ssh: "ssh_port", port: "port" } as const;
const MINUTES = [30, 60, 120, 180, 240, 480, 720, 1440];

const value = (options: Options, key: string): string => options.find((row) => row.key === key)?.value ?? "";

/** The port that a person set for a protocol on this machine; `null` where nobody did. */
function set(options: Options, protocol: Protocol): number | null {
  return Number(value(options, KEYS[protocol])) || null;
}

/** What a protocol means on this machine. */
export function serviceOn(options: Options, protocol: "rdp" | "ssh"): Service {
  return { protocol, port: set(options, protocol) ?? USUAL[protocol] };
}

/** What is spoken at a port of this machine, by what is set for it. */
export function serviceAt(options: Options, port: number): Service | null {
  const protocol = (["rdp", "ssh"] as const).find((one) => set(options, one) === port);
  return protocol === undefined ? null : { protocol, port };
}

/** The protocol that a plain click takes: the one that is set, the system's, else that of the only port that is set. */
function plainly(entry: VmEntry, options: Options): Protocol | null {
  const named = (["rdp", "ssh", "port"] as const).find((one) => one === value(options, "protocol"));
  if (named !== undefined && (named !== "port" || set(options, "port") !== null)) return named;
  if (entry.vm.os !== null) return entry.vm.os === "linux" ? "ssh" : "rdp";
  const ports = (["ssh", "rdp", "port"] as const).filter((one) => set(options, one) !== null);
  return ports.length === 1 ? (ports[0] ?? null) : null;
}

/** The ways to a VM, the usual one first; ports that only can be opened last. */
export function services(entry: VmEntry, options: Options): Choice[] {
  const first = plainly(entry, options);
  const clients = (first === "ssh" ? (["ssh", "rdp"] as const) : (["rdp", "ssh"] as const)).map((one) => serviceOn(options, one));
  const own = set(options, "port");
  const policy = typeof entry.jit === "object" ? entry.jit.ports : [];
  const ports = [...new Set([...(own === null ? [] : [own]), ...policy])];
  const only = ports
    .filter((port) => port === own || clients.every((one) => one.port !== port))
    .map((port): Service => ({ protocol: "port", port }));
  const all = first === "port" ? [...only.slice(0, 1), ...clients, ...only.slice(1)] : [...clients, ...only];
  return all.map((service) => ({ label: serviceWords(service), service }));
}

/** For how long a plain click asks, in milliseconds: what is set for this machine, else for all. */
export function usualTime(options: Options, all: number): number {
  return typed(value(options, "duration")) || all;
}

/** Times to choose from, in minutes, within the longest that is allowed. */
export function durations(longest: number | undefined): number[] {
  const most = longest === undefined ? 1440 : Math.floor(longest / 60_000);
  const fitting = MINUTES.filter((minutes) => minutes <= most);
  return longest === undefined || fitting.at(-1) === most || most < 1 ? fitting : [...fitting, most];
}

// What the small menu of a virtual machine offers.
import type { Service, VmEntry } from "$engine";
import { serviceWords } from "../words/vm";

export interface Choice {
  label: string;
  service: Service;
  /** It is what a plain click takes, with whatever the settings say of this machine. */
  usual: boolean;
}

const RDP: Service = { protocol: "rdp", port: 3389 };
const SSH: Service = { protocol: "ssh", port: 22 };
const MINUTES = [30, 60, 120, 180, 240, 480, 720, 1440];

/** The ways to a VM, the usual one first; ports that only can be opened last. */
export function services(entry: VmEntry): Choice[] {
  const known = entry.vm.os === "linux" ? [SSH, RDP] : [RDP, SSH];
  const ports = typeof entry.jit === "object" ? entry.jit.ports : [];
  const others = ports.filter((port) => port !== RDP.port && port !== SSH.port).map((port): Service => ({ protocol: "port", port }));
  return [...known, ...others].map((service, at) => ({
    label: serviceWords(service),
    service,
    usual: at === 0 && entry.vm.os !== null,
  }));
}

/** Times to choose from, in minutes, within the longest that is allowed. */
export function durations(longest: number | undefined): number[] {
  const most = longest === undefined ? 1440 : Math.floor(longest / 60_000);
  const fitting = MINUTES.filter((minutes) => minutes <= most);
  return longest === undefined || fitting.at(-1) === most || most < 1 ? fitting : [...fitting, most];
}

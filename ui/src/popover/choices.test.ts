// The small menu offers what is set for its machine, the usual first.
import { expect, it } from "vitest";
import type { SettingEntry, VmEntry } from "$engine";
import { serviceAt, serviceOn, services, usualTime } from "./choices";

const machine = (os: string | null, ports: number[] = []): VmEntry => ({ vm: { os }, jit: { ports } }) as unknown as VmEntry;
const set = (values: Record<string, string>): SettingEntry[] =>
  Object.entries(values).map(([key, value]) => ({ key, value }) as unknown as SettingEntry);
const ways = (entry: VmEntry, values: Record<string, string> = {}): string[] =>
  services(entry, set(values)).map(({ service }) => `${service.protocol}:${service.port}`);

it("begins with the system's way, or with the one that is set", () => {
  expect(ways(machine("linux", [22, 3389, 8443]))).toEqual(["ssh:22", "rdp:3389", "port:8443"]);
  expect(ways(machine("windows"), { protocol: "ssh" })).toEqual(["ssh:22", "rdp:3389"]);
  expect(ways(machine("linux"), { protocol: "port", port: "5432" })).toEqual(["port:5432", "rdp:3389", "ssh:22"]);
  expect(ways(machine(null), { ssh_port: "2201" })).toEqual(["ssh:2201", "rdp:3389"]);
});

it("takes the ports that are set", () => {
  expect(ways(machine("windows", [3391, 2201]), { ssh_port: "2201", rdp_port: "3391" })).toEqual(["rdp:3391", "ssh:2201"]);
  expect(serviceOn(set({ rdp_port: "3391" }), "rdp")).toEqual({ protocol: "rdp", port: 3391 });
});

it("knows what a port is for by what is set", () => {
  expect(serviceAt(set({ ssh_port: "2222", rdp_port: "" }), 2222)).toEqual({ protocol: "ssh", port: 2222 });
  expect(serviceAt(set({ ssh_port: "", rdp_port: "" }), 5432)).toBeNull();
});

it("has the time that is set for the machine as the usual one", () => {
  expect(usualTime(set({ duration: "1h 30m" }), 3_600_000)).toBe(5_400_000);
  expect(usualTime(set({ duration: "90m" }), 3_600_000)).toBe(5_400_000);
  expect(usualTime(set({ duration: "" }), 3_600_000)).toBe(3_600_000);
});

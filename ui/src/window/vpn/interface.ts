// What the system knows of an interface besides its name.
import type { Interface, LocalNetwork, TunnelStanding, VpnClient } from "$engine";
import { has, sayWith } from "../../words/say";

/** What its driver calls itself, and what it was dialled with, as far as known. Data, for people; it proves nothing. */
export function facts(of: Interface): string[] {
  const dialled = of.entry && sayWith(words(of.entry.client), { name: of.entry.name });
  // Some drivers call themselves what the system calls them.
  const driver = of.description === of.name ? undefined : of.description;
  return [driver, dialled].filter((fact): fact is string => fact !== undefined && fact !== "");
}

const words = (client: VpnClient): string => (has(`ui.vpn.entry.${client}`) ? `ui.vpn.entry.${client}` : "ui.vpn.entry.any");

/** The interface that the tunnel stands on, among those that are up. */
export function carrier(tunnel: TunnelStanding, local: LocalNetwork | undefined): Interface | undefined {
  if (tunnel.standing !== "up") return undefined;
  return local?.interfaces.find((each) => each.name === tunnel.interface);
}

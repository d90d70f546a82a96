// What an ARM id says of what it names.

/** The resource group in it; empty where there is none. */
export function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
}

/** Its last part: the resource's own name. */
export const nameOf = (id: string): string => id.split("/").at(-1) ?? id;

/** A subnet's name with its network's before it. */
export function subnetOf(id: string): string {
  const network = /\/virtualNetworks\/([^/]+)/i.exec(id)?.[1];
  return network === undefined ? nameOf(id) : `${network} / ${nameOf(id)}`;
}

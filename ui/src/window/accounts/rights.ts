// What is told of the rights in a subscription: three facts, and the one remark that matters most.
import type { Right, SubscriptionRights } from "$engine";

export type Fact = "sees-vms" | "reads-policies" | "may-request";

export const facts = (rights: SubscriptionRights): { fact: Fact; right: Right }[] => [
  { fact: "sees-vms", right: rights.sees_vms },
  { fact: "reads-policies", right: rights.reads_policies },
  { fact: "may-request", right: rights.may_request },
];

/** Which remark stands below: what is not known before what is not so before what is. */
export function note(rights: SubscriptionRights): Right {
  const all = facts(rights).map(({ right }) => right);
  const found = (["cannot-see", "not-whole"] as const).find((right) => all.includes(right));
  return found ?? "yes";
}

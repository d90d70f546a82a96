// Who is signed in without having signed in here.
import type { Way } from "$engine";
import { say } from "./say";

/** By what Azure is spoken to where no account of a person's is. */
export function otherwiseWords(way: Way): string {
  if (way === "environment" || way === "azure-cli") return say(`ui.accounts.by.${way}`);
  return say("ui.accounts.by.any", { way: say(`ui.accounts.way.${way}`) });
}

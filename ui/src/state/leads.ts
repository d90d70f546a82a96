// Where an advice leads: some can be followed by opening a page, the others are only to be read.
import type { Problem, WayOut, WindowPage, Wish } from "$engine";
import type { Key } from "../words/say";

export interface Lead {
  /** The words on its button. */
  label: Key;
  wish: Wish;
}

const vpn = ["import-profile", "dial", "refresh-profile", "dial-the-right-one", "fetch-profile-again"];
const accounts = ["switch-account", "switch-tenant-on", "other-sign-in", "other-way", "without-keyring", "unlock-keyring", "sign-in"];
const settings = ["mend-settings", "mend-setting", "enter-proxy", "set-client-id", "check-client-id", "set-tenant", "check-tenant", "trust-issuer", "sign-rdp"];
const vms = ["nearest-names", "list-fresh", "choose-vm"];

const show = (page: WindowPage): Wish => ({ window: "show", page });
const pages: [keys: string[], lead: Lead][] = [
  [vpn, { label: "ui.lead.vpn", wish: show({ page: "vpn" }) }],
  [accounts, { label: "ui.lead.accounts", wish: show({ page: "accounts" }) }],
  [settings, { label: "ui.lead.settings", wish: show({ page: "settings" }) }],
  [vms, { label: "ui.lead.vms", wish: show({ page: "vms" }) }],
];

/** What a connection of one's own can be asked for differently: the button that opens the small menu. */
export function choiceOf(ways: readonly WayOut[]): Key | undefined {
  const keys = ways.flatMap((way) => (way.way === "advice" ? [way.key] : []));
  return (["other-port", "shorter-duration", "give-reason"] as const).filter((key) => keys.includes(key)).map((key): Key => `ui.lead.${key}`)[0];
}

/** The button of an advice, where there is something to press. */
export function leadOf(key: string, problem: Problem): Lead | undefined {
  if (key === "admin-consent" && problem.code === "consent-missing" && problem.page !== null) {
    return { label: "ui.lead.consent", wish: { window: "open-page", page: problem.page } };
  }
  return pages.find(([keys]) => keys.includes(key))?.[1];
}

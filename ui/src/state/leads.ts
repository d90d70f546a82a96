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
const settings = ["mend-settings", "enter-proxy", "set-client-id", "check-client-id", "set-tenant", "check-tenant", "trust-issuer", "sign-rdp"];
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

/** Where a problem leads that stands alone, without ways out of a connection. */
export function leadFor(problem: Problem): Lead | undefined {
  const keys: Partial<Record<Problem["code"], string>> = {
    "not-signed-in": "sign-in",
    "wrong-tenant": "switch-account",
    "tenant-off": "switch-tenant-on",
    "tokens-unreadable": "sign-in",
    "keyring-missing": "unlock-keyring",
    "sign-in-timed-out": "other-way",
    "way-forbidden": "other-way",
    "blocked-by-conditional-access": "other-sign-in",
    "consent-missing": "admin-consent",
    "tunnel-down": "dial",
    "pool-unknown": "import-profile",
    "profile-unreadable": "fetch-profile-again",
    "settings-invalid": "mend-settings",
    "proxy-sign-in": "enter-proxy",
    "issuer-unknown": "trust-issuer",
    "app-misconfigured": "check-client-id",
    "tenant-unknown": "check-tenant",
    "vm-not-found": "nearest-names",
    "vm-ambiguous": "choose-vm",
    "vm-gone": "list-fresh",
  };
  const key = keys[problem.code];
  return key === undefined ? undefined : leadOf(key, problem);
}

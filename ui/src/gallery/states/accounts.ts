// Accounts: nobody, several, every stage of a sign-in, and signing out.
import type { State } from "../state";

const page = { path: "window/accounts", size: "window" } as const;
/** Asks what may be done in a subscription. */
const ASK = ".rights > button";

const stages = ["opening", "browser", "browser-not-opened", "code", "cli", "failed"].map(
  (stage): State => ({
    id: `window-accounts-${stage}`,
    title: `Signing in: ${stage.replaceAll("-", " ")}`,
    moment: `sign-in-${stage}`,
    ...page,
  }),
);

export const accountStates: State[] = [
  { id: "window-accounts", title: "Several accounts", moment: "accounts", path: "window/accounts", size: "long" },
  {
    id: "window-accounts-rights",
    title: "What may be done in each subscription",
    moment: "accounts",
    path: "window/accounts",
    size: "longest",
    does: async ({ see }) => {
      await see(ASK);
      for (const button of document.querySelectorAll<HTMLElement>(ASK)) button.click();
      await see("[aria-live] li");
    },
  },
  {
    id: "window-accounts-rights-unseen",
    title: "What may be done cannot be seen",
    moment: "ready",
    path: "window/accounts",
    size: "long",
    answers: ["rights-unseen"],
    does: ({ press }) => press(ASK),
  },
  { id: "window-accounts-one", title: "One account", moment: "ready", ...page },
  { id: "window-accounts-none", title: "Nobody is signed in", moment: "first-run", ...page },
  { id: "window-accounts-small", title: "The smallest window", moment: "accounts", path: "window/accounts", size: "small" },
  ...stages,
  { id: "window-accounts-challenge", title: "Azure wants a stronger sign-in", moment: "sign-in-challenge", ...page },
  {
    id: "window-accounts-no-tenant",
    title: "What was typed is no organisation",
    moment: "first-run",
    ...page,
    does: async ({ write, press }) => {
      await write(".at input", "not a domain");
      await press("li button");
    },
  },
  {
    id: "window-accounts-hindered",
    title: "Ways that something stands against",
    moment: "first-run",
    ...page,
    but: ({ snapshot }) => {
      for (const offer of snapshot.accounts.ways) {
        if (offer.way === "azure-cli") continue;
        const why = offer.way === "browser" ? "not-set-up" : "policy";
        const words = { "not-set-up": "it is not set up on this computer", policy: "machine policy forbids it" }[why];
        const way = { browser: "the browser", "device-code": "a device code", environment: "the environment", broker: "Windows" }[offer.way];
        offer.hindrance = { code: "way-forbidden", way: offer.way, why, params: { way, why: words } };
      }
      snapshot.accounts.kept = "memory";
    },
  },
  {
    id: "window-accounts-sign-out",
    title: "Asks before signing out",
    moment: "open",
    ...page,
    does: ({ press }) => press("section header button"),
  },
  {
    id: "window-accounts-sign-out-cli",
    title: "Asks before signing out of Azure CLI's account",
    moment: "accounts",
    ...page,
    does: ({ press }) => press("section:nth-of-type(3) header button, section:last-of-type header button"),
  },
  {
    id: "window-accounts-leaving",
    title: "An account is being signed out",
    moment: "ready",
    ...page,
    but: ({ snapshot }) => (snapshot.accounts.signing_out = snapshot.accounts.accounts.map(({ id }) => id)),
  },
];

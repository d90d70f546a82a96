// What a wish does to the moment that is played: as little of the engine as a page needs to go on.
import type { AccountTenant, ConnectionView, ConnectWish, Done, Intent, ProfileEntry, Shown, SignInStage, SignInWish, Snapshot, StoreWish } from "$engine";
import { millis } from "../../words/time";
import type { Estate } from "./estate";
import type { Settings } from "./settings";

export const NOTHING_DONE: Done = { connection: null, saved: null, imported: [] };

export interface Stage {
  snapshot: Snapshot;
  /** Now, in milliseconds since 1970. */
  now: number;
  estate: Estate;
  settings: Settings;
  profiles: ProfileEntry[];
  hidden: Set<string>;
  /** Another moment, to take a part of. */
  moment(name: string): Promise<Shown>;
}

export async function intend(intent: Intent, stage: Stage): Promise<Done> {
  const { snapshot } = stage;
  switch (intent.intent) {
    case "connect":
      return connect(intent, stage);
    case "cancel":
    case "clear":
      snapshot.connections = snapshot.connections.filter(({ id }) => id !== intent.connection);
      snapshot.alerts = snapshot.alerts.filter((alert) => alert.alert !== "connection" || alert.connection !== intent.connection);
      return NOTHING_DONE;
    case "answer":
      answer(intent.connection, stage);
      return NOTHING_DONE;
    case "extend":
      for (const { access } of snapshot.accesses) {
        if (access.request !== intent.request || typeof access.standing !== "object" || !("running" in access.standing)) continue;
        access.standing.running.expires_at = new Date(stage.now + millis(intent.duration ?? snapshot.settings.duration)).toISOString();
      }
      snapshot.alerts = snapshot.alerts.filter((alert) => alert.alert !== "ends-soon" || alert.request !== intent.request);
      return NOTHING_DONE;
    case "dismiss":
      snapshot.alerts = snapshot.alerts.filter((alert) => !("request" in alert) || alert.request !== intent.request);
      return NOTHING_DONE;
    case "sign-in":
      return signIn(intent, stage);
    case "cancel-sign-in":
      for (const one of snapshot.accounts.sign_ins) if (one.id === intent.sign_in) Object.assign(one, { stage: { stage: "cancelled" }, until: null });
      return NOTHING_DONE;
    case "clear-sign-in":
      snapshot.accounts.sign_ins = snapshot.accounts.sign_ins.filter(({ id }) => id !== intent.sign_in);
      snapshot.alerts = snapshot.alerts.filter((alert) => alert.alert !== "sign-in" || alert.sign_in !== intent.sign_in);
      return NOTHING_DONE;
    case "sign-out":
      snapshot.accounts.accounts = snapshot.accounts.accounts.filter(({ id }) => id !== intent.account);
      return NOTHING_DONE;
    case "switch-tenant":
      tenants(snapshot, intent.account, (tenant) => {
        if (tenant.id === intent.tenant) tenant.on = intent.on;
      });
      return NOTHING_DONE;
    case "use-account":
      for (const account of snapshot.accounts.accounts) {
        for (const tenant of account.tenants) if (tenant.id === intent.tenant) tenant.used = account.id === intent.account;
      }
      return NOTHING_DONE;
    case "follow-link": {
      const { link } = snapshot;
      snapshot.link = null;
      snapshot.alerts = snapshot.alerts.filter(({ alert }) => alert !== "link");
      if (!intent.go || link?.found == null) return NOTHING_DONE;
      return connect({ vm: link.found.vm.id, service: link.service, duration: null, reason: null, launch: true, command: [], dry_run: false, insist: false, attended: true }, stage);
    }
    case "dial":
    case "hang-up":
      snapshot.dial = { entry: intent.entry, ends: intent.intent === "hang-up", stage: { stage: "under-way" } };
      return NOTHING_DONE;
    case "stop-dial":
      delete snapshot.dial;
      return NOTHING_DONE;
    case "seen":
      return NOTHING_DONE;
    case "hide-subscription":
      if (intent.hidden) stage.hidden.add(intent.subscription);
      else stage.hidden.delete(intent.subscription);
      return NOTHING_DONE;
  }
}

export function store(wish: StoreWish, stage: Stage): Done {
  switch (wish.store) {
    case "mark-favourite": {
      const { snapshot, estate } = stage;
      const entry = snapshot.pinned.find(({ vm }) => vm.id === wish.vm) ?? estate.find(wish.vm);
      if (entry === undefined) return NOTHING_DONE;
      const marked = { ...entry, favourite: wish.marked };
      const others = snapshot.pinned.filter(({ vm }) => vm.id !== wish.vm);
      snapshot.pinned = wish.marked ? [marked, ...others] : [...others, ...(entry.last_used === null ? [] : [marked])];
      return NOTHING_DONE;
    }
    case "set":
    case "set-for-vm": {
      const problem = stage.settings.set(wish.key, wish.value, wish.store === "set" ? undefined : wish.vm);
      if (problem !== null) throw problem;
      if (wish.store === "set") show(stage);
      return NOTHING_DONE;
    }
    case "import-profile": {
      if (!atob(wish.content).includes("AzVpnProfile")) {
        const params = { file: wish.name, expected: "a VPN profile of Azure" };
        throw { code: "profile-unreadable", ...params, params };
      }
      const name = wish.name.replace(/\.[a-z]+$/i, "");
      stage.profiles.push({ name, gateway: "azuregateway-hub.vpn.azure.com", kinds: ["OpenVPN"], pools: ["172.16.201.0/24"], full_tunnel: false });
      return { ...NOTHING_DONE, imported: [name] };
    }
    case "forget-profile":
      stage.profiles.splice(0, stage.profiles.length, ...stage.profiles.filter(({ name }) => name !== wish.name));
      return NOTHING_DONE;
    case "export-history":
      return { ...NOTHING_DONE, saved: "/home/worker/Downloads/gangway-history-2026-03-02.csv" };
    case "export-report":
      return { ...NOTHING_DONE, saved: "/home/worker/Downloads/gangway-report-2026-03-02.txt" };
  }
}

async function connect(wish: ConnectWish, stage: Stage): Promise<Done> {
  const { snapshot, estate } = stage;
  const like = (await stage.moment("connecting-looking")).snapshot.connections[0];
  if (like === undefined) throw new Error("connecting-looking has no connection");
  const id = 1 + Math.max(0, ...snapshot.connections.map((one) => one.id));
  const connection: ConnectionView = { ...like, id, vm: wish.vm, vm_name: estate.find(wish.vm)?.vm.name ?? wish.vm, service: wish.service };
  snapshot.connections = [...snapshot.connections, connection];
  return { ...NOTHING_DONE, connection: id };
}

/** An answer is taken: the question is gone, and the connection goes on. */
function answer(id: number, { snapshot }: Stage): void {
  for (const connection of snapshot.connections) {
    if (connection.id !== id) continue;
    const steps = connection.steps.map((step) => (step.standing === "failed" ? { ...step, standing: "running" as const } : step));
    Object.assign(connection, { question: null, problem: null, ways_out: [], state: "looking", steps });
  }
  snapshot.alerts = snapshot.alerts.filter((alert) => alert.alert !== "connection" || alert.connection !== id);
}

async function signIn(wish: SignInWish, stage: Stage): Promise<Done> {
  const { accounts } = stage.snapshot;
  stage.snapshot.alerts = stage.snapshot.alerts.filter(({ alert }) => alert !== "sign-in");
  const way = wish.way ?? "browser";
  const name = way === "device-code" ? "sign-in-code" : way === "azure-cli" ? "sign-in-cli" : "sign-in-browser";
  const like = (await stage.moment(name)).snapshot.accounts.sign_ins[0];
  const begun: SignInStage = like?.stage ?? { stage: "opening" };
  const id = 1 + Math.max(0, ...accounts.sign_ins.map((one) => one.id));
  accounts.sign_ins = [
    ...accounts.sign_ins,
    { id, way, tenant: wish.tenant, account: wish.account, challenged: false, stage: begun, until: like?.until ?? null, problem: null, ways_out: [] },
  ];
  return NOTHING_DONE;
}

function tenants(snapshot: Snapshot, account: string, change: (tenant: AccountTenant) => void): void {
  snapshot.accounts.accounts.find(({ id }) => id === account)?.tenants.forEach(change);
}

/** What views need of the settings follows them. */
function show({ snapshot, settings }: Stage): void {
  const theme = settings.value("theme");
  snapshot.settings = {
    ...snapshot.settings,
    theme: theme === "light" || theme === "dark" ? theme : "system",
    notices: settings.value("notices") === "true",
    autostart: settings.value("autostart") === "true",
    reason_required: settings.value("reason_required") === "true",
    language: settings.value("language") || null,
  };
}

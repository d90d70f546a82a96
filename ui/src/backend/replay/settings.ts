// The settings that the replay host has: every key, what fits it, and what was changed meanwhile.
import type { Problem, SettingEntry, SettingKind } from "$engine";

const TOGGLE: SettingKind = { kind: "toggle" };
const TIME: SettingKind = { kind: "time" };
const NUMBER: SettingKind = { kind: "number" };
const TEXT: SettingKind = { kind: "text" };
const LIST: SettingKind = { kind: "list" };
const of = (...values: string[]): SettingKind => ({ kind: "choice", of: values });

const DEFAULTS: readonly (readonly [key: string, kind: SettingKind, value: string])[] = [
  ["duration", TIME, "1h"],
  ["warn_before", LIST, '["15m", "5m"]'],
  ["on_address_change", of("ask", "renew"), "ask"],
  ["always_request", TOGGLE, "false"],
  ["reason_required", TOGGLE, "false"],
  ["rule_late_after", TIME, "1m"],
  ["cloud", TEXT, "public"],
  ["tenants", LIST, "[]"],
  ["extra_pools", LIST, "[]"],
  ["history_days", NUMBER, "90"],
  ["log_level", of("off", "error", "warn", "info", "debug", "trace"), "info"],
  ["theme", of("system", "light", "dark"), "system"],
  ["language", TEXT, ""],
  ["autostart", TOGGLE, "false"],
  ["notices", TOGGLE, "true"],
  ["client_id", TEXT, ""],
  ["tenant", TEXT, ""],
  ["sign_in_ways", LIST, '["browser", "azure-cli", "device-code", "environment", "broker"]'],
  ["browser", LIST, "[]"],
  ["proxy", TEXT, ""],
  ["proxy_user", TEXT, ""],
  ["extra_ca", TEXT, ""],
  ["ssh.user", TEXT, ""],
  ["ssh.identity", TEXT, ""],
  ["ssh.known_hosts", TEXT, ""],
  ["ssh.terminal", TEXT, ""],
  ["rdp.user", TEXT, ""],
  ["rdp.target", of("automatic", "name", "address"), "automatic"],
  ["rdp.launch", of("automatic", "file", "signed-file", "direct"), "automatic"],
  ["rdp.thumbprint", TEXT, ""],
  ["rdp.entra_sign_in", TOGGLE, "false"],
  ["rdp.full_screen", TOGGLE, "false"],
  ["rdp.all_monitors", TOGGLE, "false"],
  ["rdp.width", NUMBER, ""],
  ["rdp.height", NUMBER, ""],
  ["rdp.clipboard", TOGGLE, "false"],
  ["rdp.drives", TOGGLE, "false"],
  ["rdp.printers", TOGGLE, "false"],
  ["rdp.smart_cards", TOGGLE, "false"],
  ["rdp.sound", TOGGLE, "false"],
];

const OF_VM: readonly (readonly [key: string, kind: SettingKind])[] = [
  ["protocol", of("rdp", "ssh", "port")],
  ["ssh_port", NUMBER],
  ["rdp_port", NUMBER],
  ["port", NUMBER],
  ["user", TEXT],
  ["duration", TIME],
];

/** What an organisation set: shown, and never changed here. */
const LOCKED: readonly SettingEntry[] = [
  { key: "client_id", value: "00001111-aaaa-2222-bbbb-3333cccc4444", origin: "policy", kind: TEXT },
  { key: "rdp.drives", value: "false", origin: "policy", kind: TOGGLE },
];

const FITS: Record<SettingKind["kind"], RegExp> = {
  toggle: /^(true|false)$/,
  choice: /./,
  time: /^(\d+ ?(h|m|s|min)? ?)+$/,
  number: /^\d+$/,
  text: /./,
  list: /^\[.*\]$/s,
};

export const FILE = "/home/worker/.config/gangway/settings.toml";

export class Settings {
  readonly #set = new Map<string, string>();

  rows(): SettingEntry[] {
    return DEFAULTS.map(([key, kind, value]) => LOCKED.find((row) => row.key === key) ?? this.#row(key, key, kind, value));
  }

  rowsOf(vm: string): SettingEntry[] {
    return OF_VM.map(([key, kind]) => this.#row(key, `${vm} ${key}`, kind, ""));
  }

  /** Takes a value, or says why not. */
  set(key: string, value: string | null, vm = ""): Problem | null {
    const rows = vm === "" ? this.rows() : this.rowsOf(vm);
    const row = rows.find((one) => one.key === key);
    if (row === undefined || row.origin === "policy") return mistake(key);
    const fits = value === null || (FITS[row.kind.kind].test(value) && (row.kind.kind !== "choice" || row.kind.of.includes(value)));
    if (!fits) return mistake(key);
    const place = vm === "" ? key : `${vm} ${key}`;
    if (value === null) this.#set.delete(place);
    else this.#set.set(place, value);
    return null;
  }

  value(key: string): string {
    return this.rows().find((row) => row.key === key)?.value ?? "";
  }

  #row(key: string, place: string, kind: SettingKind, value: string): SettingEntry {
    const set = this.#set.get(place);
    return { key, kind, value: set ?? value, origin: set === undefined ? "default" : "file" };
  }
}

function mistake(key: string): Problem {
  const words = { file: FILE, mistake: `${key}: this value does not fit` };
  return { code: "settings-invalid", ...words, line: 1, column: 1, params: { ...words, line: "1", column: "1" } };
}

// Which setting stands under which heading, in the order of reading.
import type { SettingEntry } from "$engine";

export type GroupId = "look" | "access" | "rdp" | "ssh" | "vpn" | "azure" | "network" | "files" | "other";

export interface Group {
  id: GroupId;
  rows: SettingEntry[];
}

const ORDER: readonly [GroupId, readonly string[]][] = [
  ["look", ["theme", "language", "autostart", "notices"]],
  ["access", ["duration", "warn_before", "on_address_change", "always_request", "reason_required", "rule_late_after"]],
  ["rdp", []],
  ["ssh", []],
  ["vpn", ["vpn", "extra_pools", "pools", "allowed_sources", "whole_prefixes", "full_tunnel", "may_confirm_tunnel"]],
  ["azure", ["cloud", "client_id", "tenant", "tenants", "sign_in_ways", "browser"]],
  ["network", ["proxy", "proxy_user", "extra_ca"]],
  ["files", ["history_days", "log_level"]],
  ["other", []],
];

function groupOf(key: string): GroupId {
  for (const [id, keys] of ORDER) if (keys.includes(key)) return id;
  const table = key.split(".", 1)[0];
  return table === "rdp" || table === "ssh" ? table : "other";
}

/** The rows under their headings; no row is lost, an unknown one stands last. */
export function grouped(rows: readonly SettingEntry[]): Group[] {
  return ORDER.map(([id, keys]) => {
    const mine = rows.filter((row) => groupOf(row.key) === id);
    const place = (row: SettingEntry): number => {
      const at = keys.indexOf(row.key);
      return at < 0 ? keys.length : at;
    };
    return { id, rows: mine.toSorted((a, b) => place(a) - place(b)) };
  }).filter((group) => group.rows.length > 0);
}

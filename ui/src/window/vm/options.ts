// Which option of one virtual machine stands under which heading.
import type { SettingEntry } from "$engine";

export type OptionGroupId = "connection" | "display" | "shared" | "security" | "other";

export interface OptionGroup {
  id: OptionGroupId;
  rows: SettingEntry[];
  /** How many of them differ from what holds everywhere. */
  set: number;
}

const KEYS: Readonly<Record<Exclude<OptionGroupId, "other">, readonly string[]>> = {
  connection: ["protocol", "duration", "user", "name", "rdp.target", "rdp_port", "ssh_port", "port"],
  display: ["rdp.full_screen", "rdp.all_monitors", "rdp.monitors", "rdp.width", "rdp.height"],
  shared: [
    "rdp.clipboard", "rdp.drives", "rdp.printers", "rdp.smart_cards", "rdp.webauthn", "rdp.sound", "rdp.microphone",
    "rdp.cameras", "rdp.usb", "rdp.com_ports", "rdp.location",
  ],
  security: ["rdp.entra_sign_in", "rdp.protection", "rdp.admin"],
};
const KNOWN = new Set(Object.values(KEYS).flat());

/** The rows under their headings, in the order of reading; no row is lost, an unknown one stands last. */
export function optionGroups(rows: readonly SettingEntry[]): OptionGroup[] {
  const listed = Object.entries(KEYS).map(([id, keys]) => ({
    id: id as OptionGroupId,
    rows: keys.flatMap((key) => rows.filter((row) => row.key === key)),
  }));
  const other = { id: "other" as const, rows: rows.filter((row) => !KNOWN.has(row.key)) };
  return [...listed, other]
    .filter((group) => group.rows.length > 0)
    .map((group) => ({ ...group, set: group.rows.filter((row) => row.origin !== "default").length }));
}

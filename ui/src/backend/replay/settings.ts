// The settings that the replay host has: those of the example answers, and what was changed meanwhile.
import type { Problem, SettingEntry, SettingKind } from "$engine";

const FITS: Record<SettingKind["kind"], RegExp> = {
  toggle: /^(true|false)$/,
  choice: /./,
  time: /^(\d+ ?(h|m|s|min) ?)+$/,
  number: /^\d+$/,
  text: /./,
  list: /^\[.*\]$/s,
};

export class Settings {
  readonly #set = new Map<string, SettingEntry>();

  constructor(
    private readonly begun: readonly SettingEntry[],
    private readonly ofVm: readonly SettingEntry[],
    readonly file: string,
  ) {}

  rows(): SettingEntry[] {
    return this.begun.map((row) => this.#set.get(row.key) ?? row);
  }

  /** What is different for one VM, beginning with `known`. */
  rowsOf(vm: string, known: readonly SettingEntry[]): SettingEntry[] {
    return known.map((row) => this.#set.get(`${vm} ${row.key}`) ?? row);
  }

  /** Takes a value, or says why not. */
  set(key: string, value: string | null, vm?: string): Problem | null {
    const row = (vm === undefined ? this.begun : this.ofVm).find((one) => one.key === key);
    if (row === undefined || row.origin === "policy" || !row.here) return this.#mistake(key);
    const fits = value === null || (FITS[row.kind.kind].test(value) && (row.kind.kind !== "choice" || row.kind.of.includes(value)));
    if (!fits) return this.#mistake(key);
    this.#set.set(vm === undefined ? key : `${vm} ${key}`, { ...row, value: value ?? "", origin: value === null ? "default" : "file" });
    return null;
  }

  value(key: string): string {
    return this.rows().find((row) => row.key === key)?.value ?? "";
  }

  #mistake(key: string): Problem {
    const words = { file: this.file, mistake: `${key}: this value does not fit` };
    return { code: "settings-invalid", ...words, line: 1, column: 1, params: { ...words, line: "1", column: "1" } };
  }
}

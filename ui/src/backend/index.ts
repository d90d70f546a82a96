// Chooses the host: the shell, or in a test build the one that plays what the engine's tests wrote.
import type { Backend } from "./backend";
import { inTauri, tauri } from "./tauri";

export type { Backend } from "./backend";

export async function connect(): Promise<Backend> {
  if (inTauri()) return tauri;
  // A shipped build leaves this branch out: it has no fixtures.
  if (import.meta.env.MODE !== "production") {
    const { replay } = await import("./replay");
    const asked = new URLSearchParams(location.search);
    const vms = asked.get("vms");
    const answers = asked.getAll("answer");
    return replay(asked.get("fixture") ?? undefined, { vms: vms === null ? undefined : Number(vms), answers });
  }
  throw new Error("this page is shown by gangway-tray only");
}

// Chooses the host: the shell, or in a test build the one that plays what the engine's tests wrote.
import type { Backend } from "./backend";
import { inTauri, tauri } from "./tauri";

export type { Backend } from "./backend";

export async function connect(): Promise<Backend> {
  if (inTauri()) return tauri;
  // A shipped build leaves this branch out: it has no fixtures.
  if (import.meta.env.MODE !== "production") {
    const { replay } = await import("./replay");
    return replay(new URLSearchParams(location.search).get("fixture") ?? undefined);
  }
  throw new Error("this page is shown by gangway-tray only");
}

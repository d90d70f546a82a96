// The real host. The one file that knows Tauri.
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Done, Page, Query, Shown, Wish } from "$engine";
import type { Backend } from "./backend";

export const inTauri = (): boolean => isTauri() || "__TAURI_INTERNALS__" in window;

export const tauri: Backend = {
  dispatch: (wish: Wish) => invoke<Done>("dispatch", { wish }),
  query: (query: Query) => invoke<Page>("query", { query }),
  snapshot: () => invoke<Shown>("snapshot"),
  onChange: (heard) => listen<Shown>("snapshot-changed", (event) => heard(event.payload)),
};

// The real host. The one file that knows Tauri.
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Done, Page, Query, Shown, Wish } from "$engine";
import type { Backend } from "./backend";

export const inTauri = (): boolean => isTauri() || "__TAURI_INTERNALS__" in window;

declare global {
  interface Window {
    /** Written by the shell before any script of the page runs. */
    readonly __GANGWAY_SHOWN__?: Shown;
  }
}

export const tauri: Backend = {
  ...(window.__GANGWAY_SHOWN__ && { first: window.__GANGWAY_SHOWN__ }),
  dispatch: (wish: Wish) => invoke<Done>("dispatch", { wish }),
  query: (query: Query) => invoke<Page>("query", { query }),
  snapshot: () => invoke<Shown>("snapshot"),
  onChange: (heard) => listen<Shown>("snapshot-changed", (event) => heard(event.payload)),
};

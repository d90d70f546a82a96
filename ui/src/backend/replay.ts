// A host that plays what the engine's tests wrote: for reviewers, for tests and for `vite preview`.
import type { Done, Page, Query, Shown, Wish } from "$engine";
import type { Backend } from "./backend";

const files = import.meta.glob<Shown>("../../../crates/engine/fixtures/*.json", { import: "default" });

/** The names of the moments that can be played. */
export const moments = (): string[] => Object.keys(files).map((path) => path.replace(/^.*\/|\.json$/g, "")).sort();

export async function replay(name = "ready"): Promise<Backend> {
  const file = files[`../../../crates/engine/fixtures/${name}.json`];
  if (file === undefined) throw new Error(`no fixture is called ${name}`);
  const shown = await file();
  return {
    dispatch: (_wish: Wish): Promise<Done> => Promise.resolve({ connection: null, saved: null, imported: [] }),
    query: (_query: Query): Promise<Page> => Promise.resolve({ page: "vms", rows: [], matching: 0, age: null, problems: [] }),
    snapshot: () => Promise.resolve(shown),
    onChange: () => Promise.resolve(() => undefined),
  };
}

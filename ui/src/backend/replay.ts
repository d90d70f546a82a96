// A host that plays what the engine's tests wrote: for reviewers, for tests and for `vite preview`.
import type { Done, Page, Query, Shown, Wish } from "$engine";
import type { Backend } from "./backend";
import { answer, type Known } from "./replay/answers";
import { estate } from "./replay/estate";
import { Examples, moment } from "./replay/files";
import { intend, NOTHING_DONE, store, type Stage } from "./replay/moves";
import { Settings } from "./replay/settings";

export { moments } from "./replay/files";

export interface Options {
  /** So many virtual machines; those of the example where nothing is said. */
  vms?: number | undefined;
  /** Example answers to give whatever the moment says: `vms-offline`, `settings-invalid`, … */
  answers?: readonly string[];
}

/** Plays a moment. */
export async function replay(name = "ready", { vms, answers = [] }: Options = {}): Promise<Backend> {
  const [begun, examples] = await Promise.all([moment(name), Examples.read()]);
  const [then, loaded] = [Date.parse(begun.now), Date.now()];
  const heard = new Set<(shown: Shown) => void>();
  const settings = examples.page("settings", "settings");
  const stage: Stage = {
    snapshot: begun.snapshot,
    now: then,
    estate: estate(examples.page("vms", "vms").rows, begun.snapshot, vms),
    settings: new Settings(settings.rows, examples.page("vm", "vm").options, settings.file),
    profiles: examples.page(answers.includes("profiles-none") ? "profiles-none" : "profiles", "profiles").rows,
    hidden: new Set(examples.page("subscriptions", "subscriptions").rows.flatMap(({ id, hidden }) => (hidden ? [id] : []))),
    moment,
  };
  const shown = (): Shown => {
    stage.now = then + Date.now() - loaded;
    return structuredClone({ now: new Date(stage.now).toISOString(), snapshot: stage.snapshot });
  };
  const tell = (): void => {
    for (const each of heard) each(shown());
  };
  // A test may say what became of it meanwhile.
  addEventListener("gangway-shown", (event) => {
    stage.snapshot = (event as CustomEvent<Shown>).detail.snapshot;
    tell();
  });
  return {
    async dispatch(wish: Wish): Promise<Done> {
      dispatchEvent(new CustomEvent<Wish>("gangway-wish", { detail: wish }));
      if ("window" in wish) return NOTHING_DONE;
      stage.snapshot = structuredClone(stage.snapshot);
      const done = "store" in wish ? store(wish, stage) : await intend(wish, stage);
      tell();
      return done;
    },
    async query(query: Query): Promise<Page> {
      const known: Known = { ...stage, examples, shown: { now: new Date(stage.now).toISOString(), snapshot: stage.snapshot } };
      const named = query.query === "profiles" ? undefined : examples.instead(answers, query);
      return named ?? answer(query, known);
    },
    snapshot: async () => shown(),
    async onChange(hear) {
      heard.add(hear);
      return () => void heard.delete(hear);
    },
  };
}

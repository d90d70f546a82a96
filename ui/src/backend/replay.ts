// A host that plays what the engine's tests wrote: for reviewers, for tests and for `vite preview`.
import type { Done, Page, Query, Shown, Wish } from "$engine";
import type { Backend } from "./backend";
import { answer, type Known } from "./replay/answers";
import { estate } from "./replay/estate";
import { intend, NOTHING_DONE, store, type Stage } from "./replay/moves";
import { Settings } from "./replay/settings";

const files = import.meta.glob<Shown>("../../../crates/engine/fixtures/*.json", { import: "default" });
/** As many as a company of some size has. */
const USUALLY = 214;

/** The names of the moments that can be played. */
export const moments = (): string[] => Object.keys(files).map((path) => path.replace(/^.*\/|\.json$/g, "")).sort();

async function moment(name: string): Promise<Shown> {
  const file = files[`../../../crates/engine/fixtures/${name}.json`];
  if (file === undefined) throw new Error(`no fixture is called ${name}`);
  // A copy: what is played changes, the moment itself does not.
  return structuredClone(await file());
}

/** Plays a moment, with so many made virtual machines. */
export async function replay(name = "ready", vms = USUALLY): Promise<Backend> {
  const begun = await moment(name);
  const [then, loaded] = [Date.parse(begun.now), Date.now()];
  const heard = new Set<(shown: Shown) => void>();
  const stage: Stage = {
    snapshot: begun.snapshot,
    now: then,
    estate: estate(vms, begun.snapshot),
    settings: new Settings(),
    profiles: [{ name: "contoso-hub", gateway: "azuregateway-hub.vpn.azure.com", kinds: ["OpenVPN", "IKEv2"], pools: ["172.16.201.0/24"], full_tunnel: false }],
    hidden: new Set(),
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
      stage.snapshot = structuredClone(stage.snapshot);
      if ("window" in wish) return NOTHING_DONE;
      const done = "store" in wish ? store(wish, stage) : await intend(wish, stage);
      tell();
      return done;
    },
    async query(query: Query): Promise<Page> {
      const known: Known = { ...stage, shown: { now: new Date(stage.now).toISOString(), snapshot: stage.snapshot } };
      return answer(query, known);
    },
    snapshot: async () => shown(),
    async onChange(hear) {
      heard.add(hear);
      return () => void heard.delete(hear);
    },
  };
}

// Stands a page up in a test, over a host that keeps every wish and answers as the test says.
import { cleanup, configure, render } from "@testing-library/svelte";
import { tick } from "svelte";
import type { Done, Page, Problem, Query, Shown, Wish } from "$engine";
import App from "../App.svelte";
import { replay } from "../backend/replay";

// A page's code is loaded when it is first shown: on a busy machine that takes more than the usual second.
configure({ asyncUtilTimeout: 10_000 });

const NOTHING: Done = { connection: null, saved: null, imported: [] };

export interface Stood {
  /** Every wish that was asked, in order. */
  wishes: Wish[];
  /** The truth changes. */
  tell(change: (shown: Shown) => void): Promise<void>;
}

export interface Answers {
  moment?: string;
  /** What the host says to a wish: a problem refuses it, nothing leaves it to the replay. */
  wish?: (wish: Wish) => Done | Problem | undefined;
  query?: (query: Query) => Page | Promise<Page> | undefined;
  but?: (shown: Shown) => void;
}

/** A page of the window on a moment of the engine's tests. */
export async function stand(path: string, { moment = "ready", wish: says, query: reads, but }: Answers = {}): Promise<Stood> {
  cleanup();
  const inner = await replay(moment);
  let shown = await inner.snapshot();
  but?.(shown);
  const heard = new Set<(shown: Shown) => void>();
  const wishes: Wish[] = [];
  location.hash = `#/${path}`;
  render(App, {
    backend: {
      async dispatch(wish) {
        wishes.push(wish);
        const said = says?.(wish);
        if (said !== undefined && "code" in said) throw said as unknown;
        return said ?? ("window" in wish ? NOTHING : inner.dispatch(wish));
      },
      query: async (query) => reads?.(query) ?? inner.query(query),
      snapshot: async () => structuredClone(shown),
      onChange: async (hear) => {
        heard.add(hear);
        return () => void heard.delete(hear);
      },
    },
  });
  return {
    wishes,
    async tell(change) {
      shown = structuredClone(shown);
      change(shown);
      for (const hear of heard) hear(shown);
      await tick();
    },
  };
}

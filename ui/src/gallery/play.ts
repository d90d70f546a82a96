// Shows one state alone, as large as the page is, with its time standing still.
import { mount } from "svelte";
import type { Shown, Wish } from "$engine";
import App from "../App.svelte";
import type { Backend } from "../backend";
import { replay } from "../backend/replay";
import { moment } from "../backend/replay/files";
import { hand, settled } from "./hand";
import type { State } from "./state";

export interface Look {
  theme: "light" | "dark" | null;
  /** Size of text in per cent. */
  text: number;
}

export async function play(state: State, look: Look, target: HTMLElement): Promise<void> {
  const page = document.documentElement;
  page.dataset["still"] = "";
  if (look.text !== 100) page.style.fontSize = `${look.text}%`;
  document.title = state.title;

  // The moment's own time, before anything asks for it.
  const first = await moment(state.moment);
  const now = Date.parse(first.now);
  Date.now = () => now;

  const inner = await replay(state.moment, { answers: state.answers ?? [] });
  location.hash = `#/${typeof state.path === "string" ? state.path : state.path(first)}`;
  mount(App, { target, props: { backend: dressed(inner, state, look) } });
  await settled();
  await state.does?.(hand);
  await settled();
  page.dataset["ready"] = "";
}

/** The played host, with what this state wants otherwise. */
function dressed(inner: Backend, state: State, { theme }: Look): Backend {
  const change = (shown: Shown): Shown => {
    if (theme !== null) shown.snapshot.settings.theme = theme;
    state.but?.(shown);
    return shown;
  };
  return {
    dispatch: (wish: Wish) => {
      if (state.hangs) return new Promise(() => undefined);
      // A problem is what a host rejects with.
      if (state.refused !== undefined && !("window" in wish)) return Promise.reject(state.refused as unknown as Error);
      return inner.dispatch(wish);
    },
    query: (query) => inner.query(query),
    snapshot: async () => change(await inner.snapshot()),
    onChange: (heard) => inner.onChange((shown) => heard(change(shown))),
  };
}

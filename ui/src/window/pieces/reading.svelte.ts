// A list that a page reads: the last answer, and whether a newer one is on its way.
import type { Page, Problem, Query } from "$engine";
import { problemOf } from "../../state/shell.svelte";
import { A_MOMENT_MS } from "./doing.svelte";

type Kind = Query["query"] & Page["page"];
type Answer<K extends Kind> = Extract<Page, { page: K }>;

/** One place for the answers to one kind of query; the answer to the latest question wins. */
export class Reading<K extends Kind> {
  page = $state.raw<Answer<K> | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Asked and not answered for longer than a moment. */
  slow = $state(false);
  busy = $state(false);
  #asked = 0;
  #ask: (query: Query) => Promise<Page>;

  constructor(ask: (query: Query) => Promise<Page>) {
    this.#ask = ask;
  }

  /** Asks. What is shown stays until the answer is there. */
  async read(query: Extract<Query, { query: K }>): Promise<void> {
    const mine = ++this.#asked;
    this.busy = true;
    const timer = setTimeout(() => {
      if (mine === this.#asked) this.slow = true;
    }, A_MOMENT_MS);
    try {
      const page = await this.#ask(query);
      if (mine !== this.#asked) return;
      this.page = page as Answer<K>;
      this.problem = null;
    } catch (error) {
      if (mine === this.#asked) this.problem = problemOf(error);
    } finally {
      clearTimeout(timer);
      if (mine === this.#asked) {
        this.slow = false;
        this.busy = false;
      }
    }
  }
}

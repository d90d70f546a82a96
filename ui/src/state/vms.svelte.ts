// A long list of virtual machines, read page by page; an answer to an old question is never shown.
import type { Freshness, Problem, VmEntry, VmFilter } from "$engine";
import type { Backend } from "../backend";
import { millis } from "../words/time";
import { problemOf } from "./shell.svelte";

/** Rows of one read: a popover shows a dozen, a large window forty. */
export const PAGE = 64;
const KEPT_PAGES = 48;

/** What narrows nothing. */
export const ALL: VmFilter = { system: null, favourites: false, open: false, subscription: null, group: null };

export class VmList {
  /** What the rows answer to; what is typed may be ahead of it. */
  text = $state("");
  /** What the rows are narrowed to. */
  filter = $state.raw<VmFilter>(ALL);
  /** How many match; `null` until the first answer. */
  matching = $state<number | null>(null);
  /** How old the inventory is, in milliseconds; `null` where there has never been one. */
  age = $state<number | null>(null);
  problems = $state.raw<readonly Problem[]>([]);
  /** Why the last read failed. */
  failed = $state.raw<Problem | null>(null);
  /** Azure is being asked. */
  refreshing = $state(false);

  #pages = new Map<number, readonly VmEntry[]>();
  #version = $state(0);
  /** Written only: an effect that asks must not come to depend on it. */
  #refreshes = 0;
  /** What Azure said last of why it could not be read; a cached answer knows less. */
  #met: readonly Problem[] = [];
  #wanted = "";
  #narrow: VmFilter = ALL;
  #question = 0;
  #asking = false;
  #reading = new Set<number>();
  #sight: [first: number, last: number] = [0, 0];

  constructor(private readonly backend: Backend) {}

  at(index: number): VmEntry | undefined {
    void this.#version;
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Looks for a text, of what a filter wants. The rows of the old ones stay until the new ones are there. */
  look(text: string, filter = ALL): void {
    this.#wanted = text;
    this.#narrow = filter;
    this.#question++;
    void this.#ask();
  }

  /** Reads the same rows again; `warm` asks Azure where the inventory is old, `fresh` always. */
  async again(freshness: Freshness = "cached"): Promise<void> {
    this.#question++;
    if (freshness === "cached") return this.#ask();
    this.#refreshes++;
    this.refreshing = true;
    try {
      if (await this.#first(freshness)) return;
      // Something else was looked for meanwhile: that is what Azure's answer is searched for.
      this.#question++;
      await this.#ask();
    } finally {
      this.refreshing = --this.#refreshes > 0;
    }
  }

  /** Which rows are in sight: those that are missing are read. */
  sight(first: number, last: number): void {
    this.#sight = [first, last];
    void this.#fill();
  }

  /** One question at a time: of what is typed meanwhile only the last is asked. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (let question = -1; question !== this.#question; ) {
        question = this.#question;
        await this.#first("cached");
      }
    } finally {
      this.#asking = false;
    }
  }

  /** Whether what is asked stands: `false` where the answer came to a question of before. */
  async #first(freshness: Freshness): Promise<boolean> {
    const [question, text, filter] = [this.#question, this.#wanted, this.#narrow];
    // What is in sight comes first when the same list is read again.
    const offset = text === this.text && filter === this.filter && this.matching !== null ? Math.floor(this.#sight[0] / PAGE) * PAGE : 0;
    try {
      const page = await this.#read(text, filter, offset, freshness);
      if (freshness !== "cached") this.#met = page.problems;
      if (question !== this.#question) return false;
      this.#pages = new Map([[offset / PAGE, page.rows]]);
      this.#reading.clear();
      this.text = text;
      this.filter = filter;
      this.matching = page.matching;
      this.age = page.age === null ? null : millis(page.age);
      this.problems = joined(this.#met, page.problems);
      this.failed = null;
      this.#version++;
      void this.#fill();
    } catch (error) {
      // That Azure could not be asked is true whatever is looked for.
      if (question === this.#question || freshness !== "cached") this.failed = problemOf(error);
    }
    return true;
  }

  async #fill(): Promise<void> {
    const [first, last] = this.#sight;
    const end = Math.min(last, (this.matching ?? 0) - 1);
    for (let page = Math.floor(first / PAGE); page <= Math.floor(end / PAGE); page++) {
      if (!this.#pages.has(page) && !this.#reading.has(page)) void this.#page(page);
    }
  }

  async #page(page: number): Promise<void> {
    const [question, text, filter] = [this.#question, this.text, this.filter];
    this.#reading.add(page);
    try {
      const answer = await this.#read(text, filter, page * PAGE, "cached");
      if (question !== this.#question || text !== this.text || filter !== this.filter) return;
      this.#pages.set(page, answer.rows);
      for (const old of this.#pages.keys()) {
        if (this.#pages.size <= KEPT_PAGES) break;
        if (old !== page) this.#pages.delete(old);
      }
      this.#version++;
    } catch (error) {
      if (question === this.#question) this.failed = problemOf(error);
    } finally {
      this.#reading.delete(page);
    }
  }

  async #read(text: string, filter: VmFilter, offset: number, freshness: Freshness): Promise<Extract<Awaited<ReturnType<Backend["query"]>>, { page: "vms" }>> {
    const page = await this.backend.query({ query: "vms", text, offset, limit: PAGE, freshness, filter });
    if (page.page !== "vms") throw new Error(`asked for virtual machines, got ${page.page}`);
    return page;
  }
}

/** Both, each problem once. */
function joined(some: readonly Problem[], others: readonly Problem[]): readonly Problem[] {
  const known = new Set(some.map((problem) => JSON.stringify(problem)));
  return [...some, ...others.filter((problem) => !known.has(JSON.stringify(problem)))];
}

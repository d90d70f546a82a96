// The one store of the truth: what the shell said last, and nothing made up beside it.
import type { Shown, Snapshot } from "$engine";
import type { Backend } from "../backend";
import type { Clock } from "./clock.svelte";

export class Live {
  /** The last truth; `null` until the shell said one. */
  shown = $state.raw<Shown | null>(null);
  #order = 0;

  constructor(
    private readonly backend: Backend,
    private readonly clock: Clock,
  ) {
    if (backend.first) this.#take(backend.first);
  }

  get snapshot(): Snapshot | null {
    return this.shown?.snapshot ?? null;
  }

  /** When the snapshot was true, in milliseconds since 1970. */
  get at(): number {
    return this.shown === null ? 0 : Date.parse(this.shown.now);
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    let stopped = false;
    let stop: (() => void) | undefined;
    const begun = ++this.#order;
    void this.backend
      .onChange((shown) => this.#take(shown))
      .then((off) => {
        if (stopped) off();
        else stop = off;
        return this.backend.snapshot();
      })
      .then((shown) => {
        // A change that came meanwhile is newer than this answer.
        if (!stopped && this.#order === begun) this.#take(shown);
      });
    return () => {
      stopped = true;
      stop?.();
    };
  }

  #take(shown: Shown): void {
    this.#order++;
    this.clock.set(Date.parse(shown.now));
    this.shown = shown;
  }
}

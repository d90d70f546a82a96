// An action that takes time: whether it runs, whether that is worth telling, and how it failed.
import type { Problem } from "$engine";
import { problemOf } from "../../state/shell.svelte";

/** Shorter than this, an action is over before anybody could read that it runs. */
export const A_MOMENT_MS = 300;

export class Doing {
  /** It runs: its button takes no second click. */
  busy = $state(false);
  /** It runs for longer than a moment: say so. */
  slow = $state(false);
  /** How the last run failed, until the next. */
  problem = $state.raw<Problem | null>(null);

  /** Runs the work. `undefined` where it failed, or runs already. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.problem = null;
    const timer = setTimeout(() => (this.slow = true), A_MOMENT_MS);
    try {
      return await work();
    } catch (error) {
      this.problem = problemOf(error);
      return undefined;
    } finally {
      clearTimeout(timer);
      this.slow = false;
      this.busy = false;
    }
  }
}

// What every view of one window shares: the host, the truth, the clock, and how a wish is asked.
import { createContext } from "svelte";
import type { Attachment } from "svelte/attachments";
import type { Done, Problem, Wish } from "$engine";
import type { Backend } from "../backend";
import { clock, type Clock } from "./clock.svelte";
import { Live } from "./snapshot.svelte";

const [use, provide] = createContext<Shell>();

/** The shell of the views above; made by `provideShell`. */
export const useShell = use;

export class Shell {
  readonly clock: Clock;
  readonly live: Live;
  /** Why the last wish was refused, until somebody puts it away. */
  refused = $state.raw<Problem | null>(null);

  constructor(readonly backend: Backend) {
    this.clock = clock();
    this.live = new Live(backend, this.clock);
  }

  /** Asks; a refusal is shown, and answered with `null`. */
  async act(wish: Wish): Promise<Done | null> {
    try {
      const done = await this.backend.dispatch(wish);
      this.refused = null;
      return done;
    } catch (error) {
      this.refused = problemOf(error);
      return null;
    }
  }

  /** Puts the person's theme on the page. */
  readonly dress: Attachment<Document> = (page) => {
    $effect(() => {
      const theme = this.live.snapshot?.settings.theme ?? "system";
      if (theme === "system") delete page.documentElement.dataset["theme"];
      else page.documentElement.dataset["theme"] = theme;
    });
  };
}

export function provideShell(backend: Backend): Shell {
  const shell = new Shell(backend);
  provide(shell);
  $effect(() => shell.live.start());
  return shell;
}

/** A refusal is a problem by contract; anything else is a defect of the host, said as it came. */
export function problemOf(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "code" in error) return error as Problem;
  const [host, came] = ["gangway", String(error)];
  return { code: "answer-unusable", host, came, params: { host, came } };
}

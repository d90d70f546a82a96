// What one state of a view is: a moment, a page, and what a person did on it.
import type { Problem, Shown } from "$engine";

export const SIZES = {
  popover: { width: 400, height: 600 },
  window: { width: 960, height: 680 },
  /** The smallest that a window may be made. */
  small: { width: 720, height: 480 },
  /** High enough for a long page to be seen whole, and for the longest. */
  long: { width: 960, height: 1720 },
  longest: { width: 960, height: 2800 },
} as const;

export interface State {
  id: string;
  title: string;
  size: keyof typeof SIZES;
  /** A moment that the engine's tests wrote. */
  moment: string;
  /** The page, as it stands in the hash. */
  path: string | ((shown: Shown) => string);
  /** Example answers to give, whatever the moment says. */
  answers?: readonly string[];
  /** Every wish is refused with this. */
  refused?: Problem;
  /** Wishes are never answered: something takes long. */
  hangs?: boolean;
  /** The snapshot, changed to what no moment has. */
  but?: (shown: Shown) => void;
  /** What a person does on it. */
  does?: (hand: Hand) => Promise<void>;
}

/** A person's hand on the page: each step waits for what it touches. */
export interface Hand {
  press(selector: string): Promise<void>;
  /** Puts a text into a field and leaves it. */
  write(selector: string, text: string): Promise<void>;
  /** Chooses a file in a file field. */
  choose(selector: string, file: File): Promise<void>;
  see(selector: string): Promise<HTMLElement>;
}

/** The first machine whose name begins so, of those that a moment pins. */
export const vmPage =
  (name: string) =>
  (shown: Shown): string => {
    const entry = shown.snapshot.pinned.find(({ vm }) => vm.name.startsWith(name));
    if (entry === undefined) throw new Error(`no pinned machine is called ${name}`);
    return `window/vm/${encodeURIComponent(entry.vm.id)}`;
  };

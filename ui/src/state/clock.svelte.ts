// Now, by Azure's clock, ticking only while something visible counts, at most once a second.
import { createSubscriber } from "svelte/reactivity";

const SECOND = 1000;
export const MINUTE = 60 * SECOND;

export interface Clock {
  /** Milliseconds since 1970 by Azure's clock; says so anew each second while it is read by a view. */
  readonly now: number;
  /** The same, told once: reading it makes nothing tick. */
  peek(): number;
  /** The same, anew only when the whole minutes left until `end` change. */
  towards(end: number): number;
  /** The shell said what time it is. */
  set(now: number): void;
}

interface Timers {
  host(): number;
  /** Calls once after so many milliseconds; the answer calls that off. */
  after(ms: number, call: () => void): () => void;
}

const real: Timers = {
  host: () => Date.now(),
  after: (ms, call) => {
    const id = setTimeout(call, ms);
    return () => clearTimeout(id);
  },
};

/** How long until the next whole second, so that everything that counts changes at once. */
export function untilNextSecond(now: number): number {
  return SECOND - (((now % SECOND) + SECOND) % SECOND);
}

/** How long until one whole minute less is left until `end`; a second's steps in the last minute. */
export function untilNextChange(now: number, end: number): number {
  const left = end - now;
  if (left <= 0) return MINUTE;
  const period = left <= MINUTE ? SECOND : MINUTE;
  const rest = left % period;
  // Never sooner than a second: one tick serves all that change within it.
  return Math.max(rest === 0 ? period : rest, SECOND / 4);
}

export function clock(timers: Timers = real): Clock {
  let offset = 0;
  const now = (): number => timers.host() + offset;
  const beat = ticking(timers, () => untilNextSecond(now()));
  const towards = new Map<number, () => void>();
  return {
    get now() {
      beat();
      return now();
    },
    peek: now,
    towards(end) {
      let wanted = towards.get(end);
      if (wanted === undefined) {
        wanted = ticking(timers, () => untilNextChange(now(), end), () => towards.delete(end));
        towards.set(end, wanted);
      }
      wanted();
      return now();
    },
    set(at) {
      const wanted = at - timers.host();
      // A jitter of delivery is no news; a corrected clock is.
      if (Math.abs(wanted - offset) > SECOND / 2) offset = wanted;
    },
  };
}

/** A value that is new each time `wait` is over, with a timer only while a view reads it. */
function ticking(timers: Timers, wait: () => number, over?: () => void): () => void {
  return createSubscriber((update) => {
    let stop = (): void => undefined;
    const next = (): void => {
      stop = timers.after(wait(), () => {
        update();
        next();
      });
    };
    const visible = (): void => {
      stop();
      if (document.visibilityState === "hidden") return;
      update();
      next();
    };
    document.addEventListener("visibilitychange", visible);
    if (document.visibilityState !== "hidden") next();
    return () => {
      document.removeEventListener("visibilitychange", visible);
      stop();
      over?.();
    };
  });
}

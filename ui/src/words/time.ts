// Instants, durations and lengths of time, as a person reads them.
import { say } from "./say";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of an ISO 8601 duration (`PT1H30M`, `PT14.2S`); 0 where it is none. */
export function millis(duration: string | null | undefined): number {
  const found = /^([+-])?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(duration ?? "");
  if (found === null) return 0;
  const [, sign, days, hours, minutes, seconds] = found;
  const sum = Number(days ?? 0) * DAY + Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds ?? 0) * SECOND;
  return sign === "-" ? -sum : sum;
}

/** Milliseconds of a time as it is typed in a setting (`1h 30m`, `90m`); 0 where it is none. */
export function typed(text: string): number {
  const found = /^(?:(\d+) ?h)? ?(?:(\d+) ?m)? ?(?:(\d+) ?s)?$/.exec(text.trim());
  const [hours, minutes, seconds] = [1, 2, 3].map((at) => Number(found?.[at] ?? 0)) as [number, number, number];
  return hours * HOUR + minutes * MINUTE + seconds * SECOND;
}

/** The duration that Azure is asked for, from whole minutes. */
export function iso(minutes: number): string {
  return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

/** `42 min`, `1 h 5 min`; seconds where less than a minute is left, never more than is true. */
export function length(ms: number): string {
  if (ms < MINUTE) return say("ui.time.seconds", { count: Math.max(0, Math.floor(ms / SECOND)) });
  const minutes = Math.floor(ms / MINUTE) % 60;
  const hours = Math.floor(ms / HOUR);
  if (hours === 0) return say("ui.time.minutes", { count: minutes });
  if (minutes === 0) return say("ui.time.hours", { count: hours });
  return say("ui.time.hours-minutes", { hours, minutes });
}

/** How long something took: `0.4 s`, `14 s`, `2 min 5 s`. */
export function took(ms: number): string {
  const kept = Math.max(0, ms);
  if (kept < 10 * SECOND) return say("ui.time.seconds", { count: (Math.floor(kept / 100) / 10).toFixed(1) });
  if (kept < MINUTE) return say("ui.time.seconds", { count: Math.floor(kept / SECOND) });
  if (kept < HOUR) {
    const [minutes, seconds] = [Math.floor(kept / MINUTE), Math.floor(kept / SECOND) % 60];
    return seconds === 0 ? say("ui.time.minutes", { count: minutes }) : say("ui.time.minutes-seconds", { minutes, seconds });
  }
  return length(kept);
}

/** `20 to 40 s`, `1 to 2 min`, `about 20 s`: what to expect, in whole steps of one unit. */
export function range(low: number, high: number): string {
  const minutes = high >= 90 * SECOND;
  const unit = minutes ? MINUTE : SECOND;
  const [from, to] = [Math.max(1, Math.round(low / unit)), Math.max(1, Math.round(high / unit))];
  const one = minutes ? say("ui.time.minutes", { count: to }) : say("ui.time.seconds", { count: to });
  return from >= to ? say("ui.time.about", { length: one }) : say("ui.time.range", { from, to: one });
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const yearFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** An instant by the wall clock: `17:40`; with its day where that is not today's. */
export function at(instant: string | number, now: number): string {
  const then = new Date(instant);
  if (Number.isNaN(then.getTime())) return String(instant);
  const today = new Date(now);
  const clock = clockFormat.format(then);
  if (then.toDateString() === today.toDateString()) return clock;
  const day = then.getFullYear() === today.getFullYear() ? dayFormat.format(then) : yearFormat.format(then);
  return `${day} ${clock}`;
}

/** Day and time, with the year: what a list of the past shows. */
export function onDay(instant: string): string {
  const then = new Date(instant);
  return Number.isNaN(then.getTime()) ? instant : `${yearFormat.format(then)} ${clockFormat.format(then)}`;
}

/** A parameter as it is shown: an instant by the wall clock, anything else as it is. */
export function local(value: string, now: number): string {
  return INSTANT.test(value) ? at(value, now) : value;
}

/** How old something is: `just now`, `5 min ago`, `3 days ago`. */
export function ago(ms: number): string {
  if (ms < MINUTE) return say("ui.time.just-now");
  if (ms < 2 * DAY) return say("ui.time.ago", { length: length(ms) });
  return say("ui.time.ago", { length: say("ui.time.days", { count: Math.floor(ms / DAY) }) });
}

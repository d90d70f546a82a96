// Drives a long list as a person does, and says what that cost.
import type { Browser, Page } from "playwright-core";
import { type Task, trace } from "./trace";

export interface Scrolled {
  /** The longest piece of work of the main thread. */
  longest: Task;
  /** The most rows that were in the page at once. */
  rows: number;
  /** How many different rows came into sight. */
  seen: number;
}

export interface Typed {
  /** For each key: processor time from the key to the frame that shows the filtered list. Milliseconds. */
  keys: number[];
  longest: Task;
  rows: number;
}

/** Opens the popover on a list of so many, with a clock that goes. */
export async function openList(browser: Browser, origin: string, vms: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 400, height: 600 }, reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${origin}/index.html?fixture=ready&vms=${vms}#/popover`);
  await page.locator("[role=row]").first().waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return page;
}

/** From the first row to the last in some hundred frames, and back in fewer. */
export async function scroll(page: Page): Promise<Scrolled> {
  let told = { rows: 0, seen: 0 };
  const { tasks } = await trace(page, async () => {
    told = await page.evaluate(async () => {
      const grid = document.querySelector("[role=grid]");
      let around = grid?.parentElement ?? null;
      while (around !== null && !/auto|scroll/.test(getComputedStyle(around).overflowY)) around = around.parentElement;
      if (around === null) throw new Error("nothing scrolls the list");
      performance.mark("gangway-begin");
      const seen = new Set<string>();
      let rows = 0;
      const end = around.scrollHeight - around.clientHeight;
      const down = 240;
      for (let frame = 0; frame <= down + 60; frame++) {
        around.scrollTop = frame <= down ? (end * frame) / down : (end * (down + 60 - frame)) / 60;
        await new Promise((drawn) => requestAnimationFrame(drawn));
        const now = document.querySelectorAll("[role=row]");
        rows = Math.max(rows, now.length);
        for (const row of now) seen.add(row.id);
      }
      return { rows, seen: seen.size };
    });
  });
  return { longest: longestOf(tasks), ...told };
}

/** Types the words, letter by letter, each when the list of the last one is drawn. */
export async function type(page: Page, words: string[]): Promise<Typed> {
  await page.evaluate(watch);
  const field = page.locator("input").first();
  await field.focus();
  let keys = 0;
  const { tasks, marks } = await trace(page, async () => {
    for (const word of words) {
      for (const key of [...word, ...Array.from(word, () => "Backspace")]) {
        await page.keyboard.press(key);
        keys++;
        await page.evaluate((count) => (window as unknown as { stageDrawn(count: number): Promise<void> }).stageDrawn(count), keys);
      }
    }
  });
  const [pressed, drawn] = [marks.get("gangway-key") ?? [], marks.get("gangway-drawn") ?? []];
  if (pressed.length !== keys || drawn.length !== keys) throw new Error(`${keys} keys, ${pressed.length} heard, ${drawn.length} drawn`);
  const cost = pressed.map((from, at) => {
    const until = drawn[at] ?? from;
    return tasks.filter((task) => task.at + task.wall > from && task.at < until).reduce((sum, task) => sum + task.cpu, 0);
  });
  const rows = await page.locator("[role=row]").count();
  return { keys: cost, longest: longestOf(tasks), rows };
}

/** Runs in the page: marks each key, and the frame in which the list has followed it. */
function watch(): void {
  const stage = window as unknown as { stageDrawn(count: number): Promise<void> };
  const waiting = new Map<number, () => void>();
  let pressed = 0;
  let drawn = 0;
  addEventListener(
    "keydown",
    () => {
      pressed++;
      performance.mark("gangway-key");
      // The frame after the key: its callback runs before it is drawn, the message after.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          performance.mark("gangway-drawn");
          drawn++;
          waiting.get(drawn)?.();
        };
        port2.postMessage(null);
      });
    },
    { capture: true },
  );
  stage.stageDrawn = (count) => (drawn >= count ? Promise.resolve() : new Promise((done) => waiting.set(count, done)));
}

function longestOf(tasks: Task[]): Task {
  const [longest] = tasks.toSorted((one, other) => other.cpu - one.cpu);
  if (longest === undefined) throw new Error("no task was traced");
  return longest;
}

export function quantile(of: number[], share: number): number {
  const sorted = of.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

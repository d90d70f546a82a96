// A page at rest sleeps: nothing wakes it but what visibly counts.
import { expect, inject, test } from "vitest";
import type { Page } from "playwright-core";
import { blank, moment, POPOVER, settled, WINDOW, type View } from "./stage/open";

const MINUTE = 60_000;

/** How often the page is woken within so many milliseconds of its own time. */
async function wakes(view: View, during: number): Promise<number> {
  const page = await blank(view.path.startsWith("popover") ? POPOVER : WINDOW, {}, null);
  const now = Date.parse(moment(view.moment).now);
  await page.clock.install({ time: now });
  await page.addInitScript(count);
  await page.goto(`${inject("origin")}/index.html?fixture=${view.moment}#/${view.path}`);
  await settled(page);
  await page.clock.pauseAt(now + MINUTE);
  const before = await counted(page);
  await page.clock.runFor(during);
  return (await counted(page)) - before;
}

const counted = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { stageWakes: number }).stageWakes);

/** Runs in the page before anything of it: counts whatever a timer or a frame calls. */
function count(): void {
  const stage = window as unknown as { stageWakes: number } & Record<string, (call: (...words: unknown[]) => void, ...rest: unknown[]) => unknown>;
  stage.stageWakes = 0;
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
    const plain = stage[name];
    if (plain === undefined) throw new Error(`no ${name} here`);
    Object.assign(stage, {
      [name]: (call: (...words: unknown[]) => void, ...rest: unknown[]) =>
        plain.call(
          window,
          (...words: unknown[]) => {
            stage.stageWakes++;
            call(...words);
          },
          ...rest,
        ),
    });
  }
}

test.each<View>([
  { moment: "ready", path: "popover" },
  { moment: "signed-out", path: "popover" },
  { moment: "no-tunnel", path: "popover" },
  { moment: "failed", path: "popover" },
  { moment: "asking-pool-unknown", path: "popover" },
  { moment: "ready", path: "window/vms" },
  { moment: "ready", path: "window/history" },
  { moment: "accounts", path: "window/accounts" },
  { moment: "ready", path: "window/vpn" },
  { moment: "ready", path: "window/settings" },
  { moment: "ready", path: "window/about" },
  { moment: "first-run", path: "window/first-run" },
])("nothing wakes $path at $moment for ten minutes", async (view) => {
  expect(await wakes(view, 10 * MINUTE)).toBe(0);
});

test.each<View>([
  { moment: "open", path: "popover" },
  { moment: "open-several", path: "popover" },
  { moment: "connecting-proving", path: "popover" },
])("what counts in $path at $moment wakes once a second at most", async (view) => {
  const woken = await wakes(view, MINUTE);
  expect(woken).toBeGreaterThan(0);
  expect(woken).toBeLessThanOrEqual(61);
});

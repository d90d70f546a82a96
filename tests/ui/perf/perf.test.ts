// A list of a hundred thousand is as quick as one of ten, and holds as little.
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { theBrowser } from "../stage/open";
import { openList, quantile, scroll, type } from "./list";

/** A frame. A machine that checks for many is slower by a part nobody knows: two there, and `cargo xtask bench` holds the one. */
const FRAME_MS = process.env["CI"] === "true" ? 32 : 16;
const MOST_ROWS = 60;
const TRIES = 5;

/** Other programs on the machine only add to what is measured: the best of a few fresh pages is nearest to the truth. */
async function best<T>(vms: number, measure: (page: Page) => Promise<T>, good: (measured: T) => boolean): Promise<T> {
  for (let tries = 1; ; tries++) {
    const page = await openList(await theBrowser(), inject("origin"), vms);
    const measured = await measure(page);
    await page.context().close();
    if (tries === TRIES || good(measured)) return measured;
  }
}

test("100,000 rows scroll without a task above a frame, with few rows in the page", async () => {
  const { longest, rows, seen } = await best(100_000, scroll, (measured) => measured.longest.cpu <= FRAME_MS);
  expect(seen).toBeGreaterThan(1000);
  expect(rows).toBeLessThanOrEqual(MOST_ROWS);
  expect(longest.cpu, `longest task: ${longest.what}`).toBeLessThanOrEqual(FRAME_MS);
});

test("100,000 rows are filtered without a task above a frame", async () => {
  const { longest, rows } = await best(100_000, (page) => type(page, ["web-09", "sql"]), (measured) => measured.longest.cpu <= FRAME_MS);
  expect(rows).toBeLessThanOrEqual(MOST_ROWS);
  expect(longest.cpu, `longest task: ${longest.what}`).toBeLessThanOrEqual(FRAME_MS);
});

test("a key filters 10,000 rows within a frame", async () => {
  const { keys } = await best(10_000, (page) => type(page, ["web-09", "sql", "rg-app"]), (measured) => quantile(measured.keys, 0.95) <= FRAME_MS);
  expect(quantile(keys, 0.95)).toBeLessThanOrEqual(FRAME_MS);
});

// A list of a hundred thousand is as fast as one of ten.
import { expect, inject, test } from "vitest";
import { theBrowser } from "../stage/open";
import { openList, quantile, scroll, type } from "./list";

/** A frame. */
const FRAME_MS = 16;
const MOST_ROWS = 60;

test("100,000 rows scroll without a task above a frame, with few rows in the page", async () => {
  const page = await openList(await theBrowser(), inject("origin"), 100_000);
  const { longest, rows, seen } = await scroll(page);
  await page.context().close();
  expect(seen).toBeGreaterThan(1000);
  expect(rows).toBeLessThanOrEqual(MOST_ROWS);
  expect(longest.cpu, `longest task: ${longest.what}`).toBeLessThanOrEqual(FRAME_MS);
});

test("100,000 rows are filtered without a task above a frame", async () => {
  const page = await openList(await theBrowser(), inject("origin"), 100_000);
  const { longest, rows } = await type(page, ["web-09", "sql"]);
  await page.context().close();
  expect(rows).toBeLessThanOrEqual(MOST_ROWS);
  expect(longest.cpu, `longest task: ${longest.what}`).toBeLessThanOrEqual(FRAME_MS);
});

test("a key filters 10,000 rows within a frame", async () => {
  const page = await openList(await theBrowser(), inject("origin"), 10_000);
  const { keys } = await type(page, ["web-09", "sql", "rg-app"]);
  await page.context().close();
  expect(quantile(keys, 0.95)).toBeLessThanOrEqual(FRAME_MS);
});

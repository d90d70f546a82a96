// What a person's hands and the host do to a page in a test.
import type { Intent, Shown, StoreWish, WindowWish, Wish } from "$engine";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { wishes } from "./open";

type Named<K> = K extends "intent" ? Intent : K extends "store" ? StoreWish : WindowWish;

/** The wish that the page comes to ask for, of this kind and name. */
export async function wished<K extends "intent" | "store" | "window">(page: Page, kind: K, name: string): Promise<Named<K>> {
  let found: Wish | undefined;
  await expect
    .poll(
      async () => {
        const all = await wishes(page);
        found = all.find((wish) => (wish as unknown as Record<string, string>)[kind] === name);
        return found === undefined ? all : name;
      },
      { message: `the page asks to ${name}` },
    )
    .toBe(name);
  return found as Named<K>;
}

/** Nothing of this kind and name was asked for. */
export async function notWished(page: Page, name: string): Promise<void> {
  expect((await wishes(page)).map((wish) => JSON.stringify(wish)).filter((wish) => wish.includes(`"${name}"`))).toEqual([]);
}

/** The host says what has become of it: another moment. */
export function become(page: Page, shown: Shown): Promise<void> {
  return page.evaluate((detail) => void dispatchEvent(new CustomEvent("gangway-shown", { detail })), shown);
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Goes on with Tab until this has the focus. */
export async function tabTo(page: Page, name: string | RegExp, limit = 60): Promise<void> {
  const met: string[] = [];
  for (let count = 0; count < limit; count++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? [...(element.labels ?? [])].map((label) => label.textContent) : [];
      return [element?.getAttribute("aria-label"), element?.textContent, ...labels].map((text) => (text ?? "").replace(/\s+/g, " ").trim()).filter((text) => text !== "");
    });
    met.push(here[0] ?? "(nothing)");
    if (here.some((text) => (typeof name === "string" ? text === name : name.test(text)))) return;
  }
  throw new Error(`Tab does not come to ${String(name)}; it came to ${met.join(", ")}`);
}

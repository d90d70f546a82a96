// What is shipped: the page without fixtures and gallery, which speaks to the shell by three commands and one event.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Shown, Wish } from "$engine";
import { expect, inject, test } from "vitest";
import { blank, moment, POPOVER, settled } from "./open";
import { site } from "./places";
import { words } from "./words";

interface Host {
  asked: { command: string; wish?: Wish }[];
  say(shown: Shown): void;
}

/** Runs in the page before anything of it: the shell's side of the border. */
function host(shown: Shown): void {
  const heard: ((event: { event: string; payload: Shown }) => void)[] = [];
  const stage: Host = { asked: [], say: (payload) => heard.forEach((hear) => hear({ event: "snapshot-changed", payload })) };
  const answers: Record<string, (with_: Record<string, unknown>) => unknown> = {
    snapshot: () => shown,
    query: () => ({ page: "vms", rows: shown.snapshot.pinned, matching: shown.snapshot.pinned.length, age: null, problems: [] }),
    dispatch: () => ({ connection: null, saved: null, imported: [] }),
    "plugin:event|listen": ({ event, handler }) => (event === "snapshot-changed" ? (handler as number) : Promise.reject(new Error(`nobody says ${String(event)}`))),
  };
  Object.assign(window, {
    stageHost: stage,
    __TAURI_INTERNALS__: {
      transformCallback: (hear: (event: { event: string; payload: Shown }) => void) => heard.push(hear),
      async invoke(command: string, with_: Record<string, unknown> = {}) {
        stage.asked.push({ command, ...("wish" in with_ && { wish: with_["wish"] as Wish }) });
        const answer = answers[command];
        if (answer === undefined) throw new Error(`the shell knows no ${command}`);
        return answer(with_);
      },
    },
  });
}

test("no fixture, no gallery and no replay is shipped", () => {
  const files = readdirSync(join(site, "shipped"), { recursive: true, encoding: "utf8" }).filter((name) => /\.(js|css|html)$/.test(name));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) {
    const text = readFileSync(join(site, "shipped", name), "utf8");
    expect(name).not.toContain("gallery");
    for (const mark of ["gangway-shown", "contoso-hub", "vm-web-01", "https://fonts"]) expect(text, `${mark} in ${name}`).not.toContain(mark);
  }
});

test("the shipped page asks the shell by three commands and hears one event", async () => {
  const page = await blank(POPOVER, {}, new Date(moment("ready").now));
  await page.addInitScript(host, moment("ready"));
  await page.goto(`${inject("origin")}/shipped/index.html#/popover`);
  await settled(page);
  await page.getByText(words("ui.header.tunnel.up")).waitFor();
  await page.evaluate((shown) => (window as unknown as { stageHost: Host }).stageHost.say(shown), moment("no-tunnel"));
  await page.getByText(words("ui.header.tunnel.down")).first().waitFor();
  await page.keyboard.press("Enter");
  const asked = await page.evaluate(() => (window as unknown as { stageHost: Host }).stageHost.asked);
  expect([...new Set(asked.map(({ command }) => command))].sort()).toEqual(["dispatch", "plugin:event|listen", "query", "snapshot"]);
  expect(asked.find(({ command }) => command === "dispatch")?.wish).toMatchObject({ intent: "connect" });
});

test("outside the shell the shipped page shows nothing", async () => {
  const page = await blank(POPOVER, {}, null, { mayComplain: /this page is shown by gangway-tray only/ });
  await page.goto(`${inject("origin")}/shipped/index.html`);
  expect(await page.locator("#app > *").count()).toBe(0);
});

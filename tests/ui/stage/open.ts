// Opens one view on one moment, and fails the test for whatever the page complains about.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Shown, Wish } from "$engine";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { expect, inject, onTestFinished } from "vitest";
import { fixtures } from "./places";

/** How the person's desktop is set. */
export interface Look {
  theme?: "light" | "dark";
  forced?: boolean;
  /** Size of text in per cent. */
  text?: number;
  /** Scale of the screen in per cent. */
  scale?: number;
}

export interface View {
  /** The moment that the replay host plays: a file of crates/engine/fixtures. */
  moment: string;
  /** The hash, such as `popover` or `window/vms`. */
  path: string;
  /** So many made VMs in the list instead of the moment's own. */
  vms?: number;
}

export interface Size {
  width: number;
  height: number;
}

export const POPOVER = { width: 400, height: 600 };
export const WINDOW = { width: 960, height: 680 };

/** Files that a page asked for and has not got yet. */
const asked = new WeakMap<Page, number>();

let browser: Promise<Browser> | undefined;

/** The one browser of this run, one connection to it for each worker. */
export function theBrowser(): Promise<Browser> {
  browser ??= chromium.connect(inject("browser"));
  return browser;
}

export async function open(view: View, look: Look = {}): Promise<Page> {
  const query = new URLSearchParams({ fixture: view.moment });
  if (view.vms !== undefined) query.set("vms", String(view.vms));
  const size = view.path.startsWith("popover") ? POPOVER : WINDOW;
  const page = await blank(size, look, new Date(moment(view.moment).now));
  await page.goto(`${inject("origin")}/index.html?${query.toString()}#/${view.path}`);
  await settled(page);
  return page;
}

/** One state of the gallery, alone and at its size. */
export interface Frame {
  id: string;
  width: number;
  height: number;
}

/** Shows a state of the gallery in a page, in light and at the usual size; it stops its own time and says when it stands. */
export async function showFrame(page: Page, frame: Frame): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  await page.setViewportSize(frame);
  await screen(page, frame, 100);
  await page.goto(`${inject("origin")}/gallery.html?only=${encodeURIComponent(frame.id)}`);
  await page.locator("html[data-ready]").waitFor();
  await settled(page);
}

/** Another set of colours for a page that is open. */
export async function colour(page: Page, colours: "light" | "dark" | "forced"): Promise<void> {
  await page.emulateMedia({ colorScheme: colours === "dark" ? "dark" : "light", forcedColors: colours === "forced" ? "active" : "none" });
  await settled(page);
}

/** Another size of text, and another scale of the screen, for a page that is open. */
export async function resize(page: Page, size: Size, text: number, scale: number): Promise<void> {
  await screen(page, size, scale);
  await page.evaluate((percent) => document.documentElement.style.setProperty("font-size", `${percent}%`), text);
  await settled(page);
}

async function screen(page: Page, { width, height }: Size, scale: number): Promise<void> {
  // The session stays: with it goes what it set.
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  await session.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale / 100, mobile: false });
}

const sessions = new WeakMap<Page, CDPSession>();

/** A page for one test, that fails it for complaints: with nothing in it yet; its time stands still where one is given. */
export async function blank(size: Size, look: Look, now: Date | null, { mayComplain = null as RegExp | null } = {}): Promise<Page> {
  const { page, complaints } = await keeping(size, look, now);
  onTestFinished(async () => {
    await page.context().close();
    if (mayComplain !== null) expect(complaints.join("\n")).toMatch(mayComplain);
    else expect(complaints, "the page complained").toEqual([]);
  });
  return page;
}

/** A page that keeps all that it complains of, for who closes it. */
export async function keeping(size: Size, look: Look, now: Date | null): Promise<{ page: Page; complaints: string[] }> {
  const context = await (await theBrowser()).newContext({
    viewport: size,
    colorScheme: look.theme ?? "light",
    forcedColors: look.forced === true ? "active" : "none",
    reducedMotion: "reduce",
    deviceScaleFactor: (look.scale ?? 100) / 100,
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  });
  const page = await context.newPage();
  context.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== inject("origin")) complaints.push(`asked another host: ${request.url()}`);
  });
  const count = (by: number): void => void asked.set(page, (asked.get(page) ?? 0) + by);
  page.on("request", () => count(1));
  page.on("requestfinished", () => count(-1));
  page.on("requestfailed", () => count(-1));
  await page.exposeFunction("stageViolation", (what: string) => void complaints.push(`content policy: ${what}`));
  if (now !== null) await page.clock.setFixedTime(now);
  await page.addInitScript(prepare, look.text ?? 100);
  return { page, complaints };
}

/** Runs in the page before anything of it. */
function prepare(text: number): void {
  const stage = window as unknown as { stageViolation(what: string): void; stageWishes: unknown[] };
  stage.stageWishes = [];
  addEventListener("gangway-wish", (event) => stage.stageWishes.push((event as CustomEvent).detail));
  document.addEventListener("securitypolicyviolation", (event) => {
    stage.stageViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber} ${event.sample}`);
  });
  const enlarge = (): boolean => {
    document.documentElement?.style.setProperty("font-size", `${text}%`);
    return document.documentElement !== null;
  };
  if (text !== 100 && !enlarge()) {
    const watch = new MutationObserver(() => {
      if (enlarge()) watch.disconnect();
    });
    watch.observe(document, { childList: true });
  }
}

/** Waits until the view stands: its files and letters are there, and nothing in it changes any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator("#app > *").first().waitFor({ state: "attached" });
  do {
    await page.evaluate(still);
  } while ((asked.get(page) ?? 0) > 0);
}

/** Runs in the page. Over when the page is the same for some frames. */
async function still(): Promise<void> {
  // A face that is first wanted by a picture would come too late for it.
  await Promise.all([...document.fonts].map((face) => face.load()));
  let changed = false;
  const watch = new MutationObserver(() => (changed = true));
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let quiet = 0; quiet < 4; quiet = changed ? 0 : quiet + 1) {
    changed = false;
    await new Promise((drawn) => requestAnimationFrame(drawn));
  }
  watch.disconnect();
}

/** What a moment's file says. */
export function moment(name: string): Shown {
  return JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8")) as Shown;
}

/** The wishes that the page asked its host for, since it was opened. */
export function wishes(page: Page): Promise<Wish[]> {
  return page.evaluate(() => (window as unknown as { stageWishes: Wish[] }).stageWishes);
}

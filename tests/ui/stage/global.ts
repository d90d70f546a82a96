// Before all tests: the build, the server, one browser. After them: none of it is left.
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { belong } from "../frames/compare";
import { launch } from "./browser";
import { build } from "./build";
import type { Frame } from "./open";
import { serve } from "./serve";

declare module "vitest" {
  export interface ProvidedContext {
    origin: string;
    browser: string;
    /** Every state of the gallery. */
    frames: Frame[];
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build();
  const served = await serve();
  const browser = await launch();
  project.provide("origin", served.origin);
  project.provide("browser", browser.wsEndpoint());
  const close = async (): Promise<void> => {
    await browser.close();
    await served.close();
  };
  try {
    const frames = await gallery(browser.wsEndpoint(), served.origin);
    project.provide("frames", frames);
    belong(frames.map(({ id }) => id));
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

/** What the gallery page shows: the tests look at each of its frames by itself. */
async function gallery(endpoint: string, origin: string): Promise<Frame[]> {
  const browser = await chromium.connect(endpoint);
  const page = await browser.newPage();
  const broken = new Promise<never>((_, fail) => page.on("pageerror", fail));
  await page.goto(`${origin}/gallery.html`);
  await Promise.race([broken, page.locator("iframe").first().waitFor({ state: "attached" })]);
  const frames = await page.locator("iframe").evaluateAll((all) =>
    all.map((frame) => ({
      id: new URL((frame as HTMLIFrameElement).src).searchParams.get("only") ?? "",
      width: Number(frame.getAttribute("width")),
      height: Number(frame.getAttribute("height")),
    })),
  );
  await browser.close();
  return frames;
}

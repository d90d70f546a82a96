// The browser: the system's Chromium without a screen, told to draw the same on every machine.
import { chromium, type BrowserServer } from "playwright-core";
import { chromium as program } from "./places";

const ARGS = [
  // Letters: no hints and no coloured edges, which differ between machines.
  "--font-render-hinting=none",
  "--disable-lcd-text",
  "--disable-gpu",
  "--force-color-profile=srgb",
  "--hide-scrollbars",
  // Shared memory is small in a container.
  "--disable-dev-shm-usage",
];

export function launch(): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: program(), headless: true, args: ARGS, host: "127.0.0.1" });
}

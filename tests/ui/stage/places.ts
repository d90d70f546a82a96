// Where things lie, seen from the root of the repository.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const ui = at("ui");
export const site = at("tests/ui/site");
export const out = at("tests/ui/out");
export const kept = at("tests/ui/kept");
export const fonts = at("tests/ui/node_modules");
export const fixtures = at("crates/engine/fixtures");
export const messages = at("messages");
export const bindings = at("crates/engine/bindings");
export const shellConfig = at("src-tauri/tauri.conf.json");

/** As `xtask setup` looks for it. */
const BROWSERS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export function chromium(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of BROWSERS) {
    const files = name.startsWith("/") ? [name] : folders.map((folder) => join(folder, name));
    const found = files.find(mayRun);
    if (found !== undefined) return found;
  }
  throw new Error("no Chromium here: cargo xtask setup browser");
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

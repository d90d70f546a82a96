// Holds a picture against the kept one, and puts aside what differs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { kept, out } from "../stage/places";
import { small } from "./small";

/** Of all pixels so many may differ: the edges of letters, never a word. */
const TOLERATED = 0.0002;
/** How different a pixel must be to count, from 0 to 1. */
const THRESHOLD = 0.15;

export const drawnAt = join(out, "pictures", "new");
/** The names of all pictures that belong to a frame, drawn in this run or not. */
export const namesAt = join(out, "pictures", "names.json");
export const differAt = join(out, "pictures", "difference");
const LOOKS = ["light", "dark", "forced", "text200"] as const;
export type Look = (typeof LOOKS)[number];

/** Notes which pictures there can be, for who accepts them. */
export function belong(frames: string[]): void {
  mkdirSync(join(out, "pictures"), { recursive: true });
  writeFileSync(namesAt, JSON.stringify(frames.flatMap((frame) => LOOKS.map((look) => `${frame}.${look}`))));
}

/** What a person is told, or nothing where the picture is as it was. */
export function compare(frame: string, look: Look, screenshot: Buffer): string | null {
  const name = `${frame}.${look}`;
  // One look is kept as it is; the others tell colours and places, for which half the size is enough.
  const drawn = small(screenshot, look !== "light");
  keep(drawnAt, name, drawn);
  rmSync(join(differAt, `${name}.png`), { force: true });
  const file = join(kept, `${name}.png`);
  const accept = "look at it, then: npm run accept (in tests/ui)";
  if (!existsSync(file)) return `${name}: no picture is kept. The new one is ${join(drawnAt, `${name}.png`)}; ${accept}`;
  const [before, after] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(drawn)];
  const { width, height } = before;
  if (width !== after.width || height !== after.height) {
    return `${name}: was ${width}x${height}, is ${after.width}x${after.height}. The new one is ${join(drawnAt, `${name}.png`)}; ${accept}`;
  }
  const { picture, count, tooMany } = difference(before, after);
  if (!tooMany) return null;
  keep(differAt, name, PNG.sync.write(picture));
  return `${name}: ${count} pixels differ, see ${join(differAt, `${name}.png`)}; the new one is ${join(drawnAt, `${name}.png`)}; ${accept}`;
}

export function difference(before: PNG, after: PNG): { picture: PNG; count: number; tooMany: boolean } {
  const { width, height } = before;
  const picture = new PNG({ width, height });
  const count = pixelmatch(before.data, after.data, picture.data, width, height, { threshold: THRESHOLD });
  return { picture, count, tooMany: count > width * height * TOLERATED };
}

function keep(folder: string, name: string, picture: Buffer): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), picture);
}

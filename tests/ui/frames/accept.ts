// `npm run accept`: what the last run drew is kept from now on; what belongs to no frame any more is not.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kept } from "../stage/places";
import { drawnAt, namesAt } from "./compare";

export function main(): void {
  if (!existsSync(drawnAt) || !existsSync(namesAt)) throw new Error("nothing was drawn: run `npm test` first");
  const names = new Set(JSON.parse(readFileSync(namesAt, "utf8")) as string[]);
  const drawn = readdirSync(drawnAt).filter((name) => names.has(name.replace(/\.png$/, "")));
  mkdirSync(kept, { recursive: true });
  for (const name of drawn) copyFileSync(join(drawnAt, name), join(kept, name));
  // Accepted once: what a later run does not draw again is not taken from an older one.
  rmSync(drawnAt, { recursive: true });
  const gone = readdirSync(kept).filter((name) => name.endsWith(".png") && !names.has(name.replace(/\.png$/, "")));
  for (const name of gone) rmSync(join(kept, name));
  process.stdout.write(`kept ${drawn.length} pictures, removed ${gone.length}\n`);
}

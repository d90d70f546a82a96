// The catalogue's own words, so that a test names what is meant and not how it is put today.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messages } from "./places";

const catalogue = JSON.parse(readFileSync(join(messages, "en.json"), "utf8")) as Record<string, string>;

export function words(key: string, params: Record<string, string | number> = {}): string {
  const text = catalogue[key];
  if (text === undefined) throw new Error(`the catalogue has no ${key}`);
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
}

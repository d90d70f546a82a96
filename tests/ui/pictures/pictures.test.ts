// Every view looks as it did: light, dark, forced colours, text of twice the size.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { open, settled } from "../stage/open";
import { views } from "../stage/views";
import { compare, namesAt } from "./compare";

const COLOURS = ["light", "dark", "forced"] as const;
const names = views.flatMap(({ name }) => [...COLOURS, "text200"].map((look) => `${name}.${look}`));

beforeAll(() => {
  rmSync(dirname(namesAt), { recursive: true, force: true });
  mkdirSync(dirname(namesAt), { recursive: true });
  writeFileSync(namesAt, JSON.stringify(names));
});

/** No caret: it blinks. */
const draw = (page: Page): Promise<Buffer> => page.screenshot({ caret: "hide", animations: "disabled", scale: "css" });

describe.each(views.map((view) => [view.name, view] as const))("%s", (_name, view) => {
  test("looks as it did", async () => {
    const said: (string | null)[] = [];
    const page = await open(view);
    for (const look of COLOURS) {
      await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light", forcedColors: look === "forced" ? "active" : "none" });
      await settled(page);
      said.push(compare(`${view.name}.${look}`, await draw(page)));
    }
    const large = await open(view, { text: 200 });
    said.push(compare(`${view.name}.text200`, await draw(large)));
    expect(said.filter((one) => one !== null)).toEqual([]);
  });
});

// Every view can be used by everybody: names and roles, contrast, the keyboard, and all of it in large text.
import { describe, expect, test } from "vitest";
import { open, settled, type Look } from "../stage/open";
import { views } from "../stage/views";
import { violations } from "./axe";
import { misfits } from "./cut";
import { walk } from "./focus";

const SIZES: [string, Look][] = [
  ["125 % text", { text: 125 }],
  ["150 % text on a 150 % screen", { text: 150, scale: 150 }],
  ["200 % text", { text: 200 }],
];

describe.each(views.map((view) => [view.name, view] as const))("%s", (_name, view) => {
  test("axe finds nothing in light, dark and forced colours", async () => {
    const page = await open(view);
    const found: Record<string, string[]> = {};
    for (const look of ["light", "dark", "forced"] as const) {
      await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light", forcedColors: look === "forced" ? "active" : "none" });
      await settled(page);
      found[look] = await violations(page);
    }
    expect(found).toEqual({ light: [], dark: [], forced: [] });
  });

  test("everything fits, and the keyboard reaches all of it and is seen", async () => {
    const page = await open(view);
    expect(await misfits(page)).toEqual([]);
    const stops = await walk(page);
    expect(stops.length).toBeGreaterThan(0);
    expect(stops.filter((stop) => !stop.seen || !stop.marked)).toEqual([]);
  });

  test.each(SIZES)("everything fits at %s", async (_, look) => {
    const page = await open(view, look);
    expect(await misfits(page)).toEqual([]);
  });
});

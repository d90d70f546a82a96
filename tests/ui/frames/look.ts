// Looks at one state of the gallery in every way: colours, sizes of text, the keyboard, and as it looked before.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { colour, type Frame, keeping, POPOVER, resize, showFrame } from "../stage/open";
import { violations } from "./axe";
import { compare } from "./compare";
import { misfits } from "./cut";
import { walk } from "./focus";

/** Sizes of text in per cent, with the scale of the screen. */
const SIZES = [
  { text: 125, scale: 125 },
  { text: 150, scale: 150 },
  { text: 200, scale: 100 },
] as const;

/** A test for each state whose name fits. */
export function lookAt(which: (frame: Frame) => boolean): void {
  const frames = inject("frames").filter(which);
  // One page for all of them: a state begins with a page that is loaded anew.
  let opened: ReturnType<typeof keeping>;
  beforeAll(async () => {
    opened = keeping(POPOVER, {}, null);
    await opened;
  });
  afterAll(async () => (await opened).page.context().close());

  describe.each(frames.map((frame) => [frame.id, frame] as const))("%s", (id, frame) => {
    test("is for everybody, fits, and looks as it did", async () => {
      const { page, complaints } = await opened;
      complaints.length = 0;
      await showFrame(page, frame);
      expect.soft(await misfits(page), "all of it fits").toEqual([]);
      for (const colours of ["light", "dark", "forced"] as const) {
        await colour(page, colours);
        expect.soft(await violations(page, colours === "dark" ? "colours" : "all"), `axe in ${colours}`).toEqual([]);
        expect.soft(compare(id, colours, await draw(page))).toBeNull();
      }
      await colour(page, "light");
      for (const { text, scale } of SIZES) {
        await resize(page, frame, text, scale);
        expect.soft(await misfits(page), `all of it fits with text of ${text} %`).toEqual([]);
      }
      expect.soft(compare(id, "text200", await draw(page))).toBeNull();
      await resize(page, frame, 100, 100);
      const stops = await walk(page);
      expect.soft(stops.length, "the keyboard finds something").toBeGreaterThan(0);
      expect.soft(stops.filter((stop) => !stop.seen || !stop.marked), "the keyboard's place is seen").toEqual([]);
      expect.soft(complaints, "the page complained").toEqual([]);
    });
  });
}

/** No caret: it blinks. */
const draw = (page: Page): Promise<Buffer> => page.screenshot({ caret: "hide", animations: "disabled", scale: "css" });

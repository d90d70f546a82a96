// The gallery: every state has a name of its own and a moment that there is.
import { describe, expect, it } from "vitest";
import { moments } from "../backend/replay";
import { states } from "./states";

describe("the gallery", () => {
  it("shows each state once, under a name that fits a file", () => {
    const ids = states().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^(popover|window)(-[a-z0-9]+)+$/.test(id))).toEqual([]);
  });

  it("plays moments that the engine's tests wrote", () => {
    const known = new Set(moments());
    expect(states().filter(({ moment }) => !known.has(moment))).toEqual([]);
  });
});

// The clock wakes for what changes and for nothing else.
import { describe, expect, it } from "vitest";
import { MINUTE, untilNextChange, untilNextSecond } from "./clock.svelte";

describe("untilNextSecond", () => {
  it("ends at a whole second", () => {
    expect(untilNextSecond(1_250)).toBe(750);
    expect(untilNextSecond(2_000)).toBe(1_000);
  });
});

describe("untilNextChange", () => {
  it("waits for the minute to turn while there are several", () => {
    expect(untilNextChange(0, 42 * MINUTE + 10_000)).toBe(10_000);
    expect(untilNextChange(0, 42 * MINUTE)).toBe(MINUTE);
  });

  it("counts seconds in the last minute and rests after the end", () => {
    expect(untilNextChange(0, 30_500)).toBe(500);
    expect(untilNextChange(10, 5)).toBe(MINUTE);
  });
});

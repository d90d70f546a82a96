// A long list puts few rows into the page, and each where it belongs.
import { describe, expect, it } from "vitest";
import { find, lay, MOST_ROWS, slots, step, type Section } from "./virtual";

const sizes = { row: 50, head: 30 };
const section = (key: string, count: number, title?: string): Section<number> => ({ key, count, title, at: (index) => index });

describe("a laid list", () => {
  const all = lay([section("a", 2, "A"), section("b", 100_000, "B")], sizes);

  it("puts sections one under the other", () => {
    expect(all.map(({ top, height, first }) => [top, height, first])).toEqual([
      [0, 130, 0],
      [130, 5_000_030, 2],
    ]);
  });

  it("shows the first rows at the top", () => {
    const shown = all.map((one) => slots(one, 0, 600, sizes).map((slot) => slot.flat));
    expect(shown[0]).toEqual([0, 1]);
    expect(shown[1]?.[0]).toBe(2);
    expect(shown[1]?.length).toBeLessThan(20);
  });

  it("shows the last rows at the end, and none of a section that is far away", () => {
    const end = 130 + 5_000_030;
    expect(slots(all[1]!, end - 600, end, sizes).at(-1)).toMatchObject({ index: 99_999, flat: 100_001, top: 30 + 99_999 * 50 });
    expect(slots(all[0]!, end - 600, end, sizes)).toEqual([]);
  });

  it("never has more rows than it may, however tall the window", () => {
    for (const tall of [600, 1400, 2900, 4000]) {
      expect(slots(all[1]!, 1000, 1000 + tall, sizes).length).toBeLessThanOrEqual(MOST_ROWS);
    }
  });

  it("serves all rows with the same few elements", () => {
    const elements = new Set<number>();
    for (let from = 0; from < 100_000; from += 333) {
      const shown = slots(all[1]!, 1000 + from, 1600 + from, sizes).map((slot) => slot.element);
      expect(new Set(shown).size).toBe(shown.length);
      for (const element of shown) elements.add(element);
    }
    expect(elements.size).toBeLessThan(24);
  });

  it("finds a row by its place", () => {
    expect(find(all, 1)).toMatchObject({ index: 1, laid: { section: { key: "a" } } });
    expect(find(all, 2)).toMatchObject({ index: 0, laid: { section: { key: "b" } } });
    expect(find(all, 100_002)).toBeUndefined();
  });
});

describe("a key in a list", () => {
  it("moves within the list", () => {
    expect(step("ArrowDown", -1, 5, 3)).toBe(0);
    expect(step("ArrowDown", 4, 5, 3)).toBe(4);
    expect(step("ArrowUp", 0, 5, 3)).toBe(0);
    expect(step("PageDown", 1, 5, 3)).toBe(4);
    expect(step("PageUp", 1, 5, 3)).toBe(0);
    expect(step("x", 1, 5, 3)).toBeUndefined();
    expect(step("ArrowDown", 0, 0, 3)).toBeUndefined();
  });
});

// The mark stays on its machine, wherever that goes; with its machine gone, nothing is marked.
import { describe, expect, it } from "vitest";
import type { VmEntry } from "$engine";
import { Mark } from "./mark";
import type { Section } from "./virtual";

const section = (key: string, names: readonly (string | undefined)[]): Section<VmEntry> => ({
  key,
  count: names.length,
  at: (index) => (names[index] === undefined ? undefined : ({ vm: { id: names[index] } } as VmEntry)),
});

describe("a mark", () => {
  it("goes with its machine through a section, and from one to another", () => {
    const mark = new Mark();
    expect(mark.now(1, "", [section("pinned", ["a", "b"]), section("read", ["a", "b", "c"])])).toBe(1);
    expect(mark.now(1, "", [section("pinned", ["c", "a", "b"]), section("read", ["a", "b", "c"])])).toBe(2);
    expect(mark.now(2, "", [section("pinned", ["c", "a"]), section("read", ["a", "b", "c"])])).toBe(3);
    expect(mark.now(3, "", [section("pinned", ["c", "a", "b"]), section("read", ["a", "b", "c"])])).toBe(4);
  });

  it("is nowhere when its machine is", () => {
    const mark = new Mark();
    mark.now(1, "", [section("read", ["a", "b", "c"])]);
    expect(mark.now(1, "", [section("read", ["a", "c", "d"])])).toBe(-1);
    expect(mark.now(-1, "", [section("read", ["a", "b"])])).toBe(-1);
  });

  it("waits for a row that is being read, and is where it was put when another text is answered", () => {
    const mark = new Mark();
    mark.now(2, "", [section("read", ["a", "b", "c"])]);
    expect(mark.now(2, "", [section("read", ["a", "b", undefined])])).toBe(2);
    expect(mark.now(2, "", [section("read", ["x", "c", "y"])])).toBe(1);
    expect(mark.now(0, "x", [section("read", ["z", "c"])])).toBe(0);
    expect(mark.now(0, "x", [section("read", ["c", "z"])])).toBe(1);
  });
});

// Times are short, never more than is true, and by the person's own clock.
import { describe, expect, it } from "vitest";
import { ago, at, iso, length, local, millis, onDay, range, took } from "./time";

const now = Date.parse("2026-03-02T14:20:00Z");

describe("durations", () => {
  it("are read as the engine writes them", () => {
    expect(millis("PT1H30M")).toBe(5_400_000);
    expect(millis("PT14.25S")).toBe(14_250);
    expect(millis("PT0S")).toBe(0);
    expect(millis("-PT1M")).toBe(-60_000);
    expect(millis("P1DT1H")).toBe(90_000_000);
    expect(millis(null)).toBe(0);
    expect(millis("an hour")).toBe(0);
  });

  it("are written as Azure reads them", () => {
    expect([30, 60, 90, 1440].map(iso)).toEqual(["PT30M", "PT1H", "PT90M", "PT24H"]);
  });

  it("are told short", () => {
    expect([999, 59_999, 60_000, 3_599_999, 3_600_000, 3_900_000].map(length)).toEqual(["0 s", "59 s", "1 min", "59 min", "1 h", "1 h 5 min"]);
    expect(length(-5)).toBe("0 s");
  });

  it("tell how long a step took", () => {
    expect([184, 9_999, 14_800, 60_000, 125_000].map(took)).toEqual(["0.1 s", "9.9 s", "14 s", "1 min", "2 min 5 s"]);
  });

  it("tell what is usual without false precision", () => {
    expect(range(18_200, 34_400)).toBe("18 to 34 s");
    expect(range(20_000, 20_300)).toBe("about 20 s");
    expect(range(65_000, 130_000)).toBe("1 to 2 min");
    expect(range(100, 400)).toBe("about 1 s");
  });

  it("tell how old something is", () => {
    expect([10_000, 240_000, 3 * 86_400_000].map(ago)).toEqual(["just now", "4 min ago", "3 days ago"]);
  });
});

describe("instants", () => {
  it("are shown by the wall clock, with their day where it is another", () => {
    expect(at("2026-03-02T15:20:01.352Z", now)).toBe("16:20");
    expect(at("2026-03-02T23:30:00Z", now)).toBe("3 Mar 00:30");
    expect(at("2027-01-01T12:00:00Z", now)).toBe("1 Jan 2027 13:00");
    expect(onDay("2026-03-02T15:20:01Z")).toBe("2 Mar 2026 16:20");
  });

  it("are told from other parameters", () => {
    expect(local("2026-03-02T15:20:01Z", now)).toBe("16:20");
    expect(local("10.0.0.4", now)).toBe("10.0.0.4");
    expect(local("unknown", now)).toBe("unknown");
  });
});

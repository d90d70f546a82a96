// A long name keeps both its ends; nothing of it is lost or torn.
import { describe, expect, it } from "vitest";
import { ends } from "./vm";

describe("the ends of a name", () => {
  it("are one piece where it is as short as a Windows machine's", () => {
    expect(ends("vm-win-prod-001")).toEqual(["vm-win-prod-001", ""]);
  });

  it("tell apart two names that differ at the end only", () => {
    const [one, other] = [ends("vm-finance-reporting-frontend-001"), ends("vm-finance-reporting-frontend-002")];
    expect(one[0]).toBe(other[0]);
    expect(one[1]).not.toBe(other[1]);
    expect(one.join("")).toBe("vm-finance-reporting-frontend-001");
  });

  it("are never half a letter", () => {
    const [head, tail] = ends("vm-𝒶𝒷𝒸𝒹𝑒𝒻𝑔𝒽𝒾𝒿𝓀𝓁");
    expect(tail).toBe("𝑒𝒻𝑔𝒽𝒾𝒿𝓀𝓁");
    expect(head).toBe("vm-𝒶𝒷𝒸𝒹");
  });
});

// The page says of every problem what the engine says, and always something to do about it.
import { describe, expect, it } from "vitest";
import type { Problem, WayOut } from "$engine";
import problems from "$fixtures/problems.json";
import { brief, evidence, forHelpDesk, headline, sentence, wayWords } from "./problem";
import { has, sayWith } from "./say";
import { local } from "./time";

interface Told {
  problem: Problem;
  text: string;
  ways_out: WayOut[];
}

const all = problems as unknown as Told[];
const now = Date.parse("2026-03-02T12:00:00Z");
/** Instants are the one thing that differs: the page shows them by the wall clock. */
const byTheClock = (text: string): string => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => local(instant, now));

describe.each(all.map((told) => [told.problem.code, told] as const))("%s", (code, { problem, text, ways_out }) => {
  it("is said in the engine's words", () => {
    expect(sentence(problem, now)).toBe(byTheClock(text));
  });

  it("is said without ids in a card", () => {
    expect(brief(problem, now)).not.toMatch(/\/subscriptions\/|Microsoft\.[A-Z]\w+\/|\{/);
  });

  it("has a headline of its own", () => {
    expect(has(`ui.problem.${code}`)).toBe(true);
    expect(headline(problem).length).toBeLessThanOrEqual(36);
  });

  it("has ways out, none of which sends a person to the command line", () => {
    expect(ways_out.length).toBeGreaterThan(0);
    for (const way of ways_out) {
      const words = way.way === "answer" ? sayWith(`ui.answer.${way.answer.answer}`, { vm: "vm", addresses: "256" }) : wayWords(way);
      expect(words).not.toMatch(/^(ui\.|way-out\.)|gangway [a-z]|--[a-z]|\{/);
    }
  });

  it("can be told to the help desk", () => {
    const lines = forHelpDesk(problem, { vm: "vm-web-01", resource: "/subscriptions/1", now }).split("\n");
    expect(lines[0]).toBe(`Problem: ${code}`);
    expect(lines).toContain("Virtual machine: vm-web-01");
    expect(lines.at(-1)).toBe("Time: 2026-03-02T12:00:00Z (13:00)");
  });
});

it("shows instants by the wall clock", () => {
  const throttled = all.find((told) => told.problem.code === "throttled");
  expect(sentence(throttled!.problem, now)).not.toMatch(/\dT\d/);
});

it("names a place by its group, and keeps what the help desk needs", () => {
  const scope = "/subscriptions/6f1d/resourceGroups/rg-prod/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default/initiate";
  const action = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
  const problem: Problem = { code: "permission-missing", action, scope, params: { action, scope }, details: { correlation: "9dc7", observed: "403 AuthorizationFailed" } };
  expect(brief(problem, now)).toBe("Your account has no role to request access in rg-prod.");
  expect(evidence(problem)).toEqual({ observed: "403 AuthorizationFailed", correlation: "9dc7" });
  expect(forHelpDesk(problem, { now })).toContain(`${action} at ${scope}`);
});

it("leaves it to the help desk how a rule was found", () => {
  const params = { rule: "deny-management", nsg: "nsg-web", priority: "90" };
  const problem: Problem = { code: "blocked-by-rule", ...params, priority: 90, params, details: { observed: "effective rules" } };
  expect(evidence(problem)).toBeNull();
  expect(forHelpDesk(problem, { now })).toContain("effective rules");
});

it("passes on what the help desk asks for", () => {
  const problem: Problem = {
    code: "reached-but-refused", target: "10.0.0.4", port: 22, params: { target: "10.0.0.4", port: "22" },
    details: { correlation: "6f1d", resource: "/subscriptions/1/x", observed: "RST after 12 s" },
  };
  const text = forHelpDesk(problem, { now });
  expect(text).toContain("Correlation id: 6f1d");
  expect(text).toContain("Resource: /subscriptions/1/x");
  expect(text).toContain("Observed: RST after 12 s");
});

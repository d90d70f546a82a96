// What axe-core finds against a page, as lines that say where.
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Rules of the WCAG levels A and AA and axe's own good practice. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; html: string; failureSummary?: string }[];
}

/** What else can differ where only the colours do. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** All rules, or those that look at colours. */
export async function violations(page: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  // A page keeps it: its size is that of the page many times over.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const runOnly = rules === "all" ? { type: "tag", values: TAGS } : { type: "rule", values: COLOURS };
  const found = await page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<{ violations: Violation[] }> } };
    return (await axe.run(document, { runOnly: only, resultTypes: ["violations"] })).violations;
  }, runOnly);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} | ${node.target.join(" ")} | ${node.html.slice(0, 160)} | ${(node.failureSummary ?? "").replace(/\s+/g, " ")}`),
  );
}

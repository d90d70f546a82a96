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

/** Rules that make no sense for what is looked at, each with the reason. */
export interface Except {
  rule: string;
  reason: string;
}

export async function violations(page: Page, within: string | null = null, except: Except[] = []): Promise<string[]> {
  await page.evaluate(axe.source);
  const off = Object.fromEntries(except.map(({ rule }) => [rule, { enabled: false }]));
  const found = await page.evaluate(
    async ({ tags, off, within }) => {
      const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<{ violations: Violation[] }> } };
      return (await axe.run(within ?? document, { runOnly: tags, rules: off, resultTypes: ["violations"] })).violations;
    },
    { tags: TAGS, off, within },
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} | ${node.target.join(" ")} | ${node.html.slice(0, 160)} | ${(node.failureSummary ?? "").replace(/\s+/g, " ")}`),
  );
}

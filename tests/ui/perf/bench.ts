// `npm run bench -- --json`: what the long list costs, as one line for `cargo xtask bench`.
import { chromium } from "playwright-core";
import { launch } from "../stage/browser";
import { build } from "../stage/build";
import { serve } from "../stage/serve";
import { openList, quantile, scroll, type } from "./list";

export async function main(words: string[]): Promise<void> {
  build();
  const served = await serve();
  const server = await launch();
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const few = await openList(browser, served.origin, 10_000);
    const typed = await type(few, ["web-09", "sql", "rg-app"]);
    const many = await openList(browser, served.origin, 100_000);
    const scrolled = await scroll(many);
    const filtered = await type(many, ["web-09", "sql"]);
    const figures = {
      // Processor time from the key to the frame that shows the filtered list, at 10,000 VMs.
      keystroke_ms: round(quantile(typed.keys, 0.95)),
      keystroke_median_ms: round(quantile(typed.keys, 0.5)),
      // The longest piece of work of the page's thread, at 100,000 VMs.
      scroll_longest_task_ms: round(scrolled.longest.cpu),
      filter_longest_task_ms: round(filtered.longest.cpu),
      rows_in_page: Math.max(scrolled.rows, filtered.rows),
    };
    const lines = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
    process.stdout.write(`${words.includes("--json") ? JSON.stringify(figures) : lines.join("\n")}\n`);
    await browser.close();
  } finally {
    await server.close();
    await served.close();
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;

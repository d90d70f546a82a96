// The checks themselves: each is shown something bad, and has to say so.
import { PNG } from "pngjs";
import { inject, expect, test } from "vitest";
import { trace } from "../perf/trace";
import { difference } from "../frames/compare";
import { violations } from "../frames/axe";
import { misfits } from "../frames/cut";
import { blank, POPOVER } from "./open";
import { policy } from "./serve";

const now = new Date("2026-11-20T15:00:00Z");

test("a picture that says another minute differs, the same picture does not", () => {
  const picture = (dark: number): PNG => {
    const png = new PNG({ width: 100, height: 100 });
    png.data.fill(255);
    for (let at = 0; at < dark; at++) png.data.fill(0, at * 8, at * 8 + 3);
    return png;
  };
  expect(difference(picture(40), picture(40)).tooMany).toBe(false);
  expect(difference(picture(40), picture(70)).tooMany).toBe(true);
});

test("a button without a name is a violation", async () => {
  const page = await blank(POPOVER, {}, now);
  await page.setContent("<html lang=en><title>t</title><main><h1>t</h1><button></button></main>");
  expect((await violations(page)).join("\n")).toContain("button-name");
});

test("text of importance that is cut is found", async () => {
  const page = await blank(POPOVER, {}, now);
  await page.setContent('<p data-keep style="width:3em;overflow:hidden;white-space:nowrap">until 17:40 and longer</p>');
  expect((await misfits(page)).join("\n")).toContain("cut: <p");
});

test("a control on another one is found", async () => {
  const page = await blank(POPOVER, {}, now);
  await page.setContent('<button>Extend</button><button style="position:absolute;left:10px;top:10px">Cancel</button>');
  expect((await misfits(page)).join("\n")).toContain("on one another");
});

test("a page that is wider than its window is found", async () => {
  const page = await blank(POPOVER, {}, now);
  await page.setContent('<div style="width:500px">wide</div>');
  expect((await misfits(page)).join("\n")).toContain("scrolls sideways");
});

test("a task that takes long is seen with the time that it took", async () => {
  const page = await blank(POPOVER, {}, null);
  await page.setContent("<button>Go</button>");
  await page.evaluate(() => {
    document.querySelector("button")?.addEventListener("click", () => {
      performance.mark("gangway-click");
      const since = performance.now();
      while (performance.now() - since < 600);
    });
  });
  const { tasks } = await trace(page, () => page.click("button"));
  const longest = Math.max(...tasks.map((task) => task.cpu));
  expect(longest).toBeGreaterThan(100);
  expect(longest).toBeLessThan(1000);
});

test("what the shell's policy forbids is a complaint", async () => {
  expect(policy()).toContain("script-src 'self'");
  const page = await blank(POPOVER, {}, now, { mayComplain: /content policy/ });
  await page.goto(`${inject("origin")}/index.html?fixture=ready`);
  const told = page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.head.append(style);
  });
  await told;
});

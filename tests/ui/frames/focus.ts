// Where the keyboard is: what has the focus, whether that can be seen, and the walk through all of it.
import type { Page } from "playwright-core";

export interface Stop {
  /** Role or tag, and name: enough for a person to find it. */
  what: string;
  /** Whether it lies within the window and is not covered. */
  seen: boolean;
  /** Whether something marks it as focused. */
  marked: boolean;
}

/** All stops of the Tab key, from wherever the focus is until it comes round. */
export async function walk(page: Page, limit = 80): Promise<Stop[]> {
  const stops: Stop[] = [];
  let left = false;
  for (let count = 0; count < limit; count++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(here);
    if (stop === "again") return stops;
    // Behind the last stop the browser's own come, and then the first.
    if (stop === "nothing" && left) return stops;
    if (stop === "nothing") left = true;
    else stops.push(stop);
  }
  return stops;
}

/** Runs in the page: what has the focus, where it is not the page itself and did not have it before. */
function here(): Stop | "nothing" | "again" {
  const stage = window as unknown as { stageSeen?: Set<Element> };
  stage.stageSeen ??= new Set();
  const element = document.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return "nothing";
  if (stage.stageSeen.has(element)) return "again";
  stage.stageSeen.add(element);
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const role = element.getAttribute("role") ?? element.tagName.toLowerCase();
  const name = element.getAttribute("aria-label") ?? element.getAttribute("title") ?? (element.textContent ?? "").replace(/\s+/g, " ").trim();
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2];
  const top = document.elementFromPoint(x, y);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    what: `${role} “${name.slice(0, 60)}”`,
    // What screen readers hear of may be a single pixel: a field under its own drawing, such as a switch.
    seen: x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight && top !== null && (element.contains(top) || top === element.parentElement || top.closest("label")?.contains(element) === true),
    marked: outlined || style.boxShadow !== "none" || near(element) || active(element),
  };

  /** A list keeps the focus itself and marks the row that keys act on. */
  function active(of: Element): boolean {
    const row = document.getElementById(of.getAttribute("aria-activedescendant") ?? "");
    const look = row === null ? null : getComputedStyle(row);
    return look !== null && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  }

  /** A mark that a neighbour draws, as for a field that is drawn by its label. */
  function near(of: Element): boolean {
    const drawn = of.nextElementSibling ?? of.parentElement;
    if (drawn === null) return false;
    const look = getComputedStyle(drawn);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  }
}

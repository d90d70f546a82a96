// Finds what does not fit: text that is cut, a page that scrolls sideways, controls that lie on one another.
import type { Page } from "playwright-core";

export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(look);
}

/** Runs in the page. */
function look(): string[] {
  const found: string[] = [];
  const say = (element: Element): string => {
    const text = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 60);
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> “${text}”`;
  };
  const seen = (element: Element): boolean => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const clips = (element: Element): { x: boolean; y: boolean } => {
    const style = getComputedStyle(element);
    return { x: style.overflowX === "hidden" || style.overflowX === "clip", y: style.overflowY === "hidden" || style.overflowY === "clip" };
  };
  const scrolls = (element: Element): boolean => {
    const style = getComputedStyle(element);
    return [style.overflowX, style.overflowY].some((value) => value === "auto" || value === "scroll");
  };

  for (const element of [document.documentElement, document.body]) {
    if (element.scrollWidth > element.clientWidth) found.push(`the page scrolls sideways: ${element.scrollWidth} > ${element.clientWidth}`);
  }

  // Text of importance: whole, and not under the edge of what holds it.
  for (const element of document.querySelectorAll("[data-keep]")) {
    if (!seen(element)) continue;
    const box = element.getBoundingClientRect();
    if (element.scrollWidth > element.clientWidth && getComputedStyle(element).display !== "inline") found.push(`cut: ${say(element)}`);
    if (box.left < -0.5 || box.right > innerWidth + 0.5) found.push(`beyond the window: ${say(element)}`);
    for (let over = element.parentElement; over !== null && !scrolls(over); over = over.parentElement) {
      const edge = over.getBoundingClientRect();
      const { x, y } = clips(over);
      if (x && (box.left < edge.left - 0.5 || box.right > edge.right + 0.5)) found.push(`cut by ${say(over)}: ${say(element)}`);
      if (y && (box.top < edge.top - 0.5 || box.bottom > edge.bottom + 0.5)) found.push(`cut by ${say(over)}: ${say(element)}`);
    }
  }

  // Text that ends in dots says the whole somewhere else.
  for (const element of document.querySelectorAll("*")) {
    if (!(element instanceof HTMLElement) || !seen(element) || element.scrollWidth <= element.clientWidth + 1) continue;
    const style = getComputedStyle(element);
    if (style.textOverflow === "ellipsis" && !(element instanceof HTMLInputElement)) {
      if (element.closest("[title]") === null && element.querySelector("[title]") === null) found.push(`dots without the whole as title: ${say(element)}`);
    } else if (clips(element).x && element.childElementCount === 0 && !(element instanceof HTMLInputElement)) {
      found.push(`cut without dots: ${say(element)}`);
    }
  }

  // Buttons say their whole label, inside themselves.
  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, [role=option], [role=menuitem], [role=switch]")].filter(seen);
  for (const control of controls) {
    if (control.scrollWidth > control.clientWidth + 1 && control.tagName === "BUTTON" && getComputedStyle(control).overflowX === "visible") {
      found.push(`label runs out of its button: ${say(control)}`);
    }
  }

  // No control lies on another that does not hold it, as far as both can be seen.
  const shown = controls.map((control) => ({ control, box: visiblePart(control) })).filter(({ box }) => box.width > 1 && box.height > 1);
  for (const [at, one] of shown.entries()) {
    for (const other of shown.slice(at + 1)) {
      if (one.control.contains(other.control) || other.control.contains(one.control)) continue;
      if (floats(one.control) !== floats(other.control)) continue;
      if (label(one.control, other.control)) continue;
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (width > 1.5 && height > 1.5) found.push(`on one another: ${say(one.control)} and ${say(other.control)}`);
    }
  }
  return found;

  /** A control inside a field, such as the one that empties a search, belongs there. */
  function label(one: Element, other: Element): boolean {
    const [field, control] = one instanceof HTMLInputElement ? [one, other] : [other, one];
    return field instanceof HTMLInputElement && field.parentElement?.contains(control) === true;
  }

  /** What floats above the page may cover it: the layer it floats in, else nothing. */
  function floats(element: Element): Element | null {
    return element.closest("dialog, [role=menu], [role=dialog], [popover]");
  }

  function visiblePart(element: Element): DOMRect {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let over = element.parentElement; over !== null; over = over.parentElement) {
      if (!scrolls(over) && !clips(over).x && !clips(over).y) continue;
      const edge = over.getBoundingClientRect();
      left = Math.max(left, edge.left);
      top = Math.max(top, edge.top);
      right = Math.min(right, edge.right);
      bottom = Math.min(bottom, edge.bottom);
    }
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }
}

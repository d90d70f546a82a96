// Does on a page what a person would, waiting for what is touched to be there.
import type { Hand } from "./state";

const LONGEST_FRAMES = 600;

const frame = (): Promise<void> => new Promise((drawn) => requestAnimationFrame(() => drawn()));

async function see(selector: string): Promise<HTMLElement> {
  for (let waited = 0; waited < LONGEST_FRAMES; waited++) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) return found;
    await frame();
  }
  throw new Error(`${selector} did not come`);
}

export const hand: Hand = {
  see,
  async press(selector) {
    (await see(selector)).click();
    await frame();
  },
  async write(selector, text) {
    const field = (await see(selector)) as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await frame();
  },
  async choose(selector, file) {
    const field = (await see(selector)) as HTMLInputElement;
    const chosen = new DataTransfer();
    chosen.items.add(file);
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await frame();
  },
};

/** Waits until nothing on the page has changed for some frames. */
export async function settled(): Promise<void> {
  let changed = true;
  const watch = new MutationObserver(() => (changed = true));
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let quiet = 0; quiet < 5; quiet = changed ? 0 : quiet + 1) {
    changed = false;
    await frame();
  }
  watch.disconnect();
}

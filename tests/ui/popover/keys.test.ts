// Where the keyboard is: at what asks, else in the search field, whatever the mouse did before.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { become, notWished, press, wished } from "../stage/act";
import { moment, open } from "../stage/open";
import { words } from "../stage/words";

const inField = (page: Page): Promise<boolean> => page.getByRole("combobox").evaluate((field) => field === document.activeElement);
const typed = (page: Page): Promise<string> => page.getByRole("combobox").inputValue();

test("a link that comes takes the focus to No, and Enter opens nothing", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  expect(await inField(page)).toBe(true);
  await become(page, moment("link"));
  const no = page.getByRole("button", { name: words("ui.link.no") });
  await expect.poll(() => no.evaluate((button) => button === document.activeElement)).toBe(true);
  await press(page, "Enter");
  expect(await wished(page, "intent", "follow-link")).toMatchObject({ go: false });
  await notWished(page, "connect");
  // It is answered: the next thing to do is to look for a machine.
  await expect.poll(() => inField(page)).toBe(true);
});

test.each([["link", "popover"], ["open", "popover/quit"], ["asking-which-service", "popover"], ["asking-vm-not-running", "popover"]])(
  "while %s at %s asks, Enter in the empty field connects to nothing",
  async (name, path) => {
    const page = await open({ moment: name, path });
    expect(await inField(page)).toBe(false);
    await page.getByRole("combobox").focus();
    await press(page, "Enter");
    await notWished(page, "connect");
    await page.keyboard.type("sql");
    await page.getByRole("row").first().waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBeLessThan(9);
    await press(page, "Enter");
    expect(await wished(page, "intent", "connect")).toMatchObject({ vm: expect.stringMatching(/vm-sql-01$/) as string });
  },
);

test("quitting begins at Stay", async () => {
  const page = await open({ moment: "open", path: "popover/quit" });
  await press(page, "Enter");
  await wished(page, "window", "close");
  await notWished(page, "quit");
});

test("a question does not take the focus from who types", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await page.keyboard.type("we");
  await become(page, moment("asking-vm-not-running"));
  await page.getByRole("button", { name: words("ui.answer.start-vm", { vm: "vm-build-03" }) }).waitFor();
  await page.keyboard.type("b");
  expect(await typed(page)).toBe("web");
});

test("what is typed is found, after a click beside everything", async () => {
  const page = await open({ moment: "open", path: "popover" });
  await page.getByText("vm-web-01").first().click();
  await page.locator("header strong").click({ button: "right" });
  expect(await inField(page)).toBe(true);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.type("sql");
  expect(await typed(page)).toBe("sql");
});

test("a key on a button is the search's, but for those that press it", async () => {
  const page = await open({ moment: "open", path: "popover" });
  await page.getByRole("button", { name: /^Extend/ }).first().focus();
  await press(page, "Space");
  await wished(page, "intent", "extend");
  await page.keyboard.type("sql");
  expect(await typed(page)).toBe("sql");
});

test("the options that a right click opened give the focus to the search", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.getByRole("row").nth(1).click({ button: "right" });
  await page.getByRole("dialog").waitFor();
  await press(page, "Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => inField(page)).toBe(true);
});

test("shown again, it begins at its top", async () => {
  const page = await open({ moment: "everything-at-once", path: "popover" });
  const main = page.locator("main");
  await main.evaluate((scroller) => scroller.scrollTo(0, 400));
  expect(await main.evaluate((scroller) => scroller.scrollTop)).toBeGreaterThan(0);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  expect(await main.evaluate((scroller) => scroller.scrollTop)).toBe(0);
});

test("a card that goes leaves no hole in the list", async () => {
  const page = await open({ moment: "ready", path: "popover", vms: 1_000 });
  /** Whether a row lies at the foot of what scrolls, as far as one can see. */
  const filled = (): Promise<boolean> =>
    page.locator("main").evaluate((scroller) => {
      const foot = scroller.getBoundingClientRect().bottom;
      return [...document.querySelectorAll("[role=row]")].some((row) => row.getBoundingClientRect().bottom >= foot);
    });
  await expect.poll(filled).toBe(true);
  // Nothing but cards: neither the list nor what scrolls has another size.
  const { link, connections, accesses } = moment("everything-at-once").snapshot;
  const cards = moment("ready");
  Object.assign(cards.snapshot, { link, connections, accesses });
  await become(page, cards);
  await page.getByText(words("ui.link.title")).first().waitFor();
  // The list sees how little room it has left, as it does when somebody scrolls.
  await page.locator("main").evaluate((scroller) => scroller.dispatchEvent(new Event("scroll")));
  await expect.poll(() => page.getByRole("row").count()).toBeLessThan(5);
  await become(page, moment("ready"));
  await page.getByText(words("ui.link.title")).first().waitFor({ state: "detached" });
  await expect.poll(filled).toBe(true);
});

test("nothing but data is selected by Ctrl+A", async () => {
  const page = await open({ moment: "open", path: "popover" });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press(page, "Control+a");
  const chosen = await page.evaluate(() => getSelection()?.toString() ?? "");
  expect(chosen).not.toContain(words("ui.list.favourites"));
  expect(chosen).not.toContain("vm-web-01");
});

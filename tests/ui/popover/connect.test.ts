// From the tray to a virtual machine without a mouse: look for it, choose it, connect, and stop again.
import { expect, test } from "vitest";
import { become, press, wished } from "../stage/act";
import { moment, open } from "../stage/open";
import { words } from "../stage/words";

const WEB = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/vm-web-02";

test("the search has the focus, and Enter connects with the defaults", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  const search = page.getByRole("combobox");
  expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("web-02");
  await page.getByRole("row").first().waitFor();
  await expect.poll(() => page.getByRole("row").count()).toBe(1);
  await press(page, "Enter");
  const wish = await wished(page, "intent", "connect");
  expect(wish).toMatchObject({ vm: WEB, service: null, duration: null, reason: null, launch: true, insist: false, attended: true });
  await page.getByText(words("ui.connection.to", { vm: "vm-web-02" })).waitFor();
  // The next one can be looked for at once.
  expect(await search.evaluate((field) => field === document.activeElement && (field as HTMLInputElement).value === "")).toBe(true);
});

test("arrows choose among favourites, recent and all; the chosen row is named to a screen reader", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  const named = (): Promise<string> =>
    page.getByRole("combobox").evaluate((field) => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");
  expect(await named()).toContain("vm-web-01");
  await press(page, "ArrowDown", "ArrowDown");
  expect(await named()).toContain("vm-sql-01");
  await press(page, "ArrowUp");
  expect(await named()).toContain("vm-jump-01");
  await press(page, "Enter");
  const wish = await wished(page, "intent", "connect");
  expect(wish).toMatchObject({ vm: expect.stringMatching(/vm-jump-01$/) as string });
});

test("far down the list the chosen row is in sight", async () => {
  const page = await open({ moment: "ready", path: "popover", vms: 10_000 });
  for (let count = 0; count < 12; count++) await press(page, "PageDown");
  const inSight = await page.getByRole("combobox").evaluate((field) => {
    const box = document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.getBoundingClientRect();
    return box !== undefined && box.top >= 0 && box.bottom <= innerHeight && box.height > 20;
  });
  expect(inSight).toBe(true);
  expect(await page.getByRole("row").count()).toBeLessThanOrEqual(60);
});

test("Escape empties the search first, and closes the popover then", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await page.keyboard.type("sql");
  await press(page, "Escape");
  expect(await page.getByRole("combobox").inputValue()).toBe("");
  await press(page, "Escape");
  await wished(page, "window", "close");
});

test("the small menu offers protocol, duration and reason, from the keyboard", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await press(page, "Shift+F10");
  const sheet = page.getByRole("dialog");
  await sheet.waitFor();
  expect(await sheet.getByRole("heading").first().textContent()).toContain("vm-web-01");
  await sheet.getByLabel(words("ui.sheet.duration")).selectOption({ index: 1 });
  await sheet.getByLabel(words("ui.sheet.reason-optional")).fill("INC-4711 log disk full");
  await press(page, "Enter");
  const wish = await wished(page, "intent", "connect");
  expect(wish).toMatchObject({ reason: "INC-4711 log disk full", duration: expect.stringMatching(/^PT/) as string });
  await sheet.waitFor({ state: "detached" });
});

test("Escape leaves the small menu, and the search has the focus again", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await press(page, "Shift+F10");
  await page.getByRole("dialog").waitFor();
  await press(page, "Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => page.getByRole("combobox").evaluate((field) => field === document.activeElement)).toBe(true);
});

test("a required reason is asked for before anything is sent", async () => {
  const shown = moment("ready");
  shown.snapshot.settings.reason_required = true;
  const page = await open({ moment: "ready", path: "popover" });
  await become(page, shown);
  await press(page, "Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByLabel(words("ui.sheet.reason"), { exact: true }).focus();
  await press(page, "Enter");
  await page.getByText(words("problem.reason-missing")).waitFor();
  await page.keyboard.type("Patch");
  await press(page, "Enter");
  expect(await wished(page, "intent", "connect")).toMatchObject({ reason: "Patch" });
});

test("the steps of a connection show their state and time, and Cancel stops it", async () => {
  const page = await open({ moment: "connecting-proving", path: "popover" });
  await page.getByText(words("ui.connection.to", { vm: "vm-web-01" })).waitFor();
  await page.getByText(words("ui.step.proof.running")).first().waitFor();
  expect(await page.getByText(/usually .+ here/).count()).toBe(1);
  await page.getByRole("button", { name: words("ui.cancel"), exact: true }).click();
  await wished(page, "intent", "cancel");
  await page.getByText(words("ui.connection.to", { vm: "vm-web-01" })).waitFor({ state: "detached" });
});

test("without a history of this computer nothing is promised", async () => {
  const page = await open({ moment: "connecting-proving-no-usual", path: "popover" });
  expect(await page.getByText(/usually/).count()).toBe(0);
});

test("a step that is done is said aloud", async () => {
  const page = await open({ moment: "connecting-requesting", path: "popover" });
  await become(page, moment("connecting-proving"));
  await expect.poll(() => page.locator("[aria-live=polite]").allTextContents().then((all) => all.join(" "))).toContain(words("ui.step.proof.running"));
});

test("a favourite is marked with the keyboard", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await page.keyboard.type("vm-app-03");
  await expect.poll(() => page.getByRole("row").count()).toBe(1);
  await press(page, "Control+d");
  expect(await wished(page, "store", "mark-favourite")).toMatchObject({ marked: true });
});

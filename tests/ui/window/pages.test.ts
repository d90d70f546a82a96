// What a person does in the window: find, look, search, export, change, import, switch and leave.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { become, press, tabTo, wished } from "../stage/act";
import { moment, open } from "../stage/open";
import { firstVm } from "../stage/moments";
import { words } from "../stage/words";

const vmPage = (name: string): string => `window/vm/${encodeURIComponent(firstVm(name))}`;

test("the rail leads to every page, and its name is the title", async () => {
  const page = await open({ moment: "ready", path: "window/vms" });
  for (const name of ["history", "vpn", "accounts", "settings", "about", "vms"]) {
    await page.getByRole("navigation").getByRole("link", { name: words(`ui.nav.${name}`), exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: words(name === "about" ? "ui.about.title" : `ui.nav.${name}`) }).waitFor();
    expect(await page.title()).toContain(words(`ui.nav.${name}`));
    // A list begins in its search; any other page at its top.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe(name === "vms" ? "INPUT" : "MAIN");
  }
});

test("the shell leads an open window to another page by its hash", async () => {
  const page = await open({ moment: "ready", path: "window/vms" });
  await page.evaluate(() => (location.hash = "#/window/history"));
  await page.getByRole("heading", { level: 1, name: words("ui.nav.history") }).waitFor();
});

test("a virtual machine is found, and Enter opens its page", async () => {
  const page = await open({ moment: "ready", path: "window/vms" });
  await tabTo(page, words("ui.vms.search"));
  await page.keyboard.type("vm-sql");
  await expect.poll(() => page.getByRole("row").count()).toBe(1);
  await press(page, "ArrowDown", "Enter");
  await page.getByRole("heading", { level: 1, name: "vm-sql-01" }).waitFor();
});

test("what no search finds is said, and the search can be cleared", async () => {
  const page = await open({ moment: "ready", path: "window/vms" });
  await page.getByRole("combobox", { name: "Search virtual machines" }).fill("nothing-like-it");
  await page.getByText(words("ui.vms.no-match", { text: "nothing-like-it" })).waitFor();
  await page.getByRole("button", { name: words("ui.vms.clear-search") }).click();
  await page.getByRole("row").first().waitFor();
});

test("the page of a virtual machine tells addresses, policy, what runs and what was", async () => {
  const page = await open({ moment: "open", path: vmPage("open") });
  for (const section of ["addresses", "ports", "running", "options", "history", "overview"]) {
    await page.getByRole("heading", { level: 2, name: words(`ui.vm.${section}`) }).waitFor();
  }
  await page.getByText("10.20.1.4").first().waitFor();
  expect(await page.locator("[data-keep]").allTextContents()).toContainEqual(expect.stringContaining("16:20"));
});

test("the options of a virtual machine stand under headings that the keyboard opens", async () => {
  const page = await open({ moment: "ready", path: vmPage("ready") });
  const row = page.getByText(words("ui.vm-setting.rdp.drives"), { exact: true });
  await page.getByText(words("ui.vm-setting.protocol"), { exact: true }).waitFor();
  expect(await row.isVisible()).toBe(false);
  await tabTo(page, words("ui.vm.options.shared"));
  await press(page, "Enter");
  await row.waitFor();
  await page.getByRole("switch", { name: words("ui.vm-setting.rdp.drives") }).press("Space");
  expect(await wished(page, "store", "set-for-vm")).toMatchObject({ key: "rdp.drives", value: "true" });
});

test("the tunnel's own names stand on the page of the VPN", async () => {
  const page = await open({ moment: "ready", path: "window/vpn" });
  await page.getByText(words("ui.vpn.entry.azure-vpn-client", { name: "contoso-hub" })).first().waitFor();
});

test("connecting with options is a dialog that Enter ends and Escape leaves", async () => {
  const page = await open({ moment: "ready", path: vmPage("ready") });
  const more = page.getByRole("button", { name: words("ui.vm.more", { vm: "vm-web-01" }) });
  await more.focus();
  await press(page, "Enter");
  await page.getByRole("menuitem", { name: words("ui.vm.connect-options") }).waitFor();
  await press(page, "Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await press(page, "Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  await more.focus();
  await press(page, "Enter", "Enter");
  await dialog.waitFor();
  await dialog.getByLabel(words("ui.sheet.reason-optional")).fill("CHG-0815");
  await press(page, "Enter");
  expect(await wished(page, "intent", "connect")).toMatchObject({ vm: firstVm("ready"), reason: "CHG-0815" });
});

test("an option of one machine is saved for it alone", async () => {
  const page = await open({ moment: "ready", path: vmPage("ready") });
  await page.getByLabel(words("ui.vm-setting.protocol"), { exact: true }).selectOption("rdp");
  expect(await wished(page, "store", "set-for-vm")).toMatchObject({ vm: firstVm("ready"), key: "protocol", value: "rdp" });
});

test("history is searched and exported, and the file is named", async () => {
  const page = await open({ moment: "open", path: "window/history" });
  const rows = page.getByRole("main").getByRole("row");
  const before = await rows.count();
  await page.getByLabel(words("ui.history.search")).fill("sql");
  await expect.poll(() => rows.count()).toBeLessThan(before);
  await page.getByRole("button", { name: words("ui.history.export-found") }).click();
  expect(await wished(page, "store", "export-history")).toMatchObject({ text: "sql" });
  await page.getByText("gangway-history-2026-03-02.csv", { exact: false }).waitFor();
});

test("a setting is changed with the keyboard and says that it is saved", async () => {
  const page = await open({ moment: "ready", path: "window/settings" });
  await tabTo(page, words("ui.setting.autostart"));
  await press(page, "Space");
  expect(await wished(page, "store", "set")).toEqual({ store: "set", key: "autostart", value: "true" });
  await page.getByText(words("ui.settings.saved")).waitFor();
});

test("a value that does not fit says why, and stays to be mended", async () => {
  const page = await open({ moment: "ready", path: "window/settings" });
  const field = page.getByLabel(words("ui.setting.duration"), { exact: true });
  await field.fill("soon");
  await press(page, "Tab");
  await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
  expect(await field.inputValue()).toBe("soon");
});

test("a setting of the organisation is marked and cannot be changed", async () => {
  const page = await open({ moment: "ready", path: "window/settings" });
  const locked = page.getByLabel(words("ui.setting.client_id"), { exact: true });
  expect(await locked.isDisabled()).toBe(true);
  expect(await page.getByText(words("ui.settings.locked")).count()).toBeGreaterThan(0);
});

test("the theme follows the setting at once", async () => {
  const page = await open({ moment: "ready", path: "window/settings" });
  await page.getByLabel(words("ui.setting.theme"), { exact: true }).selectOption("dark");
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
});

test("a profile that is chosen is imported and listed; a file that is none is refused in words", async () => {
  const page = await open({ moment: "ready", path: "window/vpn" });
  const profile = join(tmpdir(), `gangway-ui-${process.pid}.xml`);
  writeFileSync(profile, "<AzVpnProfile/>");
  await page.locator("input[type=file]").setInputFiles(profile);
  const wish = await wished(page, "store", "import-profile");
  expect(Buffer.from("content" in wish ? wish.content : "", "base64").toString()).toBe("<AzVpnProfile/>");
  await page.getByRole("heading", { name: `gangway-ui-${process.pid}` }).waitFor();
  writeFileSync(profile, "no profile");
  await page.locator("input[type=file]").setInputFiles(profile);
  await page.getByText("a VPN profile of Azure").waitFor();
});

test("a profile that is dropped is imported, and the page stays", async () => {
  const page = await open({ moment: "ready", path: "window/vpn" });
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["<AzVpnProfile/>"], "dropped.xml"));
    const place = document.querySelector("[role=group]");
    for (const type of ["dragenter", "dragover", "drop"]) place?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  });
  expect(await wished(page, "store", "import-profile")).toMatchObject({ name: "dropped.xml" });
  await page.getByRole("heading", { name: "dropped" }).waitFor();
});

test("an organisation is switched off with the keyboard", async () => {
  const page = await open({ moment: "accounts", path: "window/accounts" });
  await tabTo(page, words("ui.accounts.tenant.switch", { tenant: "Contoso" }));
  await press(page, "Space");
  expect(await wished(page, "intent", "switch-tenant")).toMatchObject({ on: false });
});

test("sign-out asks first and tells what stays open", async () => {
  const page = await open({ moment: "open", path: "window/accounts" });
  await page.getByRole("button", { name: words("ui.accounts.sign-out-of", { account: "admin@contoso.example" }) }).click();
  const dialog = page.getByRole("dialog").or(page.getByRole("alertdialog"));
  await dialog.waitFor();
  await dialog.getByText("vm-web-01 until 16:20").waitFor();
  await dialog.getByRole("button", { name: words("ui.accounts.out.yes") }).click();
  expect(await wished(page, "intent", "sign-out")).toMatchObject({ end_session: false });
});

test("a sign-in by code in the window shows the code and can be stopped", async () => {
  const page = await open({ moment: "first-run", path: "window/accounts" });
  await page.getByRole("button", { name: words("ui.accounts.way.use", { way: words("ui.accounts.way.device-code") }) }).click();
  await page.getByText("H7KQ2WXPD").waitFor();
  await page.getByRole("button", { name: words("ui.accounts.cancel-sign-in") }).click();
  await wished(page, "intent", "cancel-sign-in");
});

test("the first run goes from sign-in over the VPN to a first machine, and can be left at any step", async () => {
  const page = await open({ moment: "first-run", path: "window/first-run" });
  await page.getByRole("heading", { level: 1, name: words("ui.first-run.title") }).waitFor();
  const leave = page.getByRole("button", { name: words("ui.first-run.leave") });
  expect(await leave.isVisible()).toBe(true);
  await become(page, moment("no-tunnel"));
  await page.getByText(words("ui.first-run.vpn.what")).waitFor();
  expect(await leave.isVisible()).toBe(true);
  const bare = moment("ready");
  bare.snapshot.pinned = [];
  await become(page, bare);
  await page.getByRole("button", { name: words("ui.first-run.vm.choose-of", { vm: "vm-web-01" }) }).click();
  expect(await wished(page, "store", "mark-favourite")).toMatchObject({ marked: true });
});

test("the first run is left with the keyboard", async () => {
  const page = await open({ moment: "first-run", path: "window/first-run" });
  await tabTo(page, words("ui.first-run.leave"));
  await press(page, "Enter");
  await page.getByRole("heading", { level: 1, name: words("ui.nav.vms") }).waitFor();
});

test("the report for the help desk is saved and named", async () => {
  const page = await open({ moment: "ready", path: "window/about" });
  await page.getByRole("button", { name: words("ui.about.report.export") }).click();
  await wished(page, "store", "export-report");
  await page.getByText("gangway-report-2026-03-02.txt", { exact: false }).waitFor();
});

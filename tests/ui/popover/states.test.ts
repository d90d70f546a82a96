// What the popover says and offers while access runs, while something is asked, and when it fails.
import { expect, test } from "vitest";
import { become, notWished, press, tabTo, wished } from "../stage/act";
import { moment, open } from "../stage/open";
import { moments } from "../stage/moments";
import { words } from "../stage/words";

test("a running access shows its end, and Extend asks for a later one", async () => {
  const page = await open({ moment: "open", path: "popover" });
  await page.getByText("Open until 16:20").first().waitFor();
  await page.getByRole("button", { name: /^Extend/ }).first().click();
  expect(await wished(page, "intent", "extend")).toMatchObject({ request: moment("open").snapshot.accesses[0]?.access.request });
});

test("Extend is reached and pressed from the keyboard, and the focus stays", async () => {
  const page = await open({ moment: "open", path: "popover" });
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, /^Extend/);
  await press(page, "Enter");
  await wished(page, "intent", "extend");
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test("the menu of an access opens with arrows, and Escape gives the focus back", async () => {
  const page = await open({ moment: "open", path: "popover" });
  const button = page.getByRole("button", { name: words("ui.access.menu", { vm: "vm-web-01" }) }).first();
  await button.focus();
  await press(page, "Enter");
  const items = page.getByRole("menuitem");
  await items.first().waitFor();
  await press(page, "ArrowDown", "End", "Home");
  expect(await items.first().evaluate((item) => item === document.activeElement)).toBe(true);
  await press(page, "Escape");
  await items.first().waitFor({ state: "detached" });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  await notWished(page, "close");
});

test("an access that ends soon says so, and Not now puts that away", async () => {
  const page = await open({ moment: "ends-soon", path: "popover" });
  await page.getByText(words("ui.access.soon")).waitFor();
  await page.getByRole("button", { name: words("ui.access.not-now") }).click();
  await wished(page, "intent", "dismiss");
  await page.getByText(words("ui.access.soon")).waitFor({ state: "detached" });
});

test("the tunnel's state stands in words", async () => {
  const page = await open({ moment: "ready", path: "popover" });
  await page.getByText(words("ui.header.tunnel.up")).waitFor();
  await become(page, moment("no-tunnel"));
  await page.getByText(words("ui.header.tunnel.down")).first().waitFor();
});

const asking: [string, string, string][] = [
  ["asking-pool-unknown", "confirm-tunnel", "confirm-tunnel"],
  ["asking-vm-not-running", "start-vm", "start-vm"],
  ["asking-whole-prefix", "whole-prefix", "whole-prefix"],
  ["asking-may-displace", "go-on", "go-on"],
];

test.each(asking)("%s is answered from the keyboard", async (name, key, answer) => {
  const page = await open({ moment: name, path: "popover" });
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, new RegExp(`^${words(`ui.answer.${key}`).replace(/\{\w+\}/g, ".+")}$`));
  await press(page, "Enter");
  expect(await wished(page, "intent", "answer")).toMatchObject({ answer: { answer } });
});

test("which service is a choice of two", async () => {
  const page = await open({ moment: "asking-which-service", path: "popover" });
  await page.getByRole("button", { name: words("ui.service.ssh"), exact: true }).click();
  expect(await wished(page, "intent", "answer")).toMatchObject({ answer: { answer: "use", protocol: "ssh", port: 22 } });
});

const failing = ["blocked-by-rule", "client-missing", "failed", "jit-not-configured", "permission-missing", "displaced", "vanished"];

test.each(failing)("%s says its sentence and can be copied for the help desk", async (name) => {
  const problem = moment(name).snapshot.connections[0]?.problem;
  const page = await open({ moment: name, path: "popover" });
  // A card says it without ids where the engine's sentence has some.
  const said = problem?.code === "permission-missing" ? words("brief.permission-missing", { scope: "rg-web" }) : words(`problem.${problem?.code ?? ""}`, problem?.params);
  await page.getByText(said.slice(0, 40)).first().waitFor();
  await page.getByRole("button", { name: words("ui.copy-for-help-desk") }).click();
  const copied = await wished(page, "window", "copy");
  expect(copied).toMatchObject({ text: expect.stringContaining(problem?.code ?? "") as string });
});

test.each(["connecting-launching-warned", "open-warned"])("%s tells of Windows' warning in a line, and all of it when asked", async (name) => {
  const page = await open({ moment: name, path: "popover" });
  const line = page.getByText(words("ui.launch.first-warning"));
  await line.waitFor();
  const all = page.getByText(words("ui.launch.first-warning.detail"));
  expect(await all.isVisible()).toBe(false);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, words("ui.launch.first-warning"));
  await press(page, "Enter");
  await all.waitFor();
});

test("only what Azure said no to was not granted", async () => {
  const refused = await open({ moment: "permission-missing", path: "popover" });
  await refused.getByText(words("ui.step.request.failed")).waitFor();
  const unasked = await open({ moment: "jit-not-configured", path: "popover" });
  await unasked.getByText(words("ui.step.request.not-made")).waitFor();
  expect(await unasked.getByText(words("ui.step.request.failed")).count()).toBe(0);
});

test("a link asks first, and No is no", async () => {
  const page = await open({ moment: "link", path: "popover" });
  await page.getByText(words("ui.link.title")).first().waitFor();
  await notWished(page, "connect");
  await page.getByRole("button", { name: words("ui.link.no") }).click();
  expect(await wished(page, "intent", "follow-link")).toMatchObject({ go: false });
  await page.getByText(words("ui.link.title")).first().waitFor({ state: "detached" });
});

test("a sign-in by code shows the code, copies it and can be stopped", async () => {
  const page = await open({ moment: "signed-out", path: "popover" });
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, words("ui.sign-in.by.device-code"));
  await press(page, "Enter");
  expect(await wished(page, "intent", "sign-in")).toMatchObject({ way: "device-code" });
  await page.getByText("H7KQ2WXPD").waitFor();
  await tabTo(page, words("ui.sign-in.copy-code"));
  await press(page, "Enter");
  expect(await wished(page, "window", "copy")).toMatchObject({ text: "H7KQ2WXPD" });
  await tabTo(page, words("ui.cancel"));
  await press(page, "Enter");
  await wished(page, "intent", "cancel-sign-in");
  await page.getByText("H7KQ2WXPD").waitFor({ state: "detached" });
});

const running = moments.filter((name) => moment(name).snapshot.accesses.some(({ access }) => typeof access.standing === "object" && "running" in access.standing));

test.each(running)("%s: the end of access stands there as what is never cut", async (name) => {
  const page = await open({ moment: name, path: "popover" });
  const kept = await page.locator("[data-keep]").allTextContents();
  expect(kept.join(" ")).toMatch(/\d\d:\d\d/);
});

test("what is offered is what a click does", async () => {
  const page = await open({ moment: "open", path: "popover" });
  const row = (name: string): Promise<string> => page.getByRole("row").filter({ hasText: name }).first().textContent().then((text) => text ?? "");
  expect(await row("vm-web-01")).toContain("Open until 16:20");
  expect(await row("vm-jump-01")).toContain(words("ui.offer.connect"));
  expect(await row("vm-build-03")).toContain(words("ui.offer.start-and-connect"));
  expect(await row("vm-legacy-01")).toContain(words("ui.offer.not-protected"));
});

// What a person does in the popover, and what is asked for then.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import type { Wish } from "$engine";
import App from "../App.svelte";
import { replay } from "../backend/replay";

let asked: Wish[] = [];
const hear = (event: Event): void => void asked.push((event as CustomEvent<Wish>).detail);

async function open(name: string): Promise<ReturnType<typeof userEvent.setup>> {
  asked = [];
  addEventListener("gangway-wish", hear);
  location.hash = "#/popover";
  render(App, { props: { backend: await replay(name) } });
  await within(await screen.findByRole("banner")).findByText(/^VPN /);
  return userEvent.setup();
}

afterEach(() => {
  removeEventListener("gangway-wish", hear);
  cleanup();
});

const field = (): Promise<HTMLElement> => screen.findByRole("combobox");

describe("the search field", () => {
  it("has the focus, and Enter connects with the defaults", async () => {
    const user = await open("ready");
    expect(document.activeElement).toBe(await field());
    await user.keyboard("sql{Enter}");
    expect(asked).toEqual([
      expect.objectContaining({ intent: "connect", service: null, duration: null, reason: null, insist: false, launch: true, attended: true }),
    ]);
    expect(asked[0]).toMatchObject({ vm: expect.stringMatching(/vm-sql-01$/) as string });
  });

  it("moves through the rows by keys, and names the active one", async () => {
    const user = await open("ready");
    const input = await field();
    expect(input.getAttribute("aria-activedescendant")).toBe("popover-vms-row-0");
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    expect(input.getAttribute("aria-activedescendant")).toBe("popover-vms-row-1");
    expect(document.getElementById("popover-vms-row-1")?.getAttribute("aria-selected")).toBe("true");
  });

  it("is emptied by Escape; the next one closes", async () => {
    const user = await open("ready");
    const input = (await field()) as HTMLInputElement;
    await user.keyboard("sql{Escape}");
    expect(input.value).toBe("");
    expect(asked).toEqual([]);
    await user.keyboard("{Escape}");
    expect(asked).toEqual([{ window: "close" }]);
  });

  it("says when nothing is found", async () => {
    const user = await open("ready");
    await field();
    await user.keyboard("no such machine");
    expect(await screen.findByText("Nothing matches “no such machine”")).toBeTruthy();
  });
});

describe("a row", () => {
  it("is made a favourite with its star, or by Ctrl+D", async () => {
    const user = await open("ready");
    await user.click(await screen.findByRole("button", { name: "Remove vm-web-01 from the favourites" }));
    expect(asked.at(-1)).toMatchObject({ store: "mark-favourite", marked: false });
    (await field()).focus();
    await user.keyboard("{Control>}d{/Control}");
    expect(asked.filter((wish) => "store" in wish).length).toBe(2);
  });

  it("has a small menu: protocol, duration and reason", async () => {
    const user = await open("ready");
    await field();
    await user.keyboard("{Alt>}{Enter}{/Alt}");
    const sheet = within(await screen.findByRole("dialog"));
    const desktop = await sheet.findByRole("radio", { name: "Remote Desktop" });
    expect(document.activeElement).toBe(sheet.getByRole("radio", { name: "SSH" }));
    await user.click(desktop);
    await user.selectOptions(sheet.getByRole("combobox", { name: "Open for" }), "30 min");
    await user.type(sheet.getByRole("textbox", { name: /^Reason/ }), "INC-4711");
    await user.click(sheet.getByRole("button", { name: "Connect" }));
    expect(asked.at(-1)).toMatchObject({ intent: "connect", service: { protocol: "rdp", port: 3389 }, duration: "PT30M", reason: "INC-4711" });
  });
});

describe("cards", () => {
  it("extend an access", async () => {
    const user = await open("open");
    await user.click(await screen.findByRole("button", { name: "Extend 1 h" }));
    expect(asked).toEqual([{ intent: "extend", request: expect.any(Number) as number, duration: null }]);
  });

  it("put off a warning", async () => {
    const user = await open("ends-soon");
    await user.click(await screen.findByRole("button", { name: "Not now" }));
    expect(asked.at(-1)).toMatchObject({ intent: "dismiss" });
  });

  it.each([
    ["asking-vm-not-running", "Start vm-build-03", { answer: "start-vm" }],
    ["asking-pool-unknown", "Yes, this is our VPN", { answer: "confirm-tunnel" }],
    ["asking-whole-prefix", "Open for all 256 addresses", { answer: "whole-prefix" }],
    ["asking-may-displace", "Go on", { answer: "go-on" }],
    ["asking-which-service", "Remote Desktop", { answer: "use", protocol: "rdp", port: 3389 }],
    ["moved", "Request for the new address", { answer: "renew" }],
    ["open-outside-jit", "Request access anyway", { answer: "go-on" }],
  ])("%s: “%s” answers", async (name, button, answer) => {
    const user = await open(name);
    await user.click(await screen.findByRole("button", { name: button }));
    expect(asked).toContainEqual({ intent: "answer", connection: 1, answer });
  });

  it("cancel a connection, and tell its steps", async () => {
    const user = await open("connecting-proving");
    expect(await screen.findByText("usually 18 to 34 s here")).toBeTruthy();
    expect(screen.getByRole("status").textContent).toBe("vm-web-01: Waiting for the port to open.");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(asked).toEqual([{ intent: "cancel", connection: 1 }]);
  });

  it("copy what the help desk needs", async () => {
    const user = await open("permission-missing");
    await user.click(await screen.findByRole("button", { name: "Copy for help desk" }));
    const wish = asked.find((one) => "window" in one);
    expect(wish).toMatchObject({ window: "copy", text: expect.stringContaining("Problem: permission-missing") as string });
    expect(await screen.findByText("Copied")).toBeTruthy();
  });

  it("tell once that a failure was seen, and put it away", async () => {
    const user = await open("failed");
    await user.click(await screen.findByRole("button", { name: "Put away" }));
    expect(asked).toEqual([
      { intent: "seen", connection: 1 },
      { intent: "clear", connection: 1 },
    ]);
  });

  it("follow a link only after a yes", async () => {
    const user = await open("link");
    await user.click(await screen.findByRole("button", { name: "Do not connect" }));
    expect(asked).toEqual([{ intent: "follow-link", link: 1, go: false }]);
  });

  it("show a sign-in's code, and copy it", async () => {
    const user = await open("sign-in-code");
    await user.click(await screen.findByRole("button", { name: "Copy the code" }));
    expect(asked).toEqual([{ window: "copy", text: expect.stringMatching(/^[A-Z0-9-]{8,}$/) as string }]);
  });

  it("offer the ways to sign in", async () => {
    const user = await open("signed-out");
    await user.click(await screen.findByRole("button", { name: "Sign in with a code" }));
    expect(asked).toEqual([{ intent: "sign-in", way: "device-code", tenant: null, account: null }]);
  });
});

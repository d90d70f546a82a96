// The window: where alerts lead, what a hash names, and a connection that wants a reason.
import { screen, waitFor, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Query } from "$engine";
import { outcome } from "./history/outcome";
import { hashOf, pageOf } from "./route";
import { stand } from "./stand";

const WEB = "/subscriptions/11111111-0000-0000-0000-000000000001/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/vm-web-01";
const page = `window/vm/${encodeURIComponent(WEB)}`;

describe("a hash", () => {
  it("names a page, and an unknown one the list", () => {
    expect(pageOf(hashOf({ page: "vm", vm: WEB }).replace("#/window/", ""))).toEqual({ page: "vm", vm: WEB });
    expect(pageOf("vm/%E0%A4%A")).toEqual({ page: "vms" });
    expect(pageOf("somewhere")).toEqual({ page: "vms" });
    expect(pageOf("")).toEqual({ page: "vms" });
  });
});

describe("an alert", () => {
  it("leads to the machine it is about, and is told once there", async () => {
    await stand("window/vms", { moment: "ends-soon" });
    const alerts = await screen.findByRole("region", { name: "What wants your attention" });
    await userEvent.click(within(alerts).getByRole("button", { name: "Show" }));
    expect(location.hash).toBe(`#/${page}`);
    await screen.findByRole("heading", { level: 1, name: "vm-web-01" });
    await waitFor(() => expect(screen.queryByRole("region", { name: "What wants your attention" })).toBeNull());
  });
});

describe("the page of a machine", () => {
  it("connects with the defaults", async () => {
    const { wishes } = await stand(page);
    await userEvent.click(await screen.findByRole("button", { name: "Connect" }));
    expect(wishes).toContainEqual(expect.objectContaining({ intent: "connect", vm: WEB, duration: null, reason: null, attended: true }));
  });

  it("asks for a reason where one must be given, before anything is sent", async () => {
    const { wishes } = await stand(page, { but: ({ snapshot }) => (snapshot.settings.reason_required = true) });
    await userEvent.click(await screen.findByRole("button", { name: "Connect" }));
    const dialog = screen.getByRole("dialog");
    await within(dialog).findByRole("textbox", { name: "Reason" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Connect" }));
    expect(wishes.filter((wish) => "intent" in wish)).toEqual([]);
    expect(within(dialog).getByText(/^A reason must be given/)).toBeTruthy();
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Reason" }), "INC-4711{Enter}");
    expect(wishes).toContainEqual(expect.objectContaining({ intent: "connect", vm: WEB, reason: "INC-4711" }));
  });

  it("says that a text was not copied, where it was not", async () => {
    await stand(page, { wish: (wish) => ("window" in wish ? { code: "offline", host: "h", params: { host: "h" } } : undefined) });
    await userEvent.click((await screen.findAllByRole("button", { name: /^Copy / }))[0] as HTMLElement);
    expect(await screen.findByText("Not copied")).toBeTruthy();
    expect(screen.queryByText("Copied")).toBeNull();
  });

  it("changes an option of this machine only", async () => {
    const { wishes } = await stand(page);
    const field = await screen.findByRole("textbox", { name: "User" });
    await userEvent.clear(field);
    await userEvent.type(field, "operator");
    await userEvent.tab();
    expect(wishes).toContainEqual({ store: "set-for-vm", vm: WEB, key: "user", value: "operator" });
  });
});

describe("the list of machines", () => {
  it("asks Azure once, however much is typed", async () => {
    const asked: Query[] = [];
    await stand("window/vms", { query: (query) => void asked.push(query) as undefined });
    await userEvent.type(await screen.findByRole("combobox", { name: "Search virtual machines" }), "sql");
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ text: "sql" }));
    expect(asked.flatMap((query) => (query.query === "vms" && query.freshness === "warm" ? [query.text] : [])).length).toBeLessThanOrEqual(2);
  });
});

describe("a dropped file", () => {
  it("does not replace the page where nothing takes it", async () => {
    await stand("window/about");
    await screen.findByRole("heading", { level: 1 });
    const dropped = new Event("drop", { bubbles: true, cancelable: true });
    document.body.dispatchEvent(dropped);
    expect(dropped.defaultPrevented).toBe(true);
  });
});

describe("history", () => {
  it("is exported as it is searched, and says where the file is", async () => {
    const { wishes } = await stand("window/history");
    await userEvent.type(await screen.findByRole("textbox", { name: "Search requests" }), "web");
    await userEvent.click(await screen.findByRole("button", { name: "Export what is found" }));
    expect(wishes).toContainEqual({ store: "export-history", text: "web" });
    await screen.findByText(/^Saved as .*\.csv\.$/);
    await userEvent.click(screen.getByRole("button", { name: "Show folder" }));
    expect(wishes).toContainEqual({ window: "show-downloads" });
  });

  it("calls an access over only once Azure does", () => {
    const expires_at = "2026-03-02T15:20:00Z";
    const access = {
      standing: { running: { started_at: "2026-03-02T14:20:00Z", expires_at, status: "initiated" } },
    } as unknown as Parameters<typeof outcome>[0];
    expect(outcome(access, Date.parse(expires_at) - 1).key).toBe("ui.history.outcome.running");
    expect(outcome(access, Date.parse(expires_at) + 1).key).toBe("ui.history.outcome.running-past");
  });
});

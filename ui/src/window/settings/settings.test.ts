// Settings: what is refused is told at its field, what is locked cannot be touched, what was changed can be reset.
import { screen, waitFor } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Problem, SettingEntry } from "$engine";
import { stand } from "../stand";
import { grouped } from "./groups";
import { entries, list } from "./values";

const refused: Problem = {
  code: "settings-invalid",
  file: "settings.toml",
  line: 1,
  column: 12,
  mistake: "soon is no time",
  params: { file: "settings.toml", line: "1", column: "12", mistake: "soon is no time" },
};

describe("a setting", () => {
  it("tells at its field why a value was refused, and keeps what was typed", async () => {
    const { wishes } = await stand("window/settings", { wish: (wish) => ("store" in wish ? refused : undefined) });
    const field = await screen.findByRole("textbox", { name: "Duration" });
    await userEvent.clear(field);
    await userEvent.type(field, "soon{Enter}");
    await userEvent.tab();
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    expect(wishes).toContainEqual({ store: "set", key: "duration", value: "soon" });
    const told = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
    expect(told.join(" ")).toContain("Soon is no time.");
    expect((field as HTMLInputElement).value).toBe("soon");
  });

  it("springs back where a switch was refused", async () => {
    const { wishes } = await stand("window/settings", { wish: (wish) => ("store" in wish ? refused : undefined) });
    const field = (await screen.findByRole("switch", { name: "Show notices" })) as HTMLInputElement;
    expect(field.checked).toBe(true);
    await userEvent.click(field);
    expect(wishes).toContainEqual({ store: "set", key: "notices", value: "false" });
    await waitFor(() => expect(field.checked).toBe(true));
  });

  it("is sent at once, and read again", async () => {
    const { wishes } = await stand("window/settings");
    const field = (await screen.findByRole("switch", { name: "Show notices" })) as HTMLInputElement;
    await userEvent.click(field);
    expect(wishes).toContainEqual({ store: "set", key: "notices", value: "false" });
    await screen.findByRole("button", { name: "Reset Show notices to default" });
    await userEvent.click(screen.getByRole("button", { name: "Reset Show notices to default" }));
    expect(wishes).toContainEqual({ store: "set", key: "notices", value: null });
  });

  it("that the organisation set cannot be changed, and says so", async () => {
    await stand("window/settings");
    const field = (await screen.findByRole("switch", { name: "Ask for a reason every time" })) as HTMLInputElement;
    expect(field.disabled).toBe(true);
    expect(screen.getAllByText("Set by your organisation").length).toBeGreaterThan(0);
    expect(screen.queryByRole("button", { name: "Reset Ask for a reason every time to default" })).toBeNull();
  });

  it("that is none for windows cannot be changed, and says where it can", async () => {
    await stand("window/settings");
    const field = (await screen.findByRole("textbox", { name: "Cloud" })) as HTMLInputElement;
    expect(field.disabled).toBe(true);
    const told = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
    expect(told.join(" ")).toContain("Change it in the settings file");
  });
});

describe("a list", () => {
  it("is entries here and TOML on its way", () => {
    expect(entries('["15m", "5m"]')).toEqual(["15m", "5m"]);
    expect(entries("['C:\\program files\\browser.exe', \"--new-window\"]")).toEqual(["C:\\program files\\browser.exe", "--new-window"]);
    expect(entries("[]")).toEqual([]);
    expect(list(["15m", "5m"])).toBe('["15m", "5m"]');
    expect(entries(list(['a "b"', "c, d"]))).toEqual(['a "b"', "c, d"]);
  });
});

describe("a list in the page", () => {
  it("is added to and taken from entry by entry", async () => {
    const { wishes } = await stand("window/settings");
    await userEvent.type(await screen.findByRole("textbox", { name: "Warn before the end" }), "30m{Enter}");
    expect(wishes).toContainEqual({ store: "set", key: "warn_before", value: '["15m", "5m", "30m"]' });
    await userEvent.click(await screen.findByRole("button", { name: "Remove 5m from Warn before the end" }));
    expect(wishes).toContainEqual({ store: "set", key: "warn_before", value: '["15m", "30m"]' });
  });

  it("keeps an entry that was refused in its field, and tells why", async () => {
    await stand("window/settings", { wish: (wish) => ("store" in wish ? refused : undefined) });
    const field = (await screen.findByRole("textbox", { name: "Warn before the end" })) as HTMLInputElement;
    await userEvent.type(field, "soon{Enter}");
    await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    expect(field.value).toBe("soon");
    expect(screen.getByText("Soon is no time.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Remove soon from Warn before the end" })).toBeNull();
  });

  it("offers what is known as boxes, which policy locks", async () => {
    await stand("window/settings");
    const group = await screen.findByRole("group", { name: "Ways to sign in" });
    const boxes = [...group.querySelectorAll("input")].map((box) => [box.parentElement?.textContent?.trim(), box.checked, box.disabled]);
    expect(boxes).toContainEqual(["Azure CLI", true, true]);
    expect(boxes).toContainEqual(["Device code", false, true]);
    expect(boxes.length).toBe(5);
  });
});

describe("groups", () => {
  it("lose no row, whatever its key", () => {
    const row = (key: string): SettingEntry => ({ key, value: "", origin: "default", kind: { kind: "text" }, offered: [], here: true });
    const keys = ["rdp.width", "duration", "something.new", "ssh.user", "notices", "theme"];
    const found = grouped(keys.map(row));
    expect(found.flatMap(({ rows }) => rows.map(({ key }) => key)).toSorted()).toEqual(keys.toSorted());
    expect(found.map(({ id }) => id)).toEqual(["look", "access", "rdp", "ssh", "other"]);
    expect(found[0]?.rows.map(({ key }) => key)).toEqual(["theme", "notices"]);
  });
});

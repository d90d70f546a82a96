// Every option stands under one heading, in the order of reading.
import { describe, expect, it } from "vitest";
import type { SettingEntry, SettingOrigin } from "$engine";
import { optionGroups } from "./options";

const row = (key: string, origin: SettingOrigin = "default"): SettingEntry => ({
  key, value: "", origin, kind: { kind: "text" }, offered: [], here: true,
});

describe("the options of a machine", () => {
  it("stand under headings, those for everyday use first", () => {
    const groups = optionGroups([row("rdp.location"), row("rdp.width"), row("ssh_port"), row("protocol"), row("rdp.admin")]);
    expect(groups.map(({ id, rows }) => [id, rows.map(({ key }) => key)])).toEqual([
      ["connection", ["protocol", "ssh_port"]],
      ["display", ["rdp.width"]],
      ["shared", ["rdp.location"]],
      ["security", ["rdp.admin"]],
    ]);
  });

  it("lose none that is new, and count those that are set", () => {
    const groups = optionGroups([row("rdp.new_thing"), row("user", "file"), row("rdp.drives", "policy"), row("port")]);
    expect(groups.map(({ id, set }) => [id, set])).toEqual([["connection", 1], ["shared", 1], ["other", 0]]);
  });
});

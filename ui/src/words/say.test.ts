// What is said is one line of plain text, whatever the data in it looks like.
import { expect, it } from "vitest";
import { has, plain, say, sayWith } from "./say";

it("fills its holes", () => {
  expect(say("ui.connection.to", { vm: "vm-web-01" })).toBe("Connecting to vm-web-01");
});

it("never reads a value as a hole or a line of its own", () => {
  expect(say("ui.connection.to", { vm: "{vm}\u001b[2J\nx" })).toBe("Connecting to {vm} [2J x");
});

it("never lets a value turn the direction of writing", () => {
  expect(plain("a\u202eb\u2067c\u200fd\u061ce\u2028f")).toBe("a b c d e f");
});

it("shows what is missing instead of failing", () => {
  expect(sayWith("ui.connection.to")).toBe("Connecting to {vm}");
  expect(sayWith("ui.no-such-key")).toBe("ui.no-such-key");
  expect(has("toString")).toBe(false);
});

// Importing a VPN profile: nothing is read or sent that cannot be one, and what failed is told.
import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Problem } from "$engine";
import { stand } from "../stand";
import { liesIn } from "./block";
import { LARGEST_PROFILE, takeIn } from "./take-in";

const MIB = 1024 * 1024;
const imports = (wishes: unknown[]): unknown[] => wishes.filter((wish) => JSON.stringify(wish).includes("import-profile"));

async function drop(...files: File[]): Promise<void> {
  const place = await screen.findByRole("group", { name: "Import a VPN profile" });
  await fireEvent.drop(place, { dataTransfer: { files } });
}

describe("the import", () => {
  it("refuses a file of 9 MiB without sending it", async () => {
    const { wishes } = await stand("window/vpn");
    await drop(new File([new Uint8Array(9 * MIB)], "pictures.zip"));
    await screen.findByText("pictures.zip is too large. A VPN profile has 8 MiB at most.");
    expect(imports(wishes)).toEqual([]);
  });

  it("refuses an empty file, and two files at once", async () => {
    const { wishes } = await stand("window/vpn");
    await drop(new File([], "empty.xml"));
    await screen.findByText("empty.xml is empty.");
    await drop(new File(["a"], "a.xml"), new File(["b"], "b.xml"));
    await screen.findByText("Drop one file at a time.");
    expect(imports(wishes)).toEqual([]);
  });

  it("sends what may be one in base64, and names what came of it", async () => {
    const { wishes } = await stand("window/vpn");
    await drop(new File(["<AzVpnProfile/>"], "azurevpnconfig.xml"));
    await screen.findByText("Imported: azurevpnconfig.");
    expect(imports(wishes)).toEqual([
      { store: "import-profile", name: "azurevpnconfig.xml", content: btoa("<AzVpnProfile/>") },
    ]);
  });

  it("shows the problem where the file is no profile", async () => {
    const problem: Problem = { code: "profile-unreadable", file: "notes.xml", expected: "a profile", params: { file: "notes.xml", expected: "a profile" } };
    await stand("window/vpn", { wish: (wish) => ("store" in wish ? problem : undefined) });
    await drop(new File(["<note/>"], "notes.xml"));
    await waitFor(() => expect(screen.getByText(/notes\.xml is not a VPN profile/)).toBeTruthy());
  });
});

describe("a file", () => {
  it("of exactly the largest size is taken, bytes and all", async () => {
    const bytes = new Uint8Array(LARGEST_PROFILE);
    bytes[LARGEST_PROFILE - 1] = 255;
    const taken = await takeIn(new File([bytes], "large.zip"));
    if ("refused" in taken) throw new Error(taken.refused);
    expect(atob(taken.content).length).toBe(LARGEST_PROFILE);
    expect(atob(taken.content).charCodeAt(LARGEST_PROFILE - 1)).toBe(255);
  });
});

describe("an address", () => {
  it("lies in a block or beside it", () => {
    expect(liesIn("172.16.201.7/24", "172.16.200.0/23")).toBe(true);
    expect(liesIn("172.16.202.7", "172.16.200.0/23")).toBe(false);
    expect(liesIn("10.0.0.1", "0.0.0.0/0")).toBe(true);
    expect(liesIn("nonsense", "10.0.0.0/8")).toBe(false);
  });
});

// The first run: each step is done when the truth says so, and it can be left at any of them.
import { screen, waitFor } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { stand } from "../stand";

const step = async (name: string): Promise<Element | null> =>
  (await screen.findByRole("heading", { level: 2, name: new RegExp(`^${name}`) })).closest("li");

describe("the first run", () => {
  it("is left at any step", async () => {
    for (const moment of ["first-run", "no-tunnel", "ready"]) {
      await stand("window/first-run", { moment, but: ({ snapshot }) => (snapshot.pinned = []) });
      await userEvent.click(await screen.findByRole("button", { name: "Skip for now" }));
      expect(location.hash).toBe("#/window/vms");
    }
  });

  it("knows from the truth which steps are done", async () => {
    const { tell } = await stand("window/first-run", {
      moment: "no-tunnel",
      but: ({ snapshot }) => (snapshot.pinned = []),
    });
    expect((await step("Sign in"))?.classList).toContain("done");
    expect((await step("Connect your VPN"))?.classList).toContain("now");
    await tell(({ snapshot }) => {
      snapshot.tunnel = { standing: "up", interface: "contoso-hub", address: "172.16.200.5", of: null };
    });
    await screen.findByText("Connected with 172.16.200.5");
    expect((await step("Choose your first virtual machine"))?.classList).toContain("now");
  });

  it("goes on without a VPN when that is wished", async () => {
    await stand("window/first-run", { moment: "no-tunnel", but: ({ snapshot }) => (snapshot.pinned = []) });
    await userEvent.click(await screen.findByRole("button", { name: "Go on without" }));
    expect((await step("Choose your first virtual machine"))?.classList).toContain("now");
  });

  it("makes the chosen machine a favourite", async () => {
    const { wishes } = await stand("window/first-run", { but: ({ snapshot }) => (snapshot.pinned = []) });
    await userEvent.click(await screen.findByRole("button", { name: "Choose vm-web-01" }));
    await waitFor(() => expect(wishes).toContainEqual(expect.objectContaining({ store: "mark-favourite", marked: true })));
  });
});

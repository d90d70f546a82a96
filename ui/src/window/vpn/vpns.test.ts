// The VPNs of this computer: each with the button that fits, and how far one is that is being connected.
import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { stand } from "../stand";

describe("the VPNs of this computer", () => {
  it("connect by a click, and can be stopped while they do", async () => {
    const { wishes, tell } = await stand("window/vpn");
    const entry = { name: "contoso-hub-weu", client: "system" } as const;
    await userEvent.click(await screen.findByRole("button", { name: "Connect contoso-hub-weu" }));
    expect(wishes).toContainEqual({ intent: "dial", entry });
    await tell(({ snapshot }) => (snapshot.dial = { entry, ends: false, stage: { stage: "under-way" } }));
    expect(await screen.findByText("Windows is at work …")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Stop connecting contoso-hub-weu" }));
    expect(wishes).toContainEqual({ intent: "stop-dial" });
  });

  it("tell why one could not be connected", async () => {
    const { tell } = await stand("window/vpn");
    const params = { profile: "contoso-hub-weu", why: "the gateway does not answer" };
    const problem = { code: "dial-failed", profile: "contoso-hub-weu", why: "no-answer", params } as const;
    const entry = { name: "contoso-hub-weu", client: "system" } as const;
    await tell(({ snapshot }) => (snapshot.dial = { entry, ends: false, stage: { stage: "failed", problem } }));
    expect(await screen.findByText(/could not be connected or ended: the gateway does not answer/)).toBeTruthy();
    expect(await screen.findByRole("button", { name: "Connect contoso-hub-weu" })).toBeTruthy();
  });

  it("open their program, or tell the line, where nothing else connects them", async () => {
    await stand("window/vpn");
    expect(await screen.findByRole("button", { name: "Open Azure VPN Client" })).toBeTruthy();
    expect(screen.getByText("sudo openvpn --config /etc/openvpn/client/home.conf")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Connect home" })).toBeNull();
  });
});

// Accounts: switching a tenant is a wish, signing out is asked about first, a sign-in can be stopped.
import { screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Page, Query } from "$engine";
import { stand } from "../stand";

describe("a tenant", () => {
  it("is switched on for its account", async () => {
    const { wishes } = await stand("window/accounts", { moment: "accounts" });
    const toggle = await screen.findByRole("switch", { name: "Look at A. Datum Corporation" });
    await userEvent.click(toggle);
    expect(wishes).toContainEqual({
      intent: "switch-tenant",
      account: "object-of-admin.aaaaaaaa-0000-0000-0000-000000000001",
      tenant: "cccccccc-0000-0000-0000-000000000003",
      on: true,
    });
  });

  it("is left as it is where that was refused", async () => {
    const problem = { code: "offline", host: "login.microsoftonline.com", params: { host: "login.microsoftonline.com" } } as const;
    await stand("window/accounts", { moment: "accounts", wish: (wish) => ("intent" in wish ? problem : undefined) });
    const toggle = (await screen.findByRole("switch", { name: "Look at A. Datum Corporation" })) as HTMLInputElement;
    await userEvent.click(toggle);
    await screen.findByText(/login\.microsoftonline\.com cannot be reached/);
    expect(toggle.checked).toBe(false);
  });

  it("is used by another account when that is wished", async () => {
    const { wishes } = await stand("window/accounts", { moment: "accounts" });
    await userEvent.click(await screen.findByRole("button", { name: "Use here: operator@contoso.example in Contoso" }));
    expect(wishes).toContainEqual(expect.objectContaining({ intent: "use-account", tenant: "aaaaaaaa-0000-0000-0000-000000000001" }));
  });
});

describe("another tenant", () => {
  it("is signed in at by its domain or id", async () => {
    const { wishes } = await stand("window/accounts", { moment: "first-run" });
    await userEvent.type(await screen.findByRole("textbox", { name: "At another organisation" }), " fabrikam.example ");
    await userEvent.click(screen.getByRole("button", { name: "Sign in by Azure CLI" }));
    expect(wishes).toContainEqual({ intent: "sign-in", way: "azure-cli", tenant: "fabrikam.example", account: null });
  });

  it("is not asked for where the text can be none, and that is told at its field", async () => {
    const { wishes } = await stand("window/accounts", { moment: "first-run" });
    const field = await screen.findByRole("textbox", { name: "At another organisation" });
    await userEvent.type(field, "not a domain");
    await userEvent.click(screen.getByRole("button", { name: "Sign in by Azure CLI" }));
    expect(wishes.filter((wish) => "intent" in wish)).toEqual([]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    await screen.findByText(/not a domain.* is neither a domain nor a tenant id/);
    await userEvent.clear(field);
    expect(field.getAttribute("aria-invalid")).toBe("false");
  });
});

describe("signing out", () => {
  it("asks first, names what stays open, and can be called off", async () => {
    const { wishes } = await stand("window/accounts", { moment: "open" });
    await userEvent.click(await screen.findByRole("button", { name: "Sign out admin@contoso.example" }));
    const dialog = screen.getByRole("dialog");
    expect(within(dialog).getByText(/^vm-web-01 until \d\d:\d\d$/)).toBeTruthy();
    await userEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(wishes.filter((wish) => "intent" in wish)).toEqual([]);
  });

  it("ends the session at Entra only when that was chosen", async () => {
    const { wishes } = await stand("window/accounts", { moment: "open" });
    await userEvent.click(await screen.findByRole("button", { name: "Sign out admin@contoso.example" }));
    const dialog = screen.getByRole("dialog");
    await userEvent.click(within(dialog).getByRole("checkbox", { name: /Also sign out at Entra/ }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Sign out" }));
    expect(wishes).toContainEqual(expect.objectContaining({ intent: "sign-out", end_session: true }));
  });
});

describe("a sign-in", () => {
  it("shows its code and can be stopped", async () => {
    const { wishes } = await stand("window/accounts", { moment: "sign-in-code" });
    await screen.findByText("Enter this code on the page:");
    await userEvent.click(screen.getByRole("button", { name: "Cancel sign-in" }));
    expect(wishes).toContainEqual({ intent: "cancel-sign-in", sign_in: 1 });
  });

  it("is begun by the way that was pressed; what something stands against has no button", async () => {
    const { wishes } = await stand("window/accounts", {
      moment: "first-run",
      but: ({ snapshot }) => {
        const browser = snapshot.accounts.ways.find(({ way }) => way === "browser");
        if (browser) browser.hindrance = { code: "way-forbidden", way: "browser", why: "policy", params: { way: "browser", why: "policy" } };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Sign in by Azure CLI" }));
    expect(wishes).toContainEqual({ intent: "sign-in", way: "azure-cli", tenant: null, account: null });
    expect(screen.queryByRole("button", { name: "Sign in by Browser" })).toBeNull();
  });
});

describe("what may be done in a subscription", () => {
  const asked = async (answer?: (query: Query) => Page | undefined): Promise<{ queries: Query[]; first: HTMLElement }> => {
    const queries: Query[] = [];
    await stand("window/accounts", {
      moment: "accounts",
      query: (query) => {
        queries.push(query);
        return answer?.(query);
      },
    });
    const first = await screen.findAllByRole("button", { name: /^What may I do here\?/ });
    return { queries, first: first[0] as HTMLElement };
  };

  it("is asked when a person opens it, each time anew, and not before", async () => {
    const { queries, first } = await asked();
    const rights = (): Query[] => queries.filter(({ query }) => query === "rights");
    expect(rights()).toEqual([]);
    await userEvent.click(first);
    expect(await screen.findAllByText("Yes")).toHaveLength(3);
    expect(first.getAttribute("aria-expanded")).toBe("true");
    expect(rights()).toHaveLength(1);
    await userEvent.click(first);
    expect(screen.getByText("Request access").closest("[hidden]")).not.toBeNull();
    expect(first.getAttribute("aria-expanded")).toBe("false");
    await userEvent.click(first);
    expect(rights()).toHaveLength(2);
  });

  it("tells a no at the subscription from what Azure does not show", async () => {
    const told = { sees_vms: "yes", reads_policies: "cannot-see", may_request: "not-whole" } as const;
    const { first } = await asked((query) => (query.query === "rights" ? { page: "rights", subscription: query.subscription, ...told } : undefined));
    await userEvent.click(first);
    const row = async (fact: string): Promise<string> => (await screen.findByText(fact)).closest("li")?.textContent ?? "";
    expect(await row("See virtual machines and their addresses")).toContain("Yes");
    expect(await row("See which ports may be asked for")).toContain("Cannot be seen");
    expect(await row("Request access")).toContain("Not for the whole subscription");
    await screen.findByText(/^Azure does not show/);
  });

  it("says why it could not be asked, and asks again", async () => {
    const offline = { code: "offline", host: "management.azure.com", params: { host: "management.azure.com" } } as const;
    let refused = 0;
    const { first } = await asked((query) => {
      if (query.query !== "rights" || refused++ > 0) return undefined;
      throw offline as unknown;
    });
    await userEvent.click(first);
    await screen.findByText(/management\.azure\.com cannot be reached/);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findAllByText("Yes")).toHaveLength(3);
  });
});

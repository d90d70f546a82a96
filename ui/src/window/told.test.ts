// What a page of the window says of where one is, of what is missing, and of what is in the way.
import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Problem, Shown } from "$engine";
import { replay } from "../backend/replay";
import { say } from "../words/say";
import { stand } from "./stand";

const vm = async (moment: string): Promise<string> => {
  const { snapshot } = await (await replay(moment)).snapshot();
  return `window/vm/${encodeURIComponent(snapshot.connections[0]?.vm ?? snapshot.pinned[0]!.vm.id)}`;
};

describe("the page of a virtual machine", () => {
  it("says which one it is", async () => {
    await stand(await vm("ready"));
    const facts = (await screen.findByText("rg-web", { selector: ".fact" })).parentElement;
    expect(facts?.textContent).toMatch(/^rg-web Production .+ Read /);
  });

  it("says why it cannot be connected to while a connection asks", async () => {
    await stand(await vm("asking-vm-not-running"), { moment: "asking-vm-not-running" });
    const button = await screen.findByRole("button", { name: new RegExp(`^(${say("ui.vm.connect")}|${say("ui.vm.start-and-connect")})$`), description: say("ui.vm.asks") });
    expect((button as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("the list of virtual machines", () => {
  it("shows what it could read, and lets the rest be put away", async () => {
    const partial: Problem = { code: "answer-unusable", host: "management.azure.com", came: "a list with 1 unusable row", params: { host: "management.azure.com", came: "a list with 1 unusable row" } };
    const user = userEvent.setup();
    const inner = await replay("ready");
    await stand("window/vms", { query: (query) => (query.query === "vms" ? inner.query(query).then((page) => (page.page === "vms" ? { ...page, problems: [partial] } : page)) : undefined) });
    const told = await screen.findByText(/a list with 1 unusable row/);
    expect(told.closest("[role=group]")?.className).toContain("warn");
    expect(told.closest("[role=alert]")).toBeNull();
    await user.click(screen.getByRole("button", { name: say("ui.put-away") }));
    expect(screen.queryByText(/a list with 1 unusable row/)).toBeNull();
  });

  it("begins in its search, and Ctrl+F comes back to it", async () => {
    const user = userEvent.setup();
    await stand("window/vms");
    const search = await screen.findByRole("combobox", { name: "Search virtual machines" });
    await expect.poll(() => document.activeElement).toBe(search);
    search.blur();
    await user.keyboard("{Control>}f{/Control}");
    expect(document.activeElement).toBe(search);
  });
});

describe("accounts without an application id", () => {
  const unset = ({ snapshot }: Shown): void => {
    snapshot.accounts.accounts = [];
    for (const offer of snapshot.accounts.ways) {
      const why = offer.way === "azure-cli" ? "az was not found" : "no client id is configured";
      offer.hindrance = { code: "way-forbidden", way: offer.way, why: "not-set-up", params: { way: offer.way, why } };
    }
  };

  it("say once what is missing, and lead to where it is set", async () => {
    const user = userEvent.setup();
    await stand("window/accounts", { moment: "first-run", but: unset });
    await screen.findByText(say("ui.accounts.no-app"));
    expect(screen.queryByText(say("ui.accounts.way.browser"))).toBeNull();
    expect(screen.queryByText(/no client id is configured/)).toBeNull();
    await user.click(screen.getByRole("button", { name: say("ui.accounts.no-app.settings") }));
    await screen.findByRole("heading", { level: 1, name: say("ui.nav.settings") });
  });

  it("say who is signed in all the same, and so does the popover", async () => {
    const but = (shown: Shown): void => {
      unset(shown);
      shown.snapshot.accounts.otherwise = "environment";
    };
    await stand("window/accounts", { moment: "first-run", but });
    await screen.findByText(say("ui.accounts.by.environment"));
    expect(document.querySelector("main")?.textContent).not.toContain(say("ui.accounts.none"));
    await stand("popover", { moment: "first-run", but });
    await screen.findByRole("button", { name: say("ui.accounts.by.environment") });
  });
});

it("an organisation whose name is not known says its id once", async () => {
  const id = "aaaaaaaa-0000-0000-0000-000000000009";
  await stand("window/accounts", {
    but: ({ snapshot }) => void snapshot.accounts.accounts[0]!.tenants.push({ ...snapshot.accounts.accounts[0]!.tenants[0]!, id, name: id, domain: null }),
  });
  expect((await screen.findAllByText(id)).length).toBe(1);
});

// Which answer to a problem is offered first, and what of it is left to who looks closer.
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { ConnectionView, Page, Problem } from "$engine";
import pages from "$fixtures/pages.json";
import { say } from "../words/say";
import { stand } from "../window/stand";
import { lines } from "./steps";

const page = pages.find((example) => example.name === "vm")?.page as unknown as Extract<Page, { page: "vm" }>;

/** The labels of the main buttons among the cards. */
const main = (): (string | undefined)[] =>
  [...document.querySelectorAll("main [role=group] button.primary")].map((button) => button.textContent?.replace(/\s+/g, " ").trim());

describe("the main button", () => {
  it.each(["permission-missing", "blocked-by-rule"])("of %s is for who can help, and trying again is the other", async (moment) => {
    await stand("popover", { moment });
    await screen.findByRole("button", { name: say("ui.answer.again") });
    expect(main()).toEqual([say("ui.copy-for-help-desk")]);
  });

  it.each(["asking-whole-prefix", "asking-vm-not-running", "asking-may-displace", "displaced"])("of %s is none: what it does is chosen with care", async (moment) => {
    await stand("popover", { moment });
    await screen.findAllByRole("button", { name: new RegExp(`${say("ui.cancel")}|${say("ui.put-away")}`) });
    expect(main()).toEqual([]);
  });

  it("of a port that no policy covers opens the small menu with those that are covered", async () => {
    const user = userEvent.setup();
    const stood = await stand("popover", {
      moment: "permission-missing",
      but: ({ snapshot }) => {
        const [view] = snapshot.connections;
        const params = { port: "5985", ports: "22, 3389" };
        view!.problem = { code: "port-not-in-policy", port: 5985, ports: [22, 3389], params };
        view!.ways_out = [{ way: "advice", key: "other-port" }, { way: "advice", key: "enable-jit" }];
      },
    });
    await user.click(await screen.findByRole("button", { name: say("ui.lead.other-port") }));
    const sheet = await screen.findByRole("dialog");
    await user.click(await within(sheet).findByLabelText(say("ui.service.rdp")));
    await user.click(within(sheet).getByRole("button", { name: say("ui.offer.connect") }));
    expect(stood.wishes.filter((wish) => "intent" in wish)).toEqual([
      expect.objectContaining({ intent: "cancel" }),
      expect.objectContaining({ intent: "connect", service: { protocol: "rdp", port: 3389 } }),
    ]);
  });
});

describe("what was seen", () => {
  it("is one line until somebody asks for it", async () => {
    await stand("popover", { moment: "permission-missing" });
    const line = await screen.findByText(/permission-missing, correlation 6f1d2c3b/);
    expect(line.closest("details")?.open).toBe(false);
    expect(document.querySelectorAll("details").length).toBe(1);
  });

  it("is not shown where the sentence says all of it", async () => {
    await stand("popover", { moment: "blocked-by-rule" });
    await screen.findByText(/deny-management/);
    expect(document.body.textContent).not.toContain("effective rules");
  });
});

describe("an access", () => {
  it("is called by what is spoken at its port, as it is set for its machine", async () => {
    await stand("popover", {
      moment: "open",
      but: ({ snapshot }) => {
        snapshot.connections = [];
        snapshot.accesses[0]!.access.draft.port = 2222;
      },
      query: (query) =>
        query.query === "vm"
          ? { ...page, options: page.options.map((row) => (row.key === "ssh_port" ? { ...row, value: "2222" } : row)) }
          : undefined,
    });
    const card = await screen.findByRole("group", { name: say("ui.access.of", { vm: "vm-web-01" }) });
    await within(card).findByText(say("ui.service.ssh"));
    expect(card.textContent).not.toContain("2222");
  });
});

it("a port that is only opened starts no program", () => {
  const step = (name: "proof" | "launch") => ({ step: name, standing: "done", took: "PT1S" }) as const;
  const view = { service: { protocol: "port", port: 5985 }, state: "open", steps: [step("proof"), step("launch")], tunnel: null } as unknown as ConnectionView;
  expect(lines(view, 0, 0).map(({ key }) => key)).toEqual(["proof"]);
  expect(lines({ ...view, service: { protocol: "rdp", port: 3389 } }, 0, 0).map(({ key }) => key)).toEqual(["proof", "launch"]);
});

it("a problem that stands alone leads where the engine says", async () => {
  const user = userEvent.setup();
  const problem: Problem = { code: "settings-invalid", file: "settings.toml", line: 12, column: 7, mistake: "no time", params: { file: "settings.toml", line: "12", column: "7", mistake: "no time" }, ways_out: [{ way: "advice", key: "mend-settings" }] };
  const stood = await stand("popover", { but: ({ snapshot }) => void snapshot.problems.push(problem) });
  await user.click(await screen.findByRole("button", { name: say("ui.lead.settings") }));
  expect(stood.wishes).toContainEqual({ window: "show", page: { page: "settings" } });
});

// The popover's list: what is marked stays marked, and Azure is asked once however much is typed.
import { screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Page, Query } from "$engine";
import { replay } from "../backend/replay";
import { ALL } from "../state/vms.svelte";
import { stand } from "../window/stand";

const settle = (): Promise<void> => new Promise((later) => setTimeout(later));
const freshness = (queries: readonly Query[]): string[] => queries.flatMap((query) => (query.query === "vms" ? [query.freshness] : []));

it("keeps what is marked when Azure's answer comes", async () => {
  let answer = (_page: Page): void => undefined;
  const { wishes } = await stand("popover", {
    query: (query) => (query.query === "vms" && query.freshness === "warm" ? new Promise<Page>((then) => (answer = then)) : undefined),
  });
  const user = userEvent.setup();
  const field = await screen.findByRole("combobox");
  await settle();
  await user.keyboard("{ArrowDown}{ArrowDown}");
  const marked = document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
  const name = marked?.querySelector(".strong")?.textContent ?? "";
  expect([marked?.id, name]).toEqual(["popover-vms-row-2", expect.stringMatching(/^vm-/)]);

  const known = await (await replay("ready")).query({ query: "vms", text: "", offset: 0, limit: 64, freshness: "cached", filter: ALL });
  if (known.page !== "vms") throw new Error("no list");
  answer({ ...known, rows: known.rows.slice(1), matching: known.matching - 1 });
  await settle();
  expect(field.getAttribute("aria-activedescendant")).toBe("popover-vms-row-2");
  await user.keyboard("{Enter}");
  expect(wishes).toEqual([expect.objectContaining({ intent: "connect", vm: expect.stringMatching(new RegExp(`/${name}$`)) as string })]);
});

it("keeps its mark on the machine when another one gets pinned", async () => {
  const { wishes, tell } = await stand("popover");
  const user = userEvent.setup();
  const field = await screen.findByRole("combobox");
  await settle();
  await user.keyboard("{ArrowDown}");
  const name = (): string | undefined =>
    document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.querySelector(".strong")?.textContent ?? undefined;
  const before = name();
  expect(before).toMatch(/^vm-/);
  await tell(({ snapshot }) => {
    const last = snapshot.pinned.pop();
    if (last) snapshot.pinned.unshift({ ...last, favourite: true });
  });
  await settle();
  expect([field.getAttribute("aria-activedescendant"), name()]).toEqual(["popover-vms-row-2", before]);
  await user.keyboard("{Enter}");
  expect(wishes).toEqual([expect.objectContaining({ intent: "connect", vm: expect.stringMatching(new RegExp(`/${before}$`)) as string })]);
});

it("begins nothing while what is shown answers what was typed before", async () => {
  let answer = (): void => undefined;
  const inner = await replay("ready");
  const { wishes } = await stand("popover", {
    query: async (query) => {
      if (query.query === "vms" && query.text !== "") await new Promise<void>((then) => (answer = then));
      return inner.query(query);
    },
  });
  const user = userEvent.setup();
  await screen.findByRole("combobox");
  await settle();
  await user.keyboard("vm-sql-01{Enter}");
  await settle();
  expect(wishes).toEqual([]);
  for (let times = 0; times < 12; times++) {
    answer();
    await settle();
  }
  await user.keyboard("{Enter}");
  expect(wishes).toEqual([expect.objectContaining({ intent: "connect", vm: expect.stringMatching(/vm-sql-01$/) as string })]);
});

it("asks Azure once, however much is typed", async () => {
  const asked: Query[] = [];
  await stand("popover", { query: (query) => void asked.push(query) as undefined });
  const user = userEvent.setup();
  await screen.findByRole("combobox");
  await user.keyboard("sql");
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ text: "sql" }));
  await user.keyboard("{Escape}web");
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ text: "web" }));
  expect(freshness(asked).filter((one) => one !== "cached")).toEqual(["warm"]);
});

it("reads its rows again when they changed, not with each word of the engine", async () => {
  const asked: Query[] = [];
  const { tell } = await stand("popover", { query: (query) => void asked.push(query) as undefined });
  await screen.findByRole("combobox");
  await settle();
  const before = freshness(asked).length;
  await tell(() => undefined);
  await tell(({ snapshot }) => (snapshot.link = null));
  await settle();
  expect(freshness(asked).length).toBe(before);
  await tell(({ snapshot }) => {
    for (const entry of snapshot.pinned) entry.favourite = !entry.favourite;
  });
  await settle();
  expect(freshness(asked).length).toBeGreaterThan(before);
});

it("asks in the small menu for what is set for the machine", async () => {
  const inner = await replay("ready");
  const { wishes } = await stand("popover", {
    query: async (query) => {
      const page = await inner.query(query);
      if (page.page !== "vm") return page;
      const values: Record<string, string> = { protocol: "rdp", rdp_port: "3391", duration: "30m" };
      return { ...page, options: page.options.map((row) => ({ ...row, value: values[row.key] ?? "" })) };
    },
  });
  const user = userEvent.setup();
  await screen.findByRole("combobox");
  await settle();
  await user.keyboard("{Alt>}{Enter}{/Alt}");
  await screen.findByRole("option", { name: "30 min (default)" });
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(wishes).toEqual([expect.objectContaining({ service: { protocol: "rdp", port: 3391 }, duration: "PT30M" })]);
});

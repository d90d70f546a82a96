// The list shows the answer to the last question, and reads only what is in sight.
import { describe, expect, it } from "vitest";
import type { Page, Problem, Query, VmEntry } from "$engine";
import type { Backend } from "../backend";
import { PAGE, VmList } from "./vms.svelte";

type Vms = Extract<Query, { query: "vms" }>;

interface Asked {
  query: Vms;
  answer: (page: Page) => void;
  refuse: (error: unknown) => void;
}

/** A host whose answers are given by hand, in any order. */
function host(): { backend: Backend; asked: Asked[] } {
  const asked: Asked[] = [];
  const backend: Backend = {
    dispatch: () => Promise.reject(new Error("not asked here")),
    snapshot: () => Promise.reject(new Error("not asked here")),
    onChange: () => Promise.resolve(() => undefined),
    query: (query) => new Promise((answer, refuse) => asked.push({ query: query as Vms, answer, refuse })),
  };
  return { backend, asked };
}

const row = (name: string): VmEntry => ({ vm: { id: name, name } }) as unknown as VmEntry;
const page = ({ offset, limit, text }: Vms, matching: number): Page => ({
  page: "vms",
  rows: Array.from({ length: Math.max(0, Math.min(limit, matching - offset)) }, (_, at) => row(`${text}${offset + at}`)),
  matching,
  age: "PT4M",
  problems: [],
});
const settle = (): Promise<void> => new Promise((later) => setTimeout(later));
const answer = async (one: Asked | undefined, matching: number): Promise<void> => {
  one?.answer(page(one.query, matching));
  await settle();
};

describe("a list of virtual machines", () => {
  it("reads the first page, and others when they come into sight", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    await answer(asked[0], 100_000);
    expect(list.matching).toBe(100_000);
    expect(list.age).toBe(240_000);
    expect(list.at(3)?.vm.name).toBe("3");
    expect(list.at(50_000)).toBeUndefined();

    list.sight(50_000, 50_020);
    expect(asked[1]?.query.offset).toBe(Math.floor(50_000 / PAGE) * PAGE);
    await answer(asked[1], 100_000);
    expect(list.at(50_000)?.vm.name).toBe("50000");
    list.sight(50_001, 50_019);
    expect(asked.length).toBe(2);
  });

  it("asks only the last of what is typed meanwhile, and keeps the rows until then", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    await answer(asked[0], 3);
    list.look("a");
    list.look("ab");
    list.look("abc");
    expect(list.text).toBe("");
    await answer(asked[1], 9);
    expect(list.text).toBe("");
    expect(asked.map((one) => one.query.text)).toEqual(["", "a", "abc"]);
    await answer(asked[2], 1);
    expect([list.text, list.matching, list.at(0)?.vm.name]).toEqual(["abc", 1, "abc0"]);
  });

  it("never shows a page of an old question", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    await answer(asked[0], 1000);
    list.sight(500, 510);
    list.look("x");
    await answer(asked[2], 2);
    await answer(asked[1], 1000);
    expect(list.at(500)).toBeUndefined();
    expect(list.matching).toBe(2);
  });

  it("reads again where it stands", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    await answer(asked[0], 1000);
    list.sight(500, 510);
    await answer(asked[1], 1000);
    const again = list.again("fresh");
    expect(list.refreshing).toBe(true);
    expect(asked[2]?.query).toMatchObject({ freshness: "fresh", offset: Math.floor(500 / PAGE) * PAGE });
    await answer(asked[2], 900);
    await again;
    expect([list.refreshing, list.matching]).toEqual([false, 900]);
  });

  it("says why a read failed, until one succeeds", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    asked[0]?.refuse({ code: "offline", host: "h", params: { host: "h" } });
    await settle();
    expect(list.failed?.code).toBe("offline");
    list.look("a");
    await answer(asked[1], 0);
    expect([list.failed, list.matching]).toEqual([null, 0]);
  });

  it("answers what is typed while Azure is asked, and then with what Azure said", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    list.look("");
    await answer(asked[0], 0);
    const again = list.again("warm");
    list.look("web");
    await answer(asked[2], 0);
    expect([list.text, list.matching, list.refreshing]).toEqual(["web", 0, true]);

    const offline: Problem = { code: "offline", host: "h", params: { host: "h" } };
    asked[1]?.answer({ ...page(asked[1].query, 700), age: "PT0S", problems: [offline] } as Page);
    await settle();
    expect(asked[3]?.query).toMatchObject({ text: "web", freshness: "cached" });
    asked[3]?.answer({ ...page(asked[3].query, 7), age: "PT0S" } as Page);
    await again;
    expect([list.text, list.matching, list.age, list.refreshing]).toEqual(["web", 7, 0, false]);
    expect(list.problems).toEqual([offline]);

    list.look("we");
    await answer(asked[4], 9);
    expect(list.problems).toEqual([offline]);
    const better = list.again("fresh");
    await answer(asked[5], 9);
    await better;
    expect(list.problems).toEqual([]);
  });

  it("says why Azure could not be asked, whatever was typed meanwhile", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    const again = list.again("warm");
    list.look("web");
    await answer(asked[1], 2);
    asked[0]?.refuse({ code: "offline", host: "h", params: { host: "h" } });
    await again;
    expect([list.failed?.code, list.matching]).toEqual(["offline", 2]);
  });

  it("asks until the last of two questions to Azure is answered", async () => {
    const { backend, asked } = host();
    const list = new VmList(backend);
    const [warm, fresh] = [list.again("warm"), list.again("fresh")];
    await answer(asked[0], 3);
    expect(list.refreshing).toBe(true);
    await answer(asked[2], 3);
    await answer(asked[1], 4);
    await answer(asked[3], 4);
    await Promise.all([warm, fresh]);
    expect([list.refreshing, list.matching]).toEqual([false, 4]);
  });
});

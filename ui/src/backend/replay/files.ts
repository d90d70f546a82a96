// The files that the engine's tests wrote: moments, and an example answer to every query.
import type { Page, Query, Shown } from "$engine";

const files = import.meta.glob<unknown>("../../../../crates/engine/fixtures/*.json", { import: "default" });
const FOLDER = "../../../../crates/engine/fixtures/";
/** What lies beside the moments. */
const NO_MOMENTS = ["pages", "problems"];

/** The names of the moments that can be played. */
export const moments = (): string[] =>
  Object.keys(files)
    .map((path) => path.slice(FOLDER.length, -".json".length))
    .filter((name) => !NO_MOMENTS.includes(name))
    .sort();

/** A moment of one's own: what is played changes, the file does not. */
export async function moment(name: string): Promise<Shown> {
  return structuredClone((await read(name)) as Shown);
}

/** The answers that the tests wrote, by name: `vms`, `vms-offline`, `tunnel-down`, … */
export class Examples {
  private constructor(private readonly all: Example[]) {}

  static async read(): Promise<Examples> {
    return new Examples((await read("pages")) as Example[]);
  }

  /** The answer of this name, of the kind that the query wants. */
  page<K extends Page["page"]>(name: string, kind: K): Extract<Page, { page: K }> {
    const found = this.all.find((example) => example.name === name)?.page;
    if (found === undefined || found.page !== kind) throw new Error(`no ${kind} answer is called ${name}`);
    return structuredClone(found) as Extract<Page, { page: K }>;
  }

  /** All answers to one kind of query, in the order they were written. */
  pages<K extends Page["page"]>(kind: K): Extract<Page, { page: K }>[] {
    return structuredClone(this.all.map((example) => example.page).filter((page) => page.page === kind)) as Extract<Page, { page: K }>[];
  }

  /** An answer that was asked for by name, where it answers this query. */
  instead(names: readonly string[], query: Query): Page | undefined {
    const found = this.all.find((example) => names.includes(example.name) && example.query.query === query.query);
    return found === undefined ? undefined : structuredClone(found.page);
  }
}

interface Example {
  name: string;
  query: Query;
  page: Page;
}

async function read(name: string): Promise<unknown> {
  const file = files[`${FOLDER}${name}.json`];
  if (file === undefined) throw new Error(`no fixture is called ${name}`);
  return file();
}

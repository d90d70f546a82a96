// Where the rows of a long list lie: sections one under the other, each with a head where it has a title.

export interface Section<T> {
  key: string;
  /** Its head; without one the section has none. */
  title?: string | undefined;
  count: number;
  /** The item at a place; `undefined` while it is being read. */
  at(index: number): T | undefined;
}

export interface Sizes {
  row: number;
  head: number;
}

export interface Slot {
  /** Which of the list's few row elements shows it: the same elements serve row after row. */
  element: number;
  /** Its place in the section. */
  index: number;
  /** Its place among all rows of the list. */
  flat: number;
  /** Pixels below the top of its section. */
  top: number;
}

export interface Laid<T> {
  section: Section<T>;
  /** Pixels below the top of the list. */
  top: number;
  height: number;
  head: number;
  /** The flat place of its first row. */
  first: number;
}

/** More rows than this are never in the page at once. */
export const MOST_ROWS = 60;
const BEYOND = 3;

export function lay<T>(sections: readonly Section<T>[], sizes: Sizes): Laid<T>[] {
  let top = 0;
  let first = 0;
  return sections.map((section) => {
    const head = section.title === undefined ? 0 : sizes.head;
    const laid = { section, top, head, first, height: head + section.count * sizes.row };
    top += laid.height;
    first += section.count;
    return laid;
  });
}

/** The rows of a section that a window of the list shows, with a few beyond it. */
export function slots<T>(laid: Laid<T>, from: number, to: number, sizes: Sizes): Slot[] {
  const { section, head, first } = laid;
  const seen = Math.ceil((to - from) / sizes.row) + 1;
  const beyond = Math.max(0, Math.min(BEYOND, Math.floor((MOST_ROWS - seen) / 2)));
  const begin = Math.max(0, Math.floor((from - laid.top - head) / sizes.row) - beyond);
  const elements = Math.min(MOST_ROWS, seen + 2 * beyond);
  const end = Math.min(section.count, Math.ceil((to - laid.top - head) / sizes.row) + beyond, begin + elements);
  const out: Slot[] = [];
  for (let index = begin; index < end; index++) {
    out.push({ element: index % elements, index, flat: first + index, top: head + index * sizes.row });
  }
  return out;
}

/** The section and the place in it of a flat place. */
export function find<T>(all: readonly Laid<T>[], flat: number): { laid: Laid<T>; index: number } | undefined {
  const laid = all.find((one) => flat >= one.first && flat < one.first + one.section.count);
  return laid === undefined ? undefined : { laid, index: flat - laid.first };
}

/** Where a key leads from a place, `undefined` where the key leads nowhere. */
export function step(key: string, active: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const last = count - 1;
  const bound = (to: number): number => Math.max(0, Math.min(last, to));
  switch (key) {
    case "ArrowDown":
      return active >= last ? last : bound(active + 1);
    case "ArrowUp":
      return bound(active - 1);
    case "PageDown":
      return bound(active + page);
    case "PageUp":
      return bound(active - page);
    default:
      return undefined;
  }
}

// Keeps the mark of a list on the machine that it was put on, whatever happens to the rows around it.
import type { VmEntry } from "$engine";
import type { Section } from "./virtual";

/** So many rows on either side are looked through: those that a page of rows moves past. */
const AROUND = 256;

export class Mark {
  #flat = -1;
  #text = "";
  #section = "";
  #id: string | undefined;

  /**
   * Which row is marked now, of what is shown for `text`, where `active` was before. -1 where its
   * machine is nowhere to be seen any more: a key must not act on another one in its place.
   */
  now(active: number, text: string, sections: readonly Section<VmEntry>[]): number {
    const [section, index] = place(active, sections);
    const entry = section?.at(index);
    const chosen = active !== this.#flat || text !== this.#text || this.#id === undefined;
    // A row that is still being read may be the one.
    if (!chosen && (entry?.vm.id === this.#id || (section !== undefined && entry === undefined))) return active;
    const to = chosen ? active : this.#find(sections, index);
    const [at, within] = place(to, sections);
    this.#flat = to;
    this.#text = text;
    this.#section = at?.key ?? "";
    this.#id = at?.at(within)?.vm.id;
    return to;
  }

  #find(sections: readonly Section<VmEntry>[], index: number): number {
    let first = 0;
    let found = -1;
    for (const section of sections) {
      const within = this.#within(section, index);
      // It stands where it stood, else wherever else it stands.
      if (within >= 0 && (found < 0 || section.key === this.#section)) found = first + within;
      first += section.count;
    }
    return found;
  }

  #within({ count, at }: Section<VmEntry>, index: number): number {
    const is = (place: number): boolean => at(place)?.vm.id === this.#id;
    for (let place = 0; place < Math.min(count, AROUND); place++) if (is(place)) return place;
    for (let place = Math.max(AROUND, index - AROUND); place < Math.min(count, index + AROUND); place++) if (is(place)) return place;
    return -1;
  }
}

function place(flat: number, sections: readonly Section<VmEntry>[]): [Section<VmEntry> | undefined, number] {
  let first = 0;
  for (const section of sections) {
    if (flat >= first && flat < first + section.count) return [section, flat - first];
    first += section.count;
  }
  return [undefined, 0];
}

// Keys and parameters in, sentences out: the page's side of messages/en.json.
import * as catalogue from "../paraglide/messages/_index.js";

type Catalogue = typeof catalogue;
/** A key of messages/en.json. */
export type Key = keyof Catalogue;
type Inputs<K extends Key> = Parameters<Catalogue[K]>[0];
type Given<K extends Key> = [undefined] extends [Inputs<K>]
  ? []
  : [params: { [N in keyof NonNullable<Inputs<K>>]: string | number }];

/** The sentence of a key that is written out here; its parameters are checked where it is called. */
export function say<K extends Key>(key: K, ...given: Given<K>): string {
  return sayWith(key, given[0]);
}

/** Whether the catalogue has such a key, for keys that are put together. */
export function has(key: string): key is Key {
  return Object.hasOwn(catalogue, key);
}

/** The sentence of a key that came from outside; the key itself where there is none, so that a missing text is seen. */
export function sayWith(key: string, params: Readonly<Record<string, string | number>> = {}): string {
  if (!has(key)) return key;
  const message = catalogue[key] as (params: Record<string, string>) => string;
  return message(holes(params));
}

/** What a parameter brings in is one line of data; a hole that nobody fills shows its own name. */
function holes(params: Readonly<Record<string, string | number>>): Record<string, string> {
  return new Proxy(params as Record<string, string>, {
    get: (all, name) => {
      if (typeof name !== "string") return undefined;
      return Object.hasOwn(all, name) ? plain(String(all[name])) : `{${name}}`;
    },
  });
}

/** What steers a cursor, breaks a line or turns the direction of writing becomes a space, as it does in the engine. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, " ");
}

// Between a list setting as TOML writes it and its entries.

/** A list's entries, one by one. */
export function entries(value: string): string[] {
  const found: string[] = [];
  // A TOML string, basic or literal, or a bare word.
  for (const match of value.trim().replace(/^\[|\]$/g, "").matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,]+/g)) {
    found.push(unquoted(match[0]));
  }
  return found;
}

/** Entries as the TOML list that is sent. */
export function list(all: readonly string[]): string {
  return `[${all.map((entry) => JSON.stringify(entry)).join(", ")}]`;
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "string" ? read : text;
  } catch {
    // TOML knows escapes that JSON does not.
    return text.slice(1, -1);
  }
}

// Whether what somebody typed can name a tenant: the engine asks Entra about nothing else.
import type { Problem } from "$engine";

const MANY: ReadonlySet<string> = new Set(["common", "consumers", "organizations"]);
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

/** The problem that the engine would tell; `null` where the text is empty or may be one. */
export function notATenant(text: string): Problem | null {
  if (text === "" || MANY.has(text) || GUID.test(text) || DOMAIN.test(text)) return null;
  return { code: "tenant-unknown", tenant: text, params: { tenant: text } };
}

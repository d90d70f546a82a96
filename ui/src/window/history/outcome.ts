// What became of a request, as a key of the catalogue and its parameters.
import type { Access } from "$engine";

export interface Outcome {
  key: string;
  /** The moment that the sentence names, where it names one. */
  at: string | null;
  /** Azure's own word, where it is one that we do not know. */
  reason: string | null;
  tone: "good" | "soft" | "bad";
}

/** `now` in milliseconds since 1970, by Azure's clock. */
export function outcome(access: Access, now: number): Outcome {
  const standing = access.standing;
  const key = (name: string): string => `ui.history.outcome.${name}`;
  if (standing === "unanswered") return { key: key("unanswered"), at: null, reason: null, tone: "soft" };
  if (standing === "refused") return { key: key("refused"), at: null, reason: null, tone: "bad" };
  if ("running" in standing) {
    const at = standing.running.expires_at;
    const runs = Date.parse(at) > now;
    return { key: key(runs ? "running" : "running-past"), at, reason: null, tone: runs ? "good" : "soft" };
  }
  const { reason, at } = standing.over;
  if (typeof reason === "string") return { key: key(reason), at, reason: null, tone: "soft" };
  return { key: key("other"), at, reason: reason.other, tone: "soft" };
}

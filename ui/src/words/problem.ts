// A problem in words: its sentence, its ways out, and the text for the help desk.
import type { Problem, WayOut } from "$engine";
import { has, sayWith, say } from "./say";
import { at, local } from "./time";
import { group } from "./vm";

/** The sentence a worker understands, with instants by the wall clock. */
export function sentence(problem: Problem, now: number = Date.now()): string {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(problem.params)) params[name] = local(value, now);
  return sayWith(`problem.${problem.code}`, params);
}

/** The same for who reads it in a card: names instead of ids, and no actions of Azure's; the help desk gets all of it. */
export function brief(problem: Problem, now: number = Date.now()): string {
  const key = `brief.${problem.code}`;
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(problem.params)) {
    params[name] = local(value, now).replace(ARM_ID, (id) => (name === "scope" && group(id)) || nameOf(id));
  }
  return sayWith(has(key) ? key : `problem.${problem.code}`, params);
}

const ARM_ID = /\/subscriptions\/[^\s'",;)]*[^\s'",;).]/gi;
const nameOf = (id: string): string => id.split("/").at(-1) ?? id;

/** A few words over the sentence, where the catalogue has them. */
export function headline(problem: Problem): string {
  const key = `ui.problem.${problem.code}`;
  return has(key) ? sayWith(key, problem.params) : say("ui.problem.any");
}

/** The key of a way out, as the catalogue names it. */
export function wayKey(way: WayOut): string {
  return way.way === "answer" ? way.answer.answer : way.key;
}

/** What a way out says here: the page's own words first, those of the command line otherwise. */
export function wayWords(way: WayOut): string {
  const key = wayKey(way);
  return sayWith(has(`ui.way-out.${key}`) ? `ui.way-out.${key}` : `way-out.${key}`);
}

/** What was seen, for who looks closer; nothing where a card says all of it. */
export function evidence({ code, details }: Problem): { observed?: string | undefined; correlation?: string | undefined } | null {
  // How a rule was found is the help desk's; which rule it is stands in the sentence.
  const observed = code === "blocked-by-rule" ? undefined : details?.observed;
  const correlation = details?.correlation;
  return (observed ?? correlation) === undefined ? null : { observed, correlation };
}

export interface Circumstances {
  /** What the problem was met with, as far as known. */
  vm?: string | undefined;
  /** The VM's ARM id. */
  resource?: string | undefined;
  /** When the problem was shown, in milliseconds since 1970. */
  now: number;
}

/** What the help desk needs, line by line: code, sentence, correlation, resource, what was seen, and when. */
export function forHelpDesk(problem: Problem, { vm, resource, now }: Circumstances): string {
  const details = problem.details;
  const lines: [string, string | null | undefined][] = [
    [say("ui.help-desk.problem"), problem.code],
    [say("ui.help-desk.sentence"), sentence(problem, now)],
    [say("ui.help-desk.vm"), vm],
    [say("ui.help-desk.resource"), details?.resource ?? resource],
    [say("ui.help-desk.correlation"), details?.correlation],
    [say("ui.help-desk.observed"), details?.observed],
    [say("ui.help-desk.time"), `${new Date(now).toISOString().slice(0, 19)}Z (${at(now, now)})`],
  ];
  return lines
    .filter((line): line is [string, string] => line[1] !== null && line[1] !== undefined && line[1] !== "")
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

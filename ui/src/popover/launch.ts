// What is said of how a client is started.
import type { LaunchNote, LaunchView } from "$engine";
import { has, say, sayWith } from "../words/say";

/** One line of it, before somebody asks for more. */
export function noteLine(note: LaunchNote): string {
  const key = `ui.launch.${note.note}`;
  return has(key) ? sayWith(key) : say("ui.launch.any");
}

/** All of it: the page's own words first, those of the command line otherwise. */
export function noteWords(note: LaunchNote): string {
  const key = `ui.launch.${note.note}.detail`;
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(note)) params[name] = Array.isArray(value) ? value.join(", ") : String(value);
  return sayWith(has(key) ? key : `launch.${note.note}`, params);
}

/** What belongs to every start of its kind is told while it goes on, and not again while access runs. */
const usual: ReadonlySet<LaunchNote["note"]> = new Set(["by-name", "by-address", "own-host-keys", "direct-defaults"]);

/** A launch of which something is worth a line beside an access that runs. */
export function noted(launch: LaunchView | null | undefined): LaunchView | null {
  return launch?.notes.some((note) => !usual.has(note.note)) === true ? launch : null;
}

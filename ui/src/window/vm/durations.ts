// The times that are offered for an access: usual ones, none longer than the policy allows.
import { millis } from "../../words/time";

const USUAL = ["PT15M", "PT30M", "PT1H", "PT2H", "PT3H", "PT4H", "PT8H", "PT12H", "PT24H"];

/** The longest itself is always among them. */
export function durations(longest: string | null): string[] {
  if (longest === null) return USUAL.slice(0, 6);
  const bound = millis(longest);
  const fit = USUAL.filter((each) => millis(each) < bound);
  return [...fit, longest];
}

// What a refused value is told at its field: the mistake alone, as the field is in sight.
import type { Problem } from "$engine";
import { sentence } from "../../words/problem";

export function mistake(problem: Problem): string {
  if (problem.code !== "settings-invalid" || problem.mistake === "") return sentence(problem);
  const words = problem.mistake;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith(".") ? "" : "."}`;
}

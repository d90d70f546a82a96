// Which cards the popover shows: a pure reading of the snapshot.
import type { AccessView, ConnectionView, Problem, SignInView, Snapshot } from "$engine";
import { endOf } from "../words/vm";

/** Accesses that a person can still use or should know of, the soonest end first. */
export function accessCards(snapshot: Snapshot): AccessView[] {
  const end = (view: AccessView): number => Date.parse(endOf(view) ?? "") || Number.MAX_SAFE_INTEGER;
  // Until the way is proved, the connection's own card says all of it.
  const under = new Set(snapshot.connections.filter((view) => view.state !== "open" && (view.state !== "ended" || view.problem !== null)).map((view) => view.request));
  return snapshot.accesses
    .filter((view) => !under.has(view.access.request))
    .filter((view) => !view.followed && (endOf(view) !== null || view.access.standing === "unanswered" || view.problem !== null))
    .sort((one, other) => end(one) - end(other));
}

/** Connections that want to be seen: under way, waiting for a person, failed, or open without an access of ours. */
export function connectionCards(snapshot: Snapshot, extending: ReadonlySet<number>): ConnectionView[] {
  return snapshot.connections
    .filter((view) => {
      if (extending.has(view.id)) return view.problem !== null || view.question !== null;
      if (view.state === "ended") return view.ending === "failed" && view.problem !== null;
      if (view.state !== "open") return true;
      return !snapshot.accesses.some((access) => access.access.request === view.request);
    })
    .reverse();
}

/** Sign-ins that somebody waits for, or that failed. */
export function signInCards(snapshot: Snapshot): SignInView[] {
  return snapshot.accounts.sign_ins.filter(({ stage }) => stage.stage !== "done" && stage.stage !== "cancelled");
}

/** Problems of this machine and of its accounts, each once. */
export function machineProblems(snapshot: Snapshot): Problem[] {
  const alerts = snapshot.alerts.flatMap((alert) => (alert.alert === "machine" ? [alert.problem] : []));
  const all = [...alerts, ...snapshot.problems, ...snapshot.accounts.problems];
  return [...new Map(all.map((problem) => [`${problem.code} ${JSON.stringify(problem.params)}`, problem])).values()];
}

/** Nobody is signed in, and nothing else can speak to Azure. */
export function signedOut(snapshot: Snapshot): boolean {
  return snapshot.accounts.accounts.length === 0 && snapshot.accounts.otherwise === null;
}

/** A word of two letters for an account: `admin@contoso.example` is `AD`, `Help desk (Contoso)` is `HC`. */
export function initials(name: string | null, username: string): string {
  const words = (name ?? username.split("@")[0] ?? "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => [...(word ?? "")][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toLocaleUpperCase();
}

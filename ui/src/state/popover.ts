// Which cards the popover shows: a pure reading of the snapshot.
import type { AccessView, ConnectionView, Problem, SignInView, Snapshot } from "$engine";
import { endOf, same } from "../words/vm";

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

/** What is left of connections to one VM whose access is over: nothing of it is open, though a session may still run. */
export interface Outlived {
  /** The last of them. */
  view: ConnectionView;
  /** All of them: they are put away together. */
  all: ConnectionView[];
}

/** Sessions that may outlive their access, one for each VM; what came after them on the same VM says more. */
export function outlivedCards(snapshot: Snapshot): Outlived[] {
  const last = new Map<string, Outlived>();
  for (const view of snapshot.connections.filter((one) => outlives(one, snapshot))) {
    const vm = view.vm.toLowerCase();
    last.set(vm, { view, all: [...(last.get(vm)?.all ?? []), view] });
  }
  const newer = ({ view }: Outlived): boolean =>
    snapshot.connections.some((one) => one.id > view.id && same(one.vm, view.vm) && (one.state !== "ended" || one.problem !== null)) ||
    accessCards(snapshot).some(({ access }) => same(access.draft.vm, view.vm));
  return [...last.values()].filter((one) => !newer(one)).reverse();
}

/** Its client may run, and the access that it came by is over. */
function outlives(view: ConnectionView, snapshot: Snapshot): boolean {
  return view.state === "open" && view.request !== null && !snapshot.accesses.some(({ access }) => access.request === view.request);
}

/** Connections that want to be seen: under way, waiting for a person, failed, or open by something else than an access of ours. */
export function connectionCards(snapshot: Snapshot, extending: ReadonlySet<number>): ConnectionView[] {
  return snapshot.connections
    .filter((view) => {
      if (extending.has(view.id)) return view.problem !== null || view.question !== null;
      // Who tries again has read why it failed before.
      const again = (): boolean => snapshot.connections.some((one) => one.id > view.id && same(one.vm, view.vm));
      if (view.state === "ended") return view.ending === "failed" && view.problem !== null && !again();
      if (view.state !== "open") return true;
      return view.request === null;
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

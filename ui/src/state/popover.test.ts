// Which cards each moment of the engine puts into the popover.
import { describe, expect, it } from "vitest";
import type { Shown, Snapshot } from "$engine";
import { accessCards, connectionCards, initials, machineProblems, outlivedCards, signedOut, signInCards } from "./popover";

const files = import.meta.glob<Shown>("../../../crates/engine/fixtures/*.json", { import: "default", eager: true });
const moment = (name: string): Snapshot => {
  const shown = files[`../../../crates/engine/fixtures/${name}.json`];
  if (shown === undefined) throw new Error(`no fixture is called ${name}`);
  return shown.snapshot;
};
const none = new Set<number>();
const counts = (name: string): [connections: number, accesses: number] => [
  connectionCards(moment(name), none).length,
  accessCards(moment(name)).length,
];

describe("cards", () => {
  it.each([
    ["ready", 0, 0],
    ["open", 0, 1],
    ["many-accesses", 0, 12],
    ["connecting-looking", 1, 0],
    // Access runs, and its connection is not proved yet: one card for both.
    ["connecting-proving", 1, 0],
    ["blocked-by-rule", 1, 0],
    ["failed", 1, 0],
    ["open-outside-jit", 1, 0],
    ["ended", 0, 0],
    ["moved", 0, 1],
  ])("%s shows %i connections and %i accesses", (name, connections, accesses) => {
    expect(counts(name)).toEqual([connections, accesses]);
  });

  it("says that access has ended where only the session may be left, once for each machine", () => {
    const snapshot = moment("session-outlives");
    const [view] = snapshot.connections;
    expect(connectionCards(snapshot, none)).toEqual([]);
    expect(outlivedCards(snapshot).map((one) => one.view.id)).toEqual([view!.id]);
    const second = { ...view!, id: 7, request: 77, vm: view!.vm.toUpperCase() };
    snapshot.connections.push(second);
    expect(outlivedCards(snapshot)).toEqual([{ view: second, all: [view, second] }]);
    // A newer connection, or an access that runs, says more.
    snapshot.connections.push({ ...view!, id: 8, request: null, state: "looking" });
    expect(outlivedCards(snapshot)).toEqual([]);
    snapshot.connections.pop();
    snapshot.accesses = moment("open").accesses.map((one) => ({ ...one, access: { ...one.access, request: 99 } }));
    expect(outlivedCards(snapshot)).toEqual([]);
  });

  it("says that a port is open only where something keeps it open", () => {
    expect(outlivedCards(moment("open-outside-jit"))).toEqual([]);
    expect(outlivedCards(moment("open"))).toEqual([]);
  });

  it("keeps an extension in its access's own card while nothing stands in the way", () => {
    const snapshot = moment("connecting-requesting");
    const [view] = snapshot.connections;
    expect(connectionCards(snapshot, new Set([view!.id]))).toEqual([]);
  });

  it("forgets a failure once the person tries again", () => {
    const snapshot = moment("failed");
    const [failed] = snapshot.connections;
    const again = { ...failed!, id: failed!.id + 1, vm: failed!.vm.toUpperCase(), state: "looking" as const, ending: null, problem: null };
    const shown = connectionCards({ ...snapshot, connections: [failed!, again] }, none);
    expect(shown.map((view) => view.id)).toEqual([again.id]);
  });

  it("puts the soonest end first", () => {
    const ends = accessCards(moment("many-accesses")).map((view) => JSON.stringify(view.access.standing));
    expect(ends).toEqual([...ends].sort());
  });

  it("tells a problem of the machine once, though alerts tell it too", () => {
    expect(machineProblems(moment("machine-problems")).map((problem) => problem.code)).toEqual(["settings-invalid", "store-damaged"]);
  });

  it("knows who is signed in, and who is about to be", () => {
    expect(signedOut(moment("signed-out"))).toBe(true);
    expect(signedOut(moment("ready"))).toBe(false);
    expect(signInCards(moment("sign-in-code")).length).toBe(1);
    expect(signInCards(moment("sign-in-failed")).length).toBe(1);
  });

  it("makes a word of two letters of a name", () => {
    expect(initials("Admin role", "admin@contoso.example")).toBe("AR");
    expect(initials(null, "admin@contoso.example")).toBe("AD");
    expect(initials("Help desk (Contoso)", "desk@contoso.example")).toBe("HC");
    expect(initials(null, "")).toBe("?");
  });
});

// The popover at every moment, and what a person does in it.
import { moments } from "../../backend/replay";
import type { State } from "../state";

const page = { path: "popover", size: "popover" } as const;

const atEveryMoment = (): State[] =>
  moments().map((moment) => ({ id: `popover-${moment}`, title: moment.replaceAll("-", " "), moment, ...page }));

const done: State[] = [
  { id: "popover-by-hand-found", title: "Searched", moment: "ready", ...page, does: ({ write }) => write(".search input", "web") },
  { id: "popover-by-hand-no-match", title: "Nothing matches", moment: "ready", ...page, does: ({ write }) => write(".search input", "vm-gone-for-good") },
  { id: "popover-by-hand-none", title: "No machine can be seen", moment: "ready", ...page, answers: ["vms-none"], but: ({ snapshot }) => (snapshot.pinned = []) },
  { id: "popover-by-hand-offline", title: "Azure cannot be reached", moment: "ready", ...page, answers: ["vms-offline"] },
  { id: "popover-by-hand-menu", title: "The menu", moment: "ready", ...page, does: ({ press }) => press("header [aria-haspopup=menu]") },
  {
    id: "popover-by-hand-options",
    title: "Connect with options",
    moment: "ready",
    ...page,
    does: async ({ press, see }) => {
      (await see("[role=row]")).dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
      await press("[role=row] [aria-haspopup=dialog]");
    },
  },
  {
    id: "popover-by-hand-launch",
    title: "What Windows is about to say, in full",
    moment: "open-warned",
    ...page,
    does: async ({ see }) => (await see("details summary")).click(),
  },
  { id: "popover-by-hand-quit", title: "Asks before quitting", moment: "open", path: "popover/quit", size: "popover" },
  {
    id: "popover-by-hand-refused",
    title: "A wish was refused",
    moment: "ready",
    ...page,
    refused: { code: "store-not-writable", path: "/var/lib/gangway", params: { path: "/var/lib/gangway" } },
    does: ({ press }) => press("[role=row]"),
  },
];

export const popoverStates = (): State[] => [...atEveryMoment(), ...done];

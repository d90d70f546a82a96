// All states that the gallery shows: the popover at every moment, and every page of the window.
import { moments } from "../backend/replay";
import { accountStates } from "./states/accounts";
import { firstRunStates } from "./states/first-run";
import { machineStates } from "./states/machines";
import { otherStates } from "./states/others";
import type { State } from "./state";

const popovers = (): State[] =>
  moments().map((moment) => ({
    id: `popover-${moment}`,
    title: moment.replaceAll("-", " "),
    size: "popover",
    moment,
    path: "popover",
  }));

export const states = (): State[] => [...popovers(), ...machineStates, ...otherStates, ...accountStates, ...firstRunStates];

// All states that the gallery shows: the popover at every moment, and every page of the window.
import { accountStates } from "./states/accounts";
import { firstRunStates } from "./states/first-run";
import { machineStates } from "./states/machines";
import { otherStates } from "./states/others";
import { popoverStates } from "./states/popover";
import type { State } from "./state";

export const states = (): State[] => [...popoverStates(), ...machineStates, ...otherStates, ...accountStates, ...firstRunStates];

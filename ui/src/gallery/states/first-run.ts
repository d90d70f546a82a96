// The first run, step by step.
import type { State } from "../state";

const page = { path: "window/first-run", size: "window" } as const;

export const firstRunStates: State[] = [
  { id: "window-first-run", title: "First run: sign in", moment: "first-run", ...page },
  { id: "window-first-run-browser", title: "First run: the browser is waited for", moment: "sign-in-browser", ...page },
  { id: "window-first-run-failed", title: "First run: the sign-in failed", moment: "sign-in-failed", ...page },
  {
    id: "window-first-run-vpn",
    title: "First run: VPN",
    moment: "no-tunnel",
    ...page,
    but: ({ snapshot }) => (snapshot.pinned = []),
  },
  {
    id: "window-first-run-import",
    title: "First run: import of a profile",
    moment: "tunnel-unknown",
    ...page,
    but: ({ snapshot }) => (snapshot.pinned = []),
    does: ({ press }) => press(".actions button"),
  },
  {
    id: "window-first-run-vm",
    title: "First run: first virtual machine",
    moment: "ready",
    ...page,
    but: ({ snapshot }) => (snapshot.pinned = []),
  },
  { id: "window-first-run-done", title: "First run: done", moment: "ready", ...page },
  { id: "window-first-run-small", title: "The smallest window", moment: "first-run", path: "window/first-run", size: "small" },
];

// History, VPN, settings, and the page about the program.
import type { Problem } from "$engine";
import type { State } from "../state";

const invalid: Problem = {
  code: "settings-invalid",
  file: "settings.toml",
  line: 1,
  column: 12,
  mistake: "\"soon\" is no time, such as 1h 30m",
  params: { file: "settings.toml", line: "1", column: "12", mistake: "\"soon\" is no time, such as 1h 30m" },
};
const full: Problem = { code: "store-not-writable", path: "/home/worker/Downloads", params: { path: "/home/worker/Downloads" } };
const large = (): File => new File([new Uint8Array(9 * 1024 * 1024)], "holiday-pictures.zip");
const small = (text: string): File => new File([text], "azurevpnconfig.xml");

const history = { path: "window/history", size: "window" } as const;
const vpn = { path: "window/vpn", size: "window" } as const;
const settings = { path: "window/settings", size: "window" } as const;
const about = { path: "window/about", size: "window" } as const;

export const otherStates: State[] = [
  { id: "window-history", title: "History", moment: "open", ...history },
  { id: "window-history-exported", title: "Exported", moment: "ready", ...history, does: ({ press }) => press("header button:last-of-type") },
  { id: "window-history-failed", title: "The export failed", moment: "ready", ...history, refused: full, does: ({ press }) => press("header button:last-of-type") },
  { id: "window-history-none", title: "Nothing was requested yet", moment: "ready", ...history, answers: ["history-none"] },
  { id: "window-history-no-match", title: "Nothing matches", moment: "ready", ...history, does: ({ write }) => write(".search input", "INC-0000") },
  { id: "window-history-small", title: "The smallest window", moment: "open", path: "window/history", size: "small" },
  { id: "window-vpn", title: "VPN connected", moment: "ready", path: "window/vpn", size: "long" },
  { id: "window-vpn-down", title: "VPN not connected", moment: "no-tunnel", ...vpn },
  { id: "window-vpn-unknown", title: "VPN not known", moment: "tunnel-unknown", ...vpn, answers: ["profiles-none"] },
  { id: "window-vpn-none", title: "No profile", moment: "first-run", ...vpn, answers: ["profiles-none"] },
  { id: "window-vpn-small", title: "The smallest window", moment: "ready", path: "window/vpn", size: "small" },
  {
    id: "window-vpn-drag",
    title: "A file is dragged over",
    moment: "ready",
    ...vpn,
    answers: ["profiles-none"],
    does: async ({ see }) => {
      const place = await see(".drop");
      place.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true }));
      place.scrollIntoView({ block: "center" });
    },
  },
  {
    id: "window-vpn-too-large",
    title: "The file is too large",
    moment: "ready",
    ...vpn,
    answers: ["profiles-none"],
    does: async ({ choose, see }) => {
      await choose("input[type=file]", large());
      (await see(".drop")).scrollIntoView({ block: "center" });
    },
  },
  {
    id: "window-vpn-unreadable",
    title: "The file is no profile",
    moment: "ready",
    ...vpn,
    answers: ["profiles-none"],
    does: async ({ choose, see }) => {
      await choose("input[type=file]", small("<note/>"));
      (await see(".place section")).scrollIntoView({ block: "center" });
    },
  },
  {
    id: "window-vpn-imported",
    title: "Imported",
    moment: "ready",
    ...vpn,
    answers: ["profiles-none"],
    does: async ({ choose, see }) => {
      await choose("input[type=file]", small("<AzVpnProfile/>"));
      (await see(".done")).scrollIntoView({ block: "center" });
    },
  },
  {
    id: "window-vpn-forget",
    title: "Asks before a profile is forgotten",
    moment: "ready",
    ...vpn,
    does: ({ press }) => press("li .head button"),
  },
  { id: "window-settings", title: "Settings", moment: "ready", path: "window/settings", size: "longest" },
  { id: "window-settings-window", title: "Settings in the window", moment: "ready", ...settings },
  { id: "window-settings-small", title: "The smallest window", moment: "ready", path: "window/settings", size: "small" },
  { id: "window-settings-file", title: "The file has a mistake", moment: "ready", ...settings, answers: ["settings-invalid"] },
  { id: "window-settings-search", title: "Searched", moment: "ready", ...settings, does: ({ write }) => write("header .search input", "proxy") },
  { id: "window-settings-no-match", title: "Nothing matches", moment: "ready", ...settings, does: ({ write }) => write("header .search input", "colour") },
  {
    id: "window-settings-refused",
    title: "A value was refused",
    moment: "ready",
    ...settings,
    refused: invalid,
    does: ({ write }) => write("input.short", "soon"),
  },
  {
    id: "window-settings-entry",
    title: "An entry of a list was refused",
    moment: "ready",
    ...settings,
    refused: invalid,
    does: async ({ write, press }) => {
      await write(".add input", "soon");
      await press(".add button");
    },
  },
  {
    id: "window-settings-ways",
    title: "Ways to sign in as boxes",
    moment: "ready",
    ...settings,
    does: ({ write }) => write("header .search input", "ways to sign in"),
  },
  {
    id: "window-settings-saved",
    title: "A value was saved",
    moment: "ready",
    ...settings,
    does: ({ press }) => press("input[role=switch]:not(:disabled)"),
  },
  {
    id: "window-settings-saving",
    title: "It takes long to save",
    moment: "ready",
    ...settings,
    hangs: true,
    does: async ({ press, see }) => {
      await press("input[role=switch]:not(:disabled)");
      await see(".told > span");
    },
  },
  { id: "window-about", title: "About and diagnostics", moment: "ready", ...about },
  { id: "window-about-reported", title: "A report was saved", moment: "ready", ...about, does: ({ press }) => press(".actions button") },
  { id: "window-about-failed", title: "No report could be saved", moment: "ready", ...about, refused: full, does: ({ press }) => press(".actions button") },
];

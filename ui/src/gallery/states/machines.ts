// The list of virtual machines, and the page of one.
import { vmPage, type State } from "../state";

const list = { path: "window/vms", size: "window" } as const;

export const machineStates: State[] = [
  { id: "window-vms", title: "All virtual machines", moment: "ready", ...list },
  { id: "window-vms-access", title: "Access runs on one", moment: "open", ...list },
  {
    id: "window-vms-active",
    title: "A row under the pointer",
    moment: "ready",
    ...list,
    does: async ({ see }) => {
      (await see("[role=row]")).dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    },
  },
  { id: "window-vms-found", title: "Searched", moment: "ready", ...list, does: ({ write }) => write(".search input", "web") },
  {
    id: "window-vms-filtered",
    title: "Narrowed to a system and a subscription",
    moment: "open",
    ...list,
    does: async ({ write }) => {
      await write(".filters select", "linux");
      await write(".filters select:nth-of-type(2)", "11111111-0000-0000-0000-000000000001");
    },
  },
  { id: "window-vms-filtered-open", title: "Only what is open now", moment: "open", ...list, does: ({ press }) => press(".filters button:nth-of-type(2)") },
  { id: "window-vms-filtered-none", title: "Nothing fits the filters", moment: "ready", ...list, does: ({ press }) => press(".filters button:nth-of-type(2)") },
  { id: "window-vms-no-match", title: "Nothing matches", moment: "ready", ...list, does: ({ write }) => write(".search input", "vm-gone-for-good") },
  { id: "window-vms-none", title: "No machine can be seen", moment: "ready", ...list, answers: ["vms-none"] },
  { id: "window-vms-offline", title: "Azure cannot be reached", moment: "ready", ...list, answers: ["vms-offline"] },
  { id: "window-vms-signed-out", title: "Nobody is signed in", moment: "first-run", ...list },
  { id: "window-vms-long", title: "Long names", moment: "long-names", ...list },
  { id: "window-vms-small", title: "The smallest window", moment: "open", path: "window/vms", size: "small" },
  { id: "window-alerts", title: "Several things want attention", moment: "machine-problems", ...list },
  { id: "window-alerts-sign-in", title: "A sign-in failed while nobody looked", moment: "sign-in-failed", ...list },
  {
    id: "window-alerts-open",
    title: "All that wants attention",
    moment: "machine-problems",
    ...list,
    does: ({ press }) => press(".alerts button[aria-expanded]"),
  },
  {
    id: "window-refused",
    title: "A wish was refused",
    moment: "ready",
    ...list,
    refused: { code: "store-not-writable", path: "/var/lib/gangway", params: { path: "/var/lib/gangway" } },
    does: ({ press }) => press("[role=row] .star button"),
  },
  { id: "window-demo", title: "The mark of another cloud", moment: "demo", ...list },
  { id: "window-vm", title: "One virtual machine", moment: "ready", path: vmPage("vm-web"), size: "long" },
  { id: "window-vm-open", title: "Access runs on it", moment: "open", path: vmPage("vm-web"), size: "window" },
  { id: "window-vm-connecting", title: "A connection is under way", moment: "connecting-proving", path: vmPage("vm-web"), size: "window" },
  { id: "window-vm-asking", title: "It asks", moment: "asking-vm-not-running", path: vmPage("vm-build"), size: "window" },
  { id: "window-vm-problem", title: "A problem stands in the way", moment: "blocked-by-rule", path: vmPage("vm-web"), size: "window" },
  { id: "window-vm-ends-soon", title: "Access ends soon", moment: "ends-soon", path: vmPage("vm-web"), size: "window" },
  { id: "window-vm-warned", title: "Windows is about to warn", moment: "open-warned", path: vmPage("vm-sql"), size: "window" },
  { id: "window-vm-unprotected", title: "No policy covers it", moment: "ready", path: vmPage("vm-legacy"), size: "window" },
  { id: "window-vm-long", title: "Long names", moment: "long-names", path: vmPage("vm-payments"), size: "window" },
  { id: "window-vm-small", title: "The smallest window", moment: "open", path: vmPage("vm-web"), size: "small" },
  {
    id: "window-vm-menu",
    title: "Its menu",
    moment: "ready",
    path: vmPage("vm-web"),
    size: "window",
    does: ({ press }) => press("[aria-haspopup=menu]"),
  },
  {
    id: "window-vm-options",
    title: "Connect with options",
    moment: "ready",
    path: vmPage("vm-web"),
    size: "window",
    does: async ({ press }) => {
      await press("[aria-haspopup=menu]");
      await press("[role=menuitem]");
    },
  },
  {
    id: "window-vm-reason",
    title: "A reason is needed",
    moment: "ready",
    path: vmPage("vm-web"),
    size: "window",
    but: ({ snapshot }) => (snapshot.settings.reason_required = true),
    does: async ({ see, press }) => {
      await press("header button.primary");
      await see("dialog form");
      await press("dialog button.primary");
    },
  },
];

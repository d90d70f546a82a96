// Which page is shown: it stands in the hash, and the shell may set it from outside.
import { createSubscriber } from "svelte/reactivity";

const changed = createSubscriber((update) => {
  window.addEventListener("hashchange", update);
  return () => window.removeEventListener("hashchange", update);
});

export const route = {
  /** The path without its leading mark: `popover`, `window/vms`, `window/vm/<encoded id>`. */
  get path(): string {
    changed();
    return location.hash.replace(/^#\/?/, "") || "popover";
  },
};

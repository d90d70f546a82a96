// Between the window's hash and its pages: `#/window/vm/<encoded ARM id>`.
import type { WindowPage } from "$engine";

/** The page that a hash names; the list of virtual machines where it names none. */
export function pageOf(hash: string): WindowPage {
  const [place, page, rest] = split(hash);
  if (place !== "window") return { page: "vms" };
  switch (page) {
    case "vm":
      return rest === "" ? { page: "vms" } : { page: "vm", vm: rest };
    case "first-run":
    case "history":
    case "accounts":
    case "vpn":
    case "settings":
    case "about":
      return { page };
    default:
      return { page: "vms" };
  }
}

export function hashOf(page: WindowPage): string {
  return page.page === "vm" ? `#/window/vm/${encodeURIComponent(page.vm)}` : `#/window/${page.page}`;
}

function split(hash: string): [string, string, string] {
  const [, place = "", page = "", ...rest] = hash.replace(/^#/, "").split("/");
  const id = rest.join("/");
  try {
    return [place, page, decodeURIComponent(id)];
  } catch {
    // A stray percent sign: no id that the shell wrote.
    return [place, page, ""];
  }
}

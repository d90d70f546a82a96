// Between the window's hash and its pages: `#/window/vm/<encoded ARM id>`.
import type { WindowPage } from "$engine";

/** The page that a path behind `#/window/` names; the list of virtual machines where it names none. */
export function pageOf(path: string): WindowPage {
  const [page, rest] = split(path);
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

function split(path: string): [string, string] {
  const [page = "", ...rest] = path.split("/");
  try {
    return [page, decodeURIComponent(rest.join("/"))];
  } catch {
    // A stray percent sign: no id that the shell wrote.
    return [page, ""];
  }
}

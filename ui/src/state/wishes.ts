// The wishes that several views ask in the same way.
import type { AccessView, ConnectWish, Service, VmId, WindowPage, Wish } from "$engine";

/** A connection with the defaults, but for what is said. A person is there to be asked. */
export function connect(vm: VmId, but: Partial<Omit<ConnectWish, "vm">> = {}): Wish {
  return {
    intent: "connect",
    vm,
    service: null,
    duration: null,
    reason: null,
    launch: true,
    command: [],
    dry_run: false,
    insist: false,
    attended: true,
    ...but,
  };
}

/** The way that an access was opened for, where its port tells; the VM's own default otherwise. */
export function serviceOf(view: AccessView): Service | null {
  const { port } = view.access.draft;
  if (port === 3389) return { protocol: "rdp", port };
  return port === 22 ? { protocol: "ssh", port } : null;
}

export const show = (page: WindowPage): Wish => ({ window: "show", page });

// Where an alert leads: to the page on which something can be done about it.
import type { Alert, Snapshot, WindowPage } from "$engine";

export function leadsTo(alert: Alert, snapshot: Snapshot): WindowPage | "popover" | null {
  switch (alert.alert) {
    case "ends-soon":
    case "access":
      return machine(snapshot.accesses.find(({ access }) => access.request === alert.request)?.access.draft.vm);
    case "connection":
      return machine(snapshot.connections.find(({ id }) => id === alert.connection)?.vm);
    case "link":
      return "popover";
    case "sign-in":
      return { page: "accounts" };
    case "machine":
      return alert.page;
  }
}

/** Two alerts with the same key are one. */
export function alertKey(alert: Alert): string {
  switch (alert.alert) {
    case "ends-soon":
    case "access":
      return `${alert.alert} ${alert.request}`;
    case "connection":
      return `connection ${alert.connection}`;
    case "link":
      return `link ${alert.link}`;
    case "sign-in":
      return `sign-in ${alert.sign_in}`;
    case "machine":
      return `machine ${alert.problem.code} ${JSON.stringify(alert.problem.params)}`;
  }
}

const machine = (vm: string | undefined): WindowPage | null => (vm === undefined ? null : { page: "vm", vm });

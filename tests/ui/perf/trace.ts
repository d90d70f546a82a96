// What the page's main thread did, by the processor time of each task: other programs' share of the machine does not count.
import type { Page } from "playwright-core";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

/** One piece of work that the main thread could not be interrupted in. Milliseconds. */
export interface Task {
  /** When it began, on the trace's clock. */
  at: number;
  /** Time of the processor. */
  cpu: number;
  /** Time of the wall clock. */
  wall: number;
  /** What took the longest in it. */
  what: string;
}

export interface Traced {
  tasks: Task[];
  /** Marks that the page set with `performance.mark`, by name. */
  marks: Map<string, number[]>;
}

const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing", "__metadata"];

/** Records while `act` runs. Its own calls into the page are tasks too: it should make few. */
export async function trace(page: Page, act: () => Promise<void>): Promise<Traced> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES } });
  await act();
  const complete = new Promise<void>((done) => session.once("Tracing.tracingComplete", () => done()));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  return read(events);
}

function read(events: TraceEvent[]): Traced {
  const marks = new Map<string, number[]>();
  let main: TraceEvent | undefined;
  for (const event of events) {
    if (!event.name.startsWith("gangway-")) continue;
    main ??= event;
    marks.set(event.name, [...(marks.get(event.name) ?? []), event.ts / 1000]);
  }
  if (main === undefined) throw new Error("the page set no mark: nothing tells which thread is its own");
  const { pid, tid } = main;
  const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === "X");
  const runs = own.filter((event) => event.name === "RunTask");
  if (runs.length === 0) throw new Error("the trace holds no task");
  const tasks = runs.map((run) => ({ at: run.ts / 1000, cpu: cpu(run), wall: (run.dur ?? 0) / 1000, what: longestIn(own, run) }));
  return { tasks, marks };
}

function longestIn(events: TraceEvent[], run: TraceEvent): string {
  const end = run.ts + (run.dur ?? 0);
  const inside = events.filter((event) => event !== run && event.ts >= run.ts && event.ts + (event.dur ?? 0) <= end && !event.name.includes("RunTask"));
  const longest = inside.sort((one, other) => cpu(other) - cpu(one)).slice(0, 6);
  return longest.map((event) => `${event.name} ${cpu(event).toFixed(1)}`).join(", ");
}

const cpu = (event: TraceEvent): number => (event.tdur ?? event.dur ?? 0) / 1000;

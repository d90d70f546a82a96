// The lines of a connection's steps: how each stands, what was found, and how long it took.
import type { ConnectionView, StepView } from "$engine";
import type { StepLine } from "../parts/StepList.svelte";
import { say, sayWith } from "../words/say";
import { at, millis, range, took } from "../words/time";
import { serviceWords } from "../words/vm";

/** The lines, at a moment so many milliseconds after the snapshot. */
export function lines(view: ConnectionView, now: number, since: number): StepLine[] {
  const stop = view.state === "ended" ? view.steps.findIndex((step) => step.standing === "failed") : -1;
  // What comes after a failure was not reached: to call it skipped would say it was not needed.
  const reached = view.steps.slice(0, stop === -1 ? undefined : stop + 1);
  // A port that is only opened has no program to start.
  const shown = view.service?.protocol === "port" ? reached.filter((step) => step.step !== "launch") : reached;
  return shown.map((step) => ({
    key: step.step,
    standing: step.standing,
    title: title(view, step),
    detail: detail(view, step, now),
    keep: step.step === "request" && view.expires_at !== null,
    time: time(step, since),
  }));
}

export function title(view: ConnectionView, step: StepView): string {
  // Only what Azure was asked, and said no to, was not granted.
  if (step.step === "request" && step.standing === "failed" && !view.refused) {
    return say(view.request === null ? "ui.step.request.not-made" : "ui.step.request.unknown");
  }
  return sayWith(`ui.step.${step.step}.${step.standing}`, { client: serviceWords(view.service) || say("ui.service.client") });
}

/** The step that is under way, or that failed. */
export function current(view: ConnectionView): StepView | undefined {
  return view.steps.find((step) => step.standing === "running" || step.standing === "failed");
}

function time(step: StepView, since: number): string | undefined {
  switch (step.standing) {
    case "running":
      // A second's steps: nothing flickers while one looks.
      return took(Math.max(0, Math.floor((millis(step.took) + since) / 1000) * 1000)).replace(".0", "");
    case "done":
    case "failed":
      return took(millis(step.took));
    case "ahead":
    case "skipped":
      return undefined;
  }
}

function detail(view: ConnectionView, step: StepView, now: number): string | undefined {
  const path = view.tunnel && "Ok" in view.tunnel.verdict ? view.tunnel.verdict.Ok : undefined;
  if (step.step === "tunnel" && step.standing === "done" && path !== undefined) {
    return say("ui.step.tunnel.detail", { target: path.target, interface: path.interface });
  }
  if (step.step === "request" && step.standing === "done" && view.expires_at !== null) {
    const until = at(view.expires_at, now);
    const reason = view.plan?.reason ?? "";
    return reason === "" ? say("ui.step.request.detail", { until }) : say("ui.step.request.detail-reason", { until, reason });
  }
  if (step.step === "proof" && step.standing === "running") return usually(view);
  if (step.step === "launch" && view.launch && (step.standing === "running" || step.standing === "done")) {
    return say(`launch-way.${view.launch.way}`);
  }
  return undefined;
}

/** What to expect, learnt from this machine; nothing where nothing was learnt. */
export function usually(view: ConnectionView): string | undefined {
  if (view.usual === null) return undefined;
  return say("ui.connection.usually", { time: range(millis(view.usual.low), millis(view.usual.high)) });
}

/** How far the wait is, 0 to 1, by what is usual here; `undefined` where nobody knows. */
export function progress(view: ConnectionView, since: number): number | undefined {
  const step = view.steps.find((one) => one.step === "proof" && one.standing === "running");
  if (step === undefined || view.usual === null) return undefined;
  // The last piece is left for the proof itself: a full bar would say it is done.
  return Math.min(0.95, (millis(step.took) + since) / Math.max(1, millis(view.usual.high)));
}

import type { RunEvent } from "@mortise/workflow";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { StoredRun } from "../api/types.ts";
import { applyEvent, emptyRun, type RunState } from "./run-state.ts";

/** The state of a stored run. */
export function runStateOf(stored: StoredRun): RunState {
  const { run } = stored;
  const started = [...stored.steps, ...stored.progress].reduce(applyEvent, {
    ...emptyRun(run.runId),
    startedAtMs: run.startedAtMs,
  });
  return {
    ...started,
    status: run.status,
    ...(run.endedAtMs === undefined ? {} : { endedAtMs: run.endedAtMs }),
    ...(stored.output === undefined ? {} : { output: stored.output }),
    ...((stored.error ?? run.error) ? { error: stored.error ?? run.error } : {}),
  };
}

const KINDS = ["run-started", "run-ended", "step", "progress"] as const satisfies readonly RunEvent["kind"][];

/**
 * Follows a run over server-sent events until it ends; the browser reconnects by itself and goes on behind the last event.
 * `after` is the number of the last event that `initial` holds.
 * Events are taken in bunches, one paint each, so a fast run does not slow the page.
 */
export function useLiveRun(runId: string | undefined, initial?: RunState, after?: number): RunState | undefined {
  const [run, setRun] = useState<RunState | undefined>(initial);
  const client = useQueryClient();
  const ended = initial !== undefined && !["running", "waiting", "paused"].includes(initial.status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run is followed from its id on; `initial` only seeds it.
  useEffect(() => {
    if (runId === undefined) {
      setRun(undefined);
      return;
    }
    setRun(initial ?? emptyRun(runId));
    if (ended) return;
    const search = after === undefined ? "" : `?after=${after}`;
    const source = new EventSource(`/api/v1/runs/${encodeURIComponent(runId)}/events${search}`);
    let waiting: RunEvent[] = [];
    let frame = 0;
    const take = () => {
      frame = 0;
      const events = waiting;
      waiting = [];
      setRun((before) => events.reduce(applyEvent, before ?? emptyRun(runId)));
      if (events.some((event) => event.kind === "run-ended")) {
        void client.invalidateQueries({ queryKey: ["runs"] });
        void client.invalidateQueries({ queryKey: ["workflows"], exact: true });
        void client.invalidateQueries({ queryKey: ["inbox"] });
      }
    };
    const onEvent = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as RunEvent;
      waiting.push(event);
      frame ||= requestAnimationFrame(take);
      if (event.kind === "run-ended") source.close();
    };
    for (const kind of KINDS) source.addEventListener(kind, onEvent);
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [runId, ended]);
  return run?.runId === runId ? run : undefined;
}

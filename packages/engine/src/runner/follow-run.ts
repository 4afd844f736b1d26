import { MortiseError } from "@mortise/contract";
import type { RunLog } from "@mortise/workflow";
import type { ReadableRunLog, StoredEvent } from "../run-log/readable-run-log.ts";

const POLL_MS = 150;

/** Reads a run's events as they are logged, until the run has ended or the signal stops it. Nothing where its end was seen before. */
export async function* followRun(
  log: RunLog | ReadableRunLog,
  runId: string,
  from: { readonly seq?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<StoredEvent> {
  if (!("eventsSince" in log))
    throw new MortiseError("USAGE", "This run log can be written only; events need one that can be read.");
  let seq = from.seq ?? 0;
  // Asked once, before the first read: an end that is logged later comes with an event of its own.
  const endedBefore = seq > 0 && (await log.readRun(runId))?.ended !== undefined;
  while (!from.signal?.aborted) {
    const events = await log.eventsSince(runId, seq);
    for (const stored of events) {
      seq = stored.seq;
      yield stored;
      if (stored.event.kind === "run-ended") return;
    }
    if (events.length === 0 && endedBefore) return;
    if (events.length === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

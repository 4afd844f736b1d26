import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import { runIdOf } from "../compiled-trigger.ts";
import { leasedSource } from "./leased-source.ts";
import { identityOf } from "./poll-source.ts";
import type { Source, SourceContext } from "./source.ts";

const FULL_MS = 1_000;

/** What is kept of a stream: for what trigger, and what its code gave with the last event. */
interface Kept {
  readonly of: string;
  readonly state: Json;
}

/**
 * Listens to another system. An event is acknowledged there once it is accepted here, which no crash undoes; one that was not
 * acknowledged comes again, and is known by its id where it has one. While the queue is full nothing is taken from the source.
 */
export function streamSource(context: SourceContext): Source {
  const { live, host, desk, sources, clock, log } = context;
  const { trigger } = live.document;
  const of = identityOf(trigger);
  const connector = trigger.use.slice(0, trigger.use.lastIndexOf("/"));
  return leasedSource(context, async (lease, signal) => {
    const before = lease.state as unknown as Kept | null;
    let kept: Kept = before?.of === of ? before : { of, state: null };
    await sources.keep(lease, kept as unknown as Json);
    const events = host.runtime.listen(trigger.use, {
      input: (trigger.with ?? {}) as JsonObject,
      state: kept.state,
      signal,
      log: (line) => log(`"${live.document.name}": ${line}`),
      ...(trigger.connection === undefined ? {} : { connection: trigger.connection }),
    });
    for await (const { event, id, state, ack } of events) {
      while (!signal.aborted && !(await desk.hasRoom(live))) await clock.sleep(FULL_MS, signal);
      const refusal = host.runtime.refusal(connector, trigger.connection);
      if (signal.aborted) return;
      if (refusal !== undefined) throw new MortiseError("CONNECTOR_PAUSED", refusal.message);
      if (event === undefined) {
        log(`"${live.document.name}": an event does not fit what ${trigger.use} promises.`);
        await ack();
        continue;
      }
      const next: Kept | undefined = state === undefined ? undefined : { of, state };
      const marks = id === undefined ? [] : [`stream:${id}`];
      const runId = runIdOf("event", live.id, id ?? crypto.randomUUID());
      await desk.accept(live, [{ runId, marks, payload: { body: event } }], {
        evenIfFull: true,
        ...(next ? { also: (transaction) => sources.keep(lease, next as unknown as Json, transaction) } : {}),
      });
      kept = next ?? kept;
      await ack();
    }
    if (!signal.aborted) throw new MortiseError("TARGET_SICK", `${trigger.use} was cut off.`);
  });
}

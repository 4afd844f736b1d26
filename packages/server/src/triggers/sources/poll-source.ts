import { createHash } from "node:crypto";
import { type Json, type JsonObject, MortiseError, type PollTrigger, parseDuration, type Trigger } from "@mortise/contract";
import { eventId } from "@mortise/runtime";
import { canonicalJson, type Trigger as WorkflowTrigger } from "@mortise/workflow";
import { runIdOf } from "../compiled-trigger.ts";
import { leasedSource } from "./leased-source.ts";
import type { Source, SourceContext } from "./source.ts";

const EVERY_MS = 300_000;

/** What is kept of a poll: for what trigger, what it has seen, and when. */
interface Kept {
  readonly of: string;
  readonly state: Json;
  readonly atMs: number;
}

/** Asks another system again and again for what is new; what was found and how far it got are kept together. */
export function pollSource(context: SourceContext, contractTrigger: Trigger & PollTrigger): Source {
  const { live, host, desk, sources, clock, random, log } = context;
  const { trigger } = live.document;
  const everyMs = (contractTrigger.every === undefined ? undefined : parseDuration(contractTrigger.every)) ?? EVERY_MS;
  const of = identityOf(trigger);
  return leasedSource(context, async (lease, signal) => {
    const before = lease.state as unknown as Kept | null;
    let kept: Kept = before?.of === of ? before : { of, state: null, atMs: 0 };
    while (!signal.aborted) {
      const dueMs = kept.atMs === 0 ? 0 : kept.atMs + everyMs * (1 + random() / 20) - host.now();
      if (dueMs > 0) await clock.sleep(dueMs, signal);
      if (signal.aborted) return;
      if (!(await desk.hasRoom(live))) {
        await clock.sleep(Math.min(everyMs, 5_000), signal);
        continue;
      }
      const { events, invalid, state } = await host.runtime.poll(trigger.use, {
        input: (trigger.with ?? {}) as JsonObject,
        state: kept.state,
        signal,
        ...(trigger.connection === undefined ? {} : { connection: trigger.connection }),
      });
      signal.throwIfAborted();
      const next: Kept = { of, state, atMs: host.now() };
      const keep = async (transaction: Parameters<typeof sources.keep>[2]) =>
        await sources.keep(lease, next as unknown as Json, transaction);
      if (events.length === 0) await keep(undefined);
      else
        await desk.accept(
          live,
          events.map((event) => {
            const id = eventId(contractTrigger, event);
            return { runId: runIdOf("event", live.id, id), marks: [`event:${id}`], payload: { body: event } };
          }),
          { also: keep, evenIfFull: true },
        );
      kept = next;
      if (invalid.length > 0) log(`"${live.document.name}": ${invalid.length} events do not fit what ${trigger.use} promises.`);
    }
  });
}

/** What a trigger listens to: the same as long as nothing of that changes. */
export function identityOf({ use, connection, with: input }: WorkflowTrigger): string {
  const name = use.replace(/@[^/]*/, "");
  const what = canonicalJson([name, connection ?? null, input ?? {}]);
  return createHash("sha256").update(what).digest("base64url").slice(0, 22);
}

/** The trigger of a connector that a workflow starts by. Throws `CONNECTOR_NOT_FOUND`, `UNKNOWN_REFERENCE`. */
export function connectorTrigger({ live, host }: Pick<SourceContext, "live" | "host">): Trigger {
  const { use } = live.document.trigger;
  const slash = use.lastIndexOf("/");
  const contract = host.registry.get(use.slice(0, slash))?.contract;
  if (contract === undefined) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${use.slice(0, slash)} is installed.`);
  const found = contract.triggers?.[use.slice(slash + 1)];
  if (found === undefined) throw new MortiseError("UNKNOWN_REFERENCE", `No connector has the trigger ${use}.`);
  return found;
}

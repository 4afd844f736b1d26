import { compileValue } from "@mortise/builders";
import { getPointer, type Json, MortiseError, type PollTrigger } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import { type CursorForm, type Point, readPoint } from "../reading/cursor-scale.ts";
import type { Services } from "../services.ts";
import { type CheckedEvents, checkedEvents, eventFrom, type FoundEvent } from "./checked-events.ts";
import { eventId } from "./event-id.ts";
import { followUp, type OpenTrigger, openTrigger, type TriggerRequest } from "./open-trigger.ts";
import { type PollState, readPollState } from "./poll-state.ts";

/** What is asked of a poll. */
export interface PollRequest extends TriggerRequest {
  /** What the last poll left to keep. Absent or null: it is the first one. */
  readonly state?: Json;
}

/** What a poll found. Keep `state` together with the fact that the events were taken; a poll from the same state finds them again. */
export interface PollResult extends CheckedEvents {
  readonly state: Json;
}

/** Items that one poll reads at most. */
const MAX_ITEMS = 10_000;
/** Ids of older polls that are remembered at least. */
const MEMORY = 5_000;

/**
 * Reads a poll trigger's source once and returns what is new, in the order of the source. Throws `USAGE` for a trigger of another kind,
 * `INVALID_VALUE` for a state that is none, `LIMIT_EXCEEDED` for more than 10,000 items, and what the reading throws.
 */
export async function poll(
  services: Services,
  runner: OperationRunner,
  use: string,
  request: PollRequest,
  tenant: string,
): Promise<PollResult> {
  const open = await openTrigger(services, use, request, tenant);
  const { trigger, contract, scope } = open;
  if (trigger.kind !== "poll")
    throw new MortiseError("USAGE", `${use} is a ${trigger.kind} trigger; only poll triggers are polled.`);
  const before = readPollState(request.state ?? null);
  const { items, read } = await readSource(runner, open, trigger, { ...request, tenant, read: before?.read ?? null });
  const found = toEvents(trigger, items, scope);
  const ids = found.map(({ event }) => eventId(trigger, event));
  const known = new Set(before?.seen ?? []);
  const fresh = found.filter((_, index) => {
    const id = ids[index] ?? "";
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  const cursor = contract.operations[trigger.source.operation]?.incremental;
  const wanted = before === undefined ? firstOf(trigger, found, items, fresh, cursor) : fresh;
  const { events, invalid } = checkedEvents(trigger.output, contract.schemas, wanted);
  if (invalid.length > 0) services.metrics.drift({ connector: contract.name, operation: open.name });
  return { events, invalid, state: nextState(before, new Set(ids), read) };
}

async function readSource(
  runner: OperationRunner,
  open: OpenTrigger,
  trigger: PollTrigger,
  request: PollRequest & { readonly tenant: string; readonly read: Json },
): Promise<{ readonly items: readonly Json[]; readonly read: Json }> {
  const { use, input } = followUp(open, trigger.source, open.scope);
  const { tenant, signal } = request;
  let { read } = request;
  const items: Json[] = [];
  const pages = runner.stream(use, {
    input,
    tenant,
    state: read,
    ...(open.connection === undefined ? {} : { connection: open.connection }),
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const page of pages) {
    for (const item of page.items) items.push(item);
    if (page.state !== undefined) read = page.state;
    if (items.length > MAX_ITEMS) {
      throw new MortiseError("LIMIT_EXCEEDED", `${use} gave more than ${MAX_ITEMS} items in one poll.`, {
        remedy: "Narrow what the trigger reads, or let its source read only what is new (incremental).",
      });
    }
  }
  return { items, read };
}

function toEvents(trigger: PollTrigger, items: readonly Json[], scope: OpenTrigger["scope"]): readonly FoundEvent[] {
  if (trigger.event === undefined) return items.map((event) => ({ event }));
  const { evaluate } = compileValue(trigger.event);
  return items.map((item) => eventFrom(item, () => evaluate({ ...scope, item })));
}

/** What the first poll gives. The newest event is the one with the highest cursor; where there is none, the first of the list. */
function firstOf(
  { firstRun }: PollTrigger,
  found: readonly FoundEvent[],
  items: readonly Json[],
  fresh: readonly FoundEvent[],
  cursor: { readonly cursor: string; readonly as: CursorForm } | undefined,
): readonly FoundEvent[] {
  if (firstRun === "all") return fresh;
  if (firstRun === "skip") return [];
  if (cursor === undefined) return found.slice(0, 1);
  let best: { readonly point: Point; readonly index: number } | undefined;
  for (const [index, item] of items.entries()) {
    const point = readPoint(getPointer(item, cursor.cursor), cursor.as);
    if (point !== undefined && (best === undefined || point > best.point)) best = { point, index };
  }
  return found.slice(best?.index ?? 0, (best?.index ?? 0) + 1);
}

/** All ids of this poll, and of older ones as many as there is room for; the newest stand last. */
function nextState(before: PollState | undefined, ids: ReadonlySet<string>, read: Json): Json {
  const older = (before?.seen ?? []).filter((id) => !ids.has(id));
  const kept = older.slice(Math.max(0, older.length - Math.max(0, MEMORY - ids.size)));
  return { poll: 1, seen: [...kept, ...ids], ...(read === null ? {} : { read }) };
}

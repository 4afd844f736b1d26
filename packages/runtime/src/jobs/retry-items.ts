/**
 * Sends those items of one request again that failed for a while, beside others that succeeded.
 *
 * Owns: which items are sent again, and where their results go.
 * Does not own: how a request is sent (`send`), what an item's result means (the contract's `itemOutcomes`).
 * Invariants:
 *   T1. An item is sent again only where its own result says that it failed for a while, and the operation is safe to repeat.
 *   T2. An item that succeeded, or cannot succeed, is not sent again.
 *   T3. A repeat has a key of its own, made of the call's key and the places of its items, which is the same in every replay.
 *   T4. Nothing is sent again where results cannot be told apart: there is one for each item sent, in their order.
 *   T5. There are two repeats at most, each after a backoff and paid for from the retry budget.
 */
import { createHash } from "node:crypto";
import { type BatchSpec, getPointer, isMortiseError, type Json } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { setField } from "../operation/set-field.ts";
import type { JudgedItems } from "../outcome/compile-item-outcomes.ts";
import { planRetry } from "../retry/plan-retry.ts";

const MAX_REPEATS = 2;

/** Sends a request, and again those of its items that failed for a while. */
export async function retryItems(call: ReadyCall, spec: BatchSpec, send: (call: ReadyCall) => Promise<Answer>): Promise<Answer> {
  let answer = await send(call);
  const { itemOutcomes } = call.target.operation;
  const sent = getPointer(call.input, spec.input);
  if (itemOutcomes === undefined || !call.repeatable || !isList(sent)) return answer;
  if (spec.output !== undefined && spec.output !== itemOutcomes.items) return answer;
  for (let repeat = 1; repeat <= MAX_REPEATS; repeat++) {
    const places = await passingFailures(call, answer, { sent: sent.length, repeat });
    if (places.length === 0) break;
    const results = await sendAgain(call, spec, { sent, places, repeat, pointer: itemOutcomes.items, send });
    if (results === undefined) break;
    const list = getPointer(answer.output, itemOutcomes.items);
    const merged = isList(list) ? list.map((result, index) => results.get(index) ?? result) : [];
    const output = itemOutcomes.items === "" ? merged : setField(answer.output, itemOutcomes.items, merged);
    answer = { ...answer, output };
  }
  return answer;
}

/** Places of the items that are to be sent again now, the backoff waited for; none: nothing more is sent. */
async function passingFailures(
  call: ReadyCall,
  answer: Answer,
  { sent, repeat }: { readonly sent: number; readonly repeat: number },
): Promise<readonly number[]> {
  const { services, target, trace } = call;
  const judged: JudgedItems = target.judgeItems?.([answer.output], trace.tally.status) ?? { total: 0, failed: [] };
  const passing = judged.failed.filter(({ as }) => as === "transient" || as === "throttled");
  if (passing.length === 0 || judged.total !== sent) return [];
  const throttling = passing.some(({ as }) => as === "throttled");
  const facts = { as: throttling ? "throttled" : "transient", reach: "answered", throttling } as const;
  const plan = planRetry(facts, {
    attempts: repeat,
    repeatable: call.repeatable,
    nowMs: services.clock.now(),
    deadlineMs: call.deadlineMs,
    random: services.random,
    backoff: target.backoff,
  });
  if ("stop" in plan || services.retryBudgets.spend(call.connection.key, throttling) === 0) return [];
  await services.clock.sleep(plan.waitMs, call.signal);
  return passing.map(({ index }) => index);
}

interface Again {
  readonly sent: readonly Json[];
  readonly places: readonly number[];
  readonly repeat: number;
  readonly pointer: string;
  readonly send: (call: ReadyCall) => Promise<Answer>;
}

/** Results of the items that were sent again, by place; undefined where the request failed, or its results cannot be told apart. */
async function sendAgain(
  call: ReadyCall,
  spec: BatchSpec,
  { sent, places, repeat, pointer, send }: Again,
): Promise<ReadonlyMap<number, Json> | undefined> {
  const items = places.map((place) => sent[place] ?? null);
  const input = spec.input === "" ? items : setField(call.input, spec.input, items);
  const key = { ...call.key, value: subKey(call.key.value, places, repeat) };
  try {
    const list = getPointer((await send({ ...call, input, key })).output, pointer);
    if (!isList(list) || list.length !== places.length) return undefined;
    return new Map(places.map((place, index) => [place, list[index] ?? null]));
  } catch (error) {
    if (call.signal.aborted || !isMortiseError(error)) throw error;
    call.trace.note("warn", call.connection.redactor.text(`${call.use}: failed items could not be sent again: ${error.message}`));
    return undefined;
  }
}

/** Invariant T3: a UUID (RFC 9562 §5.8). */
function subKey(key: string, places: readonly number[], repeat: number): string {
  const hex = createHash("sha256")
    .update(`${key}\n${repeat}\n${places.join(",")}`)
    .digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

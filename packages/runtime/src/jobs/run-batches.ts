import { createHash } from "node:crypto";
import { type BatchSpec, getPointer, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { setField } from "../operation/set-field.ts";

/**
 * Splits a long list of the input over several requests, sent one after the other, and joins their outputs.
 *
 * Owns: which items go into which request, and what is said where one fails.
 * Does not own: how a request is sent (`send`).
 * Invariants:
 *   S1. A request is sent only when the one before has succeeded.
 *   S2. Every request has an idempotency key of its own, which is the same in every repeat of the call.
 *   S3. The caller's commit point is passed once, before the first request that may take effect.
 *   S4. A failure says how many items are done, are not known to be, and were not sent; it never looks as if nothing had happened.
 */
export async function runBatches(call: ReadyCall, spec: BatchSpec, send: (call: ReadyCall) => Promise<Answer>): Promise<Answer> {
  const list = getPointer(call.input, spec.input);
  if (!isList(list) || list.length <= spec.max) {
    const answer = await send(call);
    return spec.output === undefined ? { ...answer, output: [answer.output] } : answer;
  }
  const commit = commitOnce(call);
  const answers: Answer[] = [];
  for (let done = 0; done < list.length; done += spec.max) {
    const items = list.slice(done, done + spec.max);
    try {
      call.signal.throwIfAborted();
      answers.push(await send(chunkOf(call, spec, { items, index: answers.length, commit })));
    } catch (error) {
      throw partly(call, error, { total: list.length, done, sent: items.length });
    }
  }
  const truncated = answers.some((answer) => answer.truncated === true);
  return { output: join(call, spec, answers), ...(truncated ? { truncated } : {}) };
}

/** The call of one chunk. */
function chunkOf(
  call: ReadyCall,
  { input: pointer }: BatchSpec,
  { items, index, commit }: { readonly items: readonly Json[]; readonly index: number; readonly commit: () => Promise<boolean> },
): ReadyCall {
  const input = pointer === "" ? items : setField(call.input, pointer, items);
  return { ...call, input, key: { ...call.key, value: chunkKey(call.key.value, index) }, request: { ...call.request, commit } };
}

/** Invariant S2: a UUID (RFC 9562 §5.8) made of the call's key and the chunk's number. */
function chunkKey(key: string, index: number): string {
  const hex = createHash("sha256").update(`${key}\n${index}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Invariant S3. */
function commitOnce({ request }: ReadyCall): () => Promise<boolean> {
  let passed: Promise<boolean> | undefined;
  return () => {
    passed ??= request.commit?.() ?? Promise.resolve(true);
    return passed;
  };
}

function join({ use }: ReadyCall, { output: pointer }: BatchSpec, answers: readonly Answer[]): Json {
  const outputs = answers.map(({ output }) => output);
  if (pointer === undefined) return outputs;
  const lists = outputs.map((output) => {
    const list = getPointer(output, pointer);
    if (isList(list)) return list;
    throw new MortiseError("INVALID_OUTPUT", `${use}: an answer has no list at ${pointer} to be joined.`, { path: pointer });
  });
  const joined = lists.flat();
  return pointer === "" ? joined : setField(outputs.at(-1) ?? {}, pointer, joined);
}

/** Invariant S4. Where items are done that a repeat would do again, the status goes into the detail: nobody may take it for a plain refusal. */
function partly(
  { use, repeatable }: ReadyCall,
  thrown: unknown,
  { total, done, sent }: { readonly total: number; readonly done: number; readonly sent: number },
): unknown {
  if (!isMortiseError(thrown)) return thrown;
  const { code: _, message, detail, status, nativeCode, ...rest } = thrown.data;
  const isUnknown = thrown.code === "UNKNOWN_OUTCOME";
  const isDoubled = done > 0 && !repeatable;
  const answer = {
    ...(status === undefined ? {} : { status }),
    ...(nativeCode === undefined ? {} : { nativeCode }),
  };
  return new MortiseError(
    isDoubled && thrown.code === "THROTTLED" ? "TARGET_SICK" : thrown.code,
    `${use}: ${done} of ${total} items are done; items ${done + 1} to ${done + sent} ${isUnknown ? "may be" : "failed"}: ${message}`,
    {
      ...rest,
      ...(isDoubled ? {} : answer),
      detail: {
        items: total,
        done,
        [isUnknown ? "unknown" : "failed"]: sent,
        notSent: total - done - sent,
        ...(isDoubled ? answer : {}),
        ...(detail === undefined ? {} : { answer: detail }),
      },
      cause: thrown,
    },
  );
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

import { type Json, MortiseError } from "@mortise/contract";
import type { Hook } from "./hook.ts";

/** Rejects with the signal's reason. */
export type HookSleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** What {@link decide} needs beside the hook. */
export interface Deciding {
  /** What the hook is for, for its messages. */
  readonly use: string;
  /** What the hook is told. */
  readonly told: (signal: AbortSignal) => object;
  /** Ends the hook sooner than its limit. Absent: nothing does. */
  readonly stop?: AbortSignal;
  readonly sleep: HookSleep;
  /** Whether another value is allowed at the point. Absent: it is checked later. */
  readonly fits?: ((value: Json) => { readonly ok: boolean }) | undefined;
}

const LIMIT_MS = 1_000;
const MAY_CHANGE: readonly Hook["point"][] = ["transformation", "presentation", "run-view"];

/** Asks a hook. Another value, or undefined where it stays as it is. Throws `HOOK_REFUSED`, and whatever is wrong with the hook. */
export async function decide(hook: Hook, { use, told, stop, sleep, fits }: Deciding): Promise<Json | undefined> {
  const limitMs = hook.timeoutMs ?? LIMIT_MS;
  const over = new AbortController();
  const signal = stop === undefined ? over.signal : AbortSignal.any([stop, over.signal]);
  try {
    const late = sleep(limitMs, signal).then(() => {
      throw new Error(`it took more than ${limitMs} ms`);
    });
    const work = (async () => hook.run(told(signal) as never))();
    const verdict: unknown = await Promise.race([work, late]);
    if (verdict === undefined) return undefined;
    if (typeof verdict !== "object" || verdict === null) throw new Error(`it returned ${typeof verdict}`);
    if ("refuse" in verdict && typeof verdict.refuse === "string")
      throw new MortiseError("HOOK_REFUSED", `${use}: the hook "${hook.name}" refused: ${verdict.refuse}`);
    if (!("value" in verdict) || !MAY_CHANGE.includes(hook.point))
      throw new Error("it returned what is not allowed at its point");
    const changed = asJson(verdict.value);
    if (fits?.(changed).ok === false) throw new Error("what it returned does not fit the operation's schema");
    return changed;
  } finally {
    over.abort(new MortiseError("CALL_CANCELLED", "The hook's time is over."));
  }
}

function asJson(value: unknown): Json {
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error("what it returned is not JSON");
  return JSON.parse(text) as Json;
}

import type { ErrorData, Json } from "@mortise/contract";
import type { Settled } from "../../ports/durable-context.ts";

/** When a strand that waits goes on; each that comes first. */
export interface Wake {
  /** Epoch ms. */
  readonly atMs?: number;
  /** Ids of waits that may be answered. */
  readonly waits: readonly string[];
}

/** Why a strand goes on. */
export interface Woken {
  /** Epoch ms, the same for all strands of a run. */
  readonly nowMs: number;
  /** The wait that was answered; absent: time alone. */
  readonly wait?: string;
}

/** What one operation of a strand came to. */
export type Done = { readonly value: Json } | { readonly error: ErrorData };

/** A strand that waits, as plain data: what it did until then, by operation, and what it waits for. */
export interface Memo {
  readonly done: { readonly [operation: string]: Done };
  /** The operation that waits. */
  readonly pending: string;
  readonly wake: Wake;
  /** Where that operation is a fork: the strands of it that ended, and those that wait. */
  readonly strands?: { readonly settled: { readonly [key: string]: Settled }; readonly parked: { readonly [key: string]: Memo } };
}

/** What a strand comes to when it waits long: the engine takes it for its result, the strand above does not. */
export interface ParkedStrand {
  readonly $parked: Memo;
}

/** Whether what came may end the wait. */
export function isDue({ atMs, waits }: Wake, { nowMs, wait }: Woken): boolean {
  return (atMs !== undefined && atMs <= nowMs) || (wait !== undefined && waits.includes(wait));
}

/** Whichever of several comes first. */
export function firstOf(wakes: readonly Wake[]): Wake {
  const times = wakes.flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  const waits = [...new Set(wakes.flatMap((wake) => wake.waits))];
  return { ...(times.length === 0 ? {} : { atMs: Math.min(...times) }), waits };
}

/** Reads what a strand came to where it waits; undefined for one that ended. */
export function parkedMemo(end: Settled): Memo | undefined {
  if (!end.ok || typeof end.value !== "object" || end.value === null || !("$parked" in end.value)) return undefined;
  return (end.value as unknown as ParkedStrand).$parked;
}

import type { Json } from "@mortise/contract";

/** When a parked run goes on. */
export interface Wake {
  /** Epoch ms; absent: only the signal wakes it. */
  readonly at?: number;
  /** Name of the signal; absent: only the time wakes it. */
  readonly signal?: string;
}

/** Thrown by `park` to end a segment. Never reaches the journal. */
export class Parked extends Error {
  override readonly name = "Parked";
  readonly next: Json;
  readonly wake: Wake;

  constructor(next: Json, wake: Wake) {
    super("The run is parked.");
    this.next = next;
    this.wake = wake;
  }
}

/** What a run that waited for a signal goes on with: `next`, and the signal beside it when it came. */
export function wakeInput(next: Json, signal?: { readonly name: string; readonly payload: Json }): Json {
  if (signal === undefined || typeof next !== "object" || next === null || Array.isArray(next)) return next;
  return { ...next, $signal: { name: signal.name, payload: signal.payload } };
}

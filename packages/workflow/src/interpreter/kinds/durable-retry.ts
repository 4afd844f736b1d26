import type { CallResult } from "@mortise/contract";
import type { RunPriority } from "../../ports/operation-port.ts";
import { type Backoff, backoff } from "../backoff.ts";

/** How often a call is repeated durably, after its attempts in one call. */
export const MAX_DURABLE_RETRIES = 8;

/** How long a call is repeated durably, from the end of its first attempts on, ms. */
const MAX_DURABLE_MS = 86_400_000;

/** Waits where nobody says how long. */
const WAITS: Backoff = { firstMs: 1_000, longestMs: 3_600_000, jitter: true };

/** One end of the attempts of a call or of a page. */
export interface Ended {
  /** What is tried, in which run: every one of them waits for other times. */
  readonly name: string;
  /** How often its attempts have ended by now; the first is 1. */
  readonly attempt: number;
  /** When they ended, and when they first did, epoch ms. */
  readonly nowMs: number;
  readonly sinceMs?: number | undefined;
  /** Ends the waiting for it. */
  readonly signal: AbortSignal;
  /** Somebody waits for the run. */
  readonly isAwaited: boolean;
}

/** Whether somebody waits for a run: who started it by hand would rather hear now that it failed, and may repeat it. */
export const isAwaited = ({ priority = "interactive" }: { readonly priority?: RunPriority }): boolean =>
  priority === "interactive";

/**
 * When something whose target is sick should be done again: when that says, else after a wait that doubles (1 s to 1 h, full jitter). Undefined: not
 * within the day that it may take, or it was stopped, or nobody says when and somebody waits for the run. To be asked inside of the step whose result it belongs to: what is decided is journaled, so
 * that a run goes on as it began.
 */
export function comeBackAt(result: CallResult<unknown>, ended: Ended): number | undefined {
  if (result.outcome !== "sick" || result.error.code === "CALL_CANCELLED" || ended.signal.aborted) return undefined;
  const { name, attempt, nowMs, sinceMs = nowMs } = ended;
  if (result.error.retryAtMs === undefined && ended.isAwaited) return undefined;
  const atMs = result.error.retryAtMs ?? nowMs + backoff(WAITS, name, attempt);
  return isTooLate(atMs, sinceMs) ? undefined : atMs;
}

/** Whether a moment lies beyond the time that something is repeated durably. */
export const isTooLate = (atMs: number, sinceMs: number): boolean => atMs - sinceMs > MAX_DURABLE_MS;

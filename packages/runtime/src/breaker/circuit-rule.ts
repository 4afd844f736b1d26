import type { CircuitPolicy } from "@mortise/auth";
import { OutcomeWindow } from "./outcome-window.ts";

const SPAN_MS = 30_000;
/** Calls that it takes to judge by. */
export const MIN_CALLS = 20;
const SHARE = 0.5;
const CONNECT_FAILURES = 5;
const FIRST_OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 300_000;
const JITTER = 0.1;

/** Open for 10 s, doubled with each opening in a row up to five minutes, give or take 10 %; three probes; a scout every 15 s. */
export const CIRCUIT_POLICY: CircuitPolicy = Object.freeze({
  openMs: (openings: number, random: () => number) =>
    Math.round(Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** Math.min(openings - 1, 10)) * (1 - JITTER + 2 * JITTER * random())),
  probes: 3,
  probeMs: 60_000,
  scoutEveryMs: 15_000,
});

/**
 * When failures are enough: half of the latest calls, of which 20 at least are looked at and none is older than 30 s; or five connections in a
 * row that nobody took. Of more than 20, those of the last 3 to 6 s are looked at: a host that fell over is not judged by how well it was.
 */
export class CircuitRule {
  readonly window = new OutcomeWindow(SPAN_MS);
  #unreachable = 0;

  /** Takes in how a call went. Whether that is enough now. `counts`: retries of a call tell nothing new about how many calls fail. */
  takes(nowMs: number, isBad: boolean, isUnreachable: boolean, counts: boolean): boolean {
    if (counts) this.window.add(nowMs, isBad);
    this.#unreachable = isUnreachable ? this.#unreachable + 1 : 0;
    if (!isBad) return false;
    return this.#unreachable >= CONNECT_FAILURES || this.isEnough(nowMs);
  }

  isEnough(nowMs: number): boolean {
    if (this.window.total(nowMs) < MIN_CALLS) return false;
    const { total, bad } = this.window.newest(nowMs, this.window.bucketsFor(nowMs, MIN_CALLS));
    return bad >= total * SHARE;
  }

  /** Nothing that was before counts any more. */
  clear(): void {
    this.window.clear();
    this.#unreachable = 0;
  }
}

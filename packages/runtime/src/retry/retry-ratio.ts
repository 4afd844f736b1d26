import { OutcomeWindow } from "../breaker/outcome-window.ts";

const SPAN_MS = 60_000;
const SHARE = 0.1;
/** Retries that are allowed whatever the share: those that a full bucket of one connection pays for. */
const FLOOR = 35;

/** Bounds the retries of all who call one host: a tenth of the calls of the last minute, and 35. */
export class RetryRatio {
  readonly #window = new OutcomeWindow(SPAN_MS, 12);

  /** A call makes its first attempt. */
  called(nowMs: number): void {
    this.#window.add(nowMs, false);
  }

  /** Takes one retry; false where there are too many. */
  take(nowMs: number): boolean {
    const retries = this.#window.bad(nowMs);
    if (retries >= (this.#window.total(nowMs) - retries) * SHARE + FLOOR) return false;
    this.#window.add(nowMs, true);
    return true;
  }
}

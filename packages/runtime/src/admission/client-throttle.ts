import { OutcomeWindow } from "../breaker/outcome-window.ts";

const SPAN_MS = 30_000;
/** How many calls go out for each that is taken (K of the SRE book, "Handling Overload"). */
const K = 2;
const MIN_CALLS = 20;

/** Keeps calls back that the other side would most likely turn away: `max(0, (calls − 2 · taken) / (calls + 1))` of them. */
export class ClientThrottle {
  readonly #window = new OutcomeWindow(SPAN_MS);
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How a call went that was sent. */
  add(nowMs: number, wasTaken: boolean): void {
    this.#window.add(nowMs, !wasTaken);
  }

  /** What it knew is known by others now. */
  clear(): void {
    this.#window.clear();
  }

  /** Whether the next call is kept back; if so it counts as one that was not taken. */
  keepsBack(nowMs: number): boolean {
    const notTaken = this.#window.bad(nowMs);
    if (notTaken === 0) return false;
    const calls = this.#window.total(nowMs);
    const share = calls < MIN_CALLS ? 0 : (calls - K * (calls - notTaken)) / (calls + 1);
    if (share <= 0 || this.#random() >= share) return false;
    this.#window.add(nowMs, true);
    return true;
  }
}

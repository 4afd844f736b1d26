/**
 * Finds out how many calls a host takes at once, by how much longer it takes for more of them (the gradient of latency).
 *
 * Owns: the limit, the samples of the present round.
 * Does not own: what is in progress (Slots), what an operation's latency is when it is calm (Latency).
 * Invariants:
 *   G1. The limit stays between 2 and `max`.
 *   G2. It falls only while at least half of it is in use: a host that is slow by nature, and little used, is not held back.
 *   G3. A round is at least 100 ms and 20 samples long, so that one slow answer changes nothing.
 */

const MIN_LIMIT = 2;
const FIRST_LIMIT = 100;
const ROUND_MS = 100;
const ROUND_SAMPLES = 20;
/** Latency that counts as calm, as a multiple of the calm mean. */
const TOLERANCE = 1.25;
/** Below this difference nobody can tell crowding from noise, ms. */
const NOISE_MS = 3;
const SMOOTHING = 0.3;
const BACK_OFF = 0.85;
/** Share of a round's calls that must have been turned away for the limit to fall. */
const MANY = 0.1;
const LONGEST_RATIO = 8;

/** Most calls at once where nothing says otherwise. */
export const DEFAULT_MAX = 1_000;

export class GradientLimit {
  readonly #max: number;
  #limit: number;
  #startedMs = Number.NEGATIVE_INFINITY;
  #samples = 0;
  #ratios = 0;
  #turnedAway = 0;
  #most = 0;

  constructor(max: number = DEFAULT_MAX) {
    this.#max = Math.max(MIN_LIMIT, Math.floor(max));
    this.#limit = Math.min(this.#max, FIRST_LIMIT);
  }

  /** Calls at once, a whole number. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Whether a latency is more than noise above what is normal. */
  isCrowded(latencyMs: number, calmMs: number): boolean {
    return latencyMs > calmMs * TOLERANCE + NOISE_MS;
  }

  /**
   * Takes in how a call went. True where the limit has changed.
   * @param latencyMs Undefined: the host turned it away, or gave no answer in time.
   */
  sample(latencyMs: number | undefined, calmMs: number, inFlight: number, nowMs: number): boolean {
    if (this.#samples === 0 || nowMs < this.#startedMs) this.#startedMs = nowMs;
    this.#samples++;
    if (inFlight > this.#most) this.#most = inFlight;
    if (latencyMs === undefined) this.#turnedAway++;
    else this.#ratios += Math.min(LONGEST_RATIO, Math.max(0, latencyMs - NOISE_MS) / Math.max(0.1, calmMs));
    if (nowMs - this.#startedMs < ROUND_MS || this.#samples < Math.max(ROUND_SAMPLES, this.#limit / 2)) return false;
    const before = this.limit;
    this.#conclude();
    return this.limit !== before;
  }

  #conclude(): void {
    const answered = this.#samples - this.#turnedAway;
    const isUsed = this.#most >= this.#limit / 2;
    if (isUsed && this.#turnedAway > this.#samples * MANY) this.#set(this.#limit * BACK_OFF);
    else if (isUsed && answered > 0) {
      const gradient = Math.max(0.5, Math.min(1, TOLERANCE / Math.max(0.01, this.#ratios / answered)));
      const next = this.#limit * gradient + Math.sqrt(this.#limit);
      this.#set(this.#limit * (1 - SMOOTHING) + next * SMOOTHING);
    }
    this.#samples = 0;
    this.#ratios = 0;
    this.#turnedAway = 0;
    this.#most = 0;
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#max, Math.max(MIN_LIMIT, limit));
  }
}

/**
 * Finds out how many calls a host takes at once, by how much longer it takes for more of them (the gradient of latency).
 *
 * Owns: the limit, the samples of the present round, what is known of how calm the host is, and with how many calls.
 * Does not own: what is in progress (Slots), how the operations' latencies differ (Latency).
 * Invariants:
 *   G1. The limit stays between 2 and `max`.
 *   G2. It falls only while at least half of it is in use: a host that is slow by nature, and little used, is not held back.
 *   G3. A round is at least 100 ms and 20 samples long, so that one slow answer changes nothing.
 *   G4. What is seen with more calls than it is known to be calm with does not become the norm. While the limit is in use a quarter of it
 *       is left free for a moment every 30 s, and when it has halved (a probe). A probe that shows the host to be calmer than thought is
 *       believed, and one that shows it to be slower with hardly more calls than it was calm with: it has become slower.
 */

const MIN_LIMIT = 2;
const FIRST_LIMIT = 100;
const ROUND_MS = 100;
const ROUND_SAMPLES = 20;
/** Latency that counts as calm, as a multiple of the calm one. */
const TOLERANCE = 1.08;
/** Up to here there is no sign of a crowd. */
const CALM = 1.03;
/** Below this difference nobody can tell crowding from noise, ms. */
const NOISE_MS = 3;
/** A latency further above the calm one counts as this: the long tail of a calm host is no crowd. */
const LONGEST_RATIO = 3;
const SMOOTHING = 0.4;
/** Room that a round adds, of the limit's root, to find out whether more would go: while there is a sign of a crowd, and none. */
const HEADROOM = Object.freeze({ crowded: 0.25, calm: 1 });
const BACK_OFF = 0.85;
/** Share of a round's calls that must have been turned away for the limit to fall. */
const MANY = 0.1;
const PROBE_SHARE = 0.75;
const PROBE_EVERY_MS = 30_000;
const PROBE_AGAIN_MS = 2_000;
const PROBE_SAMPLES = 25;
const LONGEST_PROBE_MS = 10_000;
/** How long a probe lasts before its answers count, of what a call takes while it is calm. */
const SETTLING = 2;
/** How many more calls than it was calm with are hardly more. */
const HARDLY_MORE = 1.25;
/** Difference to what was taken for calm that is worth another look soon. */
const FAR_OFF = 0.15;
/** Difference that shows it to be calm as thought, with as many calls as there were. */
const CLOSE = 0.05;
/** How much one sample moves the calm mean of its operation. */
const WEIGHT = 0.02;

/** Most calls at once where nothing says otherwise. */
export const DEFAULT_MAX = 1_000;

/** How a call went, for the limit to learn from. */
export interface LimitSample {
  /** Undefined: the host turned it away, or gave no answer in time. */
  readonly latencyMs: number | undefined;
  /** Mean of the operation while it is calm, as its {@link GradientLimit.learning} made it. */
  readonly calmMs: number;
  readonly startedMs: number;
  /** When it ended, on the same clock. */
  readonly nowMs: number;
  /** Calls in progress, this one included. */
  readonly inFlight: number;
}

/** A moment with a part of the limit left free. */
interface Probe {
  readonly beganMs: number;
  /** When the host had emptied; undefined: it has not yet. */
  fromMs: number | undefined;
  samples: number;
  ratios: number;
}

export class GradientLimit {
  readonly #max: number;
  #limit: number;
  #startedMs = 0;
  #samples = 0;
  #ratios = 0;
  #turnedAway = 0;
  #most = 0;
  #together = 0;
  #seen = 0;
  /** What all calm means are multiplied by: the host is that much slower or quicker than when they were learnt. */
  #scale = 1;
  /** Calls at once with which the host is known to be calm. */
  #calmWith = 0;
  /** Mean ratio of rounds that did not use the limit. */
  #lately = 1;
  #probe: Probe | undefined;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  #limitAtProbe: number;
  #wasFarOff = false;

  constructor(max: number = DEFAULT_MAX) {
    this.#max = Math.max(MIN_LIMIT, Math.floor(max));
    this.#limit = Math.min(this.#max, FIRST_LIMIT);
    this.#limitAtProbe = this.#limit;
  }

  /** Calls at once, a whole number. */
  get limit(): number {
    const limit = Math.floor(this.#limit);
    return this.#probe === undefined ? limit : Math.max(MIN_LIMIT, Math.floor(limit * PROBE_SHARE));
  }

  /** What an operation is to learn of a latency at present: the part that is its own, and how much it counts for, 0 to 1. */
  learning(latencyMs: number, inFlight: number): { readonly ms: number; readonly weight: number } {
    return { ms: latencyMs / this.#scale, weight: this.#probe === undefined && inFlight <= this.#calmWith ? WEIGHT : 0 };
  }

  /** Takes in how a call went. */
  sample(sample: LimitSample): void {
    const { latencyMs, nowMs, inFlight } = sample;
    const ratio = latencyMs === undefined ? 0 : this.#ratioOf(latencyMs, sample.calmMs);
    if (this.#seen < ROUND_SAMPLES) {
      this.#seen++;
      this.#calmWith = Math.max(this.#calmWith, inFlight);
    }
    if (this.#probe !== undefined) {
      this.#probed(this.#probe, sample, ratio);
      return;
    }
    if (this.#samples === 0 || nowMs < this.#startedMs) this.#startedMs = nowMs;
    this.#samples++;
    this.#together += inFlight;
    if (inFlight > this.#most) this.#most = inFlight;
    if (latencyMs === undefined) this.#turnedAway++;
    else this.#ratios += ratio;
    if (nowMs - this.#startedMs >= ROUND_MS && this.#samples >= Math.max(ROUND_SAMPLES, this.#limit / 2)) this.#conclude(nowMs);
  }

  #conclude(nowMs: number): void {
    const answered = this.#samples - this.#turnedAway;
    const isRefused = this.#turnedAway > this.#samples * MANY;
    const ratio = this.#ratios / Math.max(1, answered);
    const most = this.#most;
    const usually = this.#together / this.#samples;
    this.#together = 0;
    this.#samples = 0;
    this.#ratios = 0;
    this.#turnedAway = 0;
    this.#most = 0;
    if (most < this.#limit / 2) {
      this.#lately += (ratio - this.#lately) * 0.2;
      if (answered > 0 && this.#lately <= CALM) this.#calmWith = Math.max(this.#calmWith, usually);
      return;
    }
    if (isRefused) this.#set(this.#limit * BACK_OFF);
    else if (answered > 0) this.#follow(ratio);
    const sinceMs = nowMs - this.#probedAtMs;
    const isDoubtful = this.#wasFarOff || this.#limit < this.#limitAtProbe / 2;
    if (sinceMs <= PROBE_AGAIN_MS || (!isDoubtful && sinceMs <= PROBE_EVERY_MS)) return;
    this.#probe = { beganMs: nowMs, fromMs: undefined, samples: 0, ratios: 0 };
  }

  #follow(ratio: number): void {
    const gradient = Math.max(0.5, Math.min(1, TOLERANCE / Math.max(0.01, ratio)));
    const headroom = (ratio <= CALM ? HEADROOM.calm : HEADROOM.crowded) * Math.sqrt(this.#limit);
    const next = this.#limit * gradient + Math.max(1, headroom);
    this.#set(this.#limit * (1 - SMOOTHING) + next * SMOOTHING);
  }

  #probed(probe: Probe, { latencyMs, calmMs, startedMs, nowMs, inFlight }: LimitSample, ratio: number): void {
    if (probe.fromMs === undefined && inFlight - 1 <= this.limit) probe.fromMs = nowMs;
    const { fromMs } = probe;
    // The first to end are the quickest: who counts them finds every host quicker than it is.
    const tells = fromMs !== undefined && startedMs >= fromMs && nowMs >= fromMs + SETTLING * calmMs * this.#scale;
    if (tells && latencyMs !== undefined) {
      probe.samples++;
      probe.ratios += ratio;
    }
    const isEnough = probe.samples >= PROBE_SAMPLES;
    if (!isEnough && nowMs - probe.beganMs <= LONGEST_PROBE_MS) return;
    if (isEnough) this.#believe(probe.ratios / probe.samples);
    this.#probe = undefined;
    this.#probedAtMs = nowMs;
    this.#limitAtProbe = this.#limit;
  }

  /** Invariant G4. */
  #believe(ratio: number): void {
    const calls = this.limit;
    this.#wasFarOff = Math.abs(ratio - 1) > FAR_OFF;
    if (Math.abs(ratio - 1) <= CLOSE) {
      this.#calmWith = Math.max(this.#calmWith, calls);
      return;
    }
    if (ratio > 1 && calls > this.#calmWith * HARDLY_MORE + 1) return;
    this.#scale *= ratio;
    this.#calmWith = calls;
  }

  #ratioOf(latencyMs: number, calmMs: number): number {
    const calm = Math.max(0.1, calmMs * this.#scale);
    const ratio = Math.max(Math.min(latencyMs, calm), latencyMs - NOISE_MS) / calm;
    // A probe has to see how far off it is.
    return this.#probe === undefined ? Math.min(LONGEST_RATIO, ratio) : ratio;
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#max, Math.max(MIN_LIMIT, limit));
  }
}

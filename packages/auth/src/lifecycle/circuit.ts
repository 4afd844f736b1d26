/**
 * Leaves alone for a while what fails: closed, open, half-open.
 *
 * Owns: the state, until when it is open, which probes are out.
 * Does not own: what a failure is and when there are enough of them (who calls `trip`); time and chance, which it is given.
 * Invariants:
 *   C1. Open, nothing goes out, but for one scout at a time every `scoutEveryMs` where the policy has such a time. Each opening in a row
 *       lasts as long as the policy says of it; closed for longer than the last opening lasted, and a minute, it starts over.
 *   C2. Half-open, at most `probes` requests are out or went well; when that many went well it closes, when one fails it opens again.
 *   C3. A probe that is never heard of again holds its place for `probeMs`.
 *   C4. What went out before it opened changes nothing when it ends.
 */

/** How long a circuit stays open, and what closes it. */
export interface CircuitPolicy {
  /** Length of the nth opening in a row, from 1, ms. `random` gives a number in [0, 1). */
  readonly openMs: (openings: number, random: () => number) => number;
  /** Requests that must go well, half-open, for it to close. */
  readonly probes: number;
  /** Longest wait for the end of a probe, ms. */
  readonly probeMs: number;
  /** While it is open, one request is let out so often, to find out earlier that all is well again, ms. Absent: none is. */
  readonly scoutEveryMs?: number;
}

export type CircuitState = "closed" | "open" | "half-open";

/** How a request that went out has ended. `neither`: it tells nothing, as when its caller has given up. */
export type CircuitEnd = "well" | "badly" | "neither";

/** A request that went out: 0, or the number of the round that it is a probe of. */
export type CircuitPass = number;

const FORGET_MS = 60_000;
/** What is told to come back when, while probes are out. */
const LOOK_AGAIN_MS = 1_000;

export class Circuit {
  readonly #policy: CircuitPolicy;
  readonly #random: () => number;
  readonly #changed: ((from: CircuitState, to: CircuitState) => void) | undefined;
  #state: CircuitState = "closed";
  #openings = 0;
  #sinceMs = 0;
  #untilMs = 0;
  #scoutAtMs = Number.POSITIVE_INFINITY;
  #closedAtMs = Number.NEGATIVE_INFINITY;
  #lastedMs = 0;
  /** Of the probes: a new one whenever the state changes. */
  #round = 1;
  #out = 0;
  #wentWell = 0;
  #lastOutMs = 0;

  /** @param changed Is told of every change of the state. */
  constructor(policy: CircuitPolicy, random: () => number, changed?: (from: CircuitState, to: CircuitState) => void) {
    this.#policy = policy;
    this.#random = random;
    this.#changed = changed;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** When one that is not closed was closed last, epoch ms. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** When an open circuit lets probes out, epoch ms. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Undefined: a request may go out. Otherwise when to come back, epoch ms. @param mayScout Whether it is fit to be a scout. */
  shutUntil(nowMs: number, mayScout = true): number | undefined {
    if (this.#state === "closed") return undefined;
    if (this.#out > 0 && nowMs >= this.#lastOutMs + this.#policy.probeMs) this.#out = 0;
    if (this.#state === "open") {
      if (nowMs >= this.#untilMs) this.#become("half-open");
      else return mayScout && nowMs >= this.#scoutAtMs && this.#out === 0 ? undefined : this.#untilMs;
    }
    return this.#out + this.#wentWell < this.#policy.probes ? undefined : nowMs + LOOK_AGAIN_MS;
  }

  /** A request goes out, after {@link Circuit.shutUntil} has let it. */
  goesOut(nowMs: number): CircuitPass {
    if (this.#state === "closed") return 0;
    this.#out++;
    this.#lastOutMs = nowMs;
    return this.#round;
  }

  /** A request has ended that went out as `pass`. */
  ended(pass: CircuitPass, end: CircuitEnd, nowMs: number): void {
    if (pass !== this.#round) return;
    this.#out = Math.max(0, this.#out - 1);
    if (end === "neither") return;
    const wasScout = this.#state === "open";
    if (end === "badly") {
      if (wasScout) this.#scoutAtMs = nowMs + (this.#policy.scoutEveryMs ?? Number.POSITIVE_INFINITY);
      else this.trip(nowMs);
      return;
    }
    if (wasScout) this.#become("half-open");
    this.#wentWell++;
    if (this.#wentWell < this.#policy.probes) return;
    this.#closedAtMs = nowMs;
    this.#become("closed");
  }

  /** Opens. Does nothing where it is open. */
  trip(nowMs: number): void {
    if (this.#state === "open") return;
    if (this.#state === "closed" && nowMs - this.#closedAtMs > Math.max(FORGET_MS, this.#lastedMs)) this.#openings = 0;
    if (this.#state === "closed") this.#sinceMs = nowMs;
    this.#openings++;
    this.#lastedMs = this.#policy.openMs(this.#openings, this.#random);
    this.#untilMs = nowMs + this.#lastedMs;
    this.#scoutAtMs = nowMs + (this.#policy.scoutEveryMs ?? Number.POSITIVE_INFINITY);
    this.#become("open");
  }

  #become(state: CircuitState): void {
    const from = this.#state;
    this.#state = state;
    this.#round++;
    this.#out = 0;
    this.#wentWell = 0;
    this.#changed?.(from, state);
  }
}

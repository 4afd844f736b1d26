/**
 * Decides what a scenario does to each request.
 *
 * Owns: how often each rule matched and fired, until when a throttle holds.
 * Does not own: doing it; the budgets of the contract (RateLimits).
 * Talks to: SimulatorClock.
 * Invariants:
 *   D1. The same scenario, seed and requests in the same order, at the same moments, give the same decisions.
 *   D2. A rule counts a request once, whether another rule has disturbed it or not.
 */
import { type Effect, parseDuration } from "@mortise/contract";
import { createRandom } from "@mortise/contract/samples";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import { latencyOf } from "./latency-of.ts";
import type { Scenario, ScenarioEffect, ScenarioRule } from "./scenario.ts";

/** What a rule may ask of a request. */
export interface RequestFacts {
  /** Absent: it belongs to signing in, or to nothing. */
  readonly operation?: string;
  readonly effect?: Effect;
  readonly method: string;
  readonly isSignIn: boolean;
  /** Who throttles are kept apart for. */
  readonly caller: string;
}

/** What becomes of one request. */
export interface Plan extends Omit<ScenarioEffect, "latency" | "throttle"> {
  readonly latencyMs: number;
  /** Throttled until a moment, epoch ms. */
  readonly throttle?: NonNullable<ScenarioEffect["throttle"]> & { readonly untilMs: number; readonly isEarly: boolean };
}

interface Count {
  matched: number;
  fired: number;
}

/** Callers that a throttle is remembered of. */
const MOST_CALLERS = 10_000;

export class Director {
  readonly #rules: readonly ScenarioRule[];
  readonly #seed: string;
  readonly #clock: SimulatorClock;
  readonly #beganMs: number;
  readonly #counts: readonly Count[];
  readonly #closed = new Map<string, { readonly untilMs: number; readonly throttle: NonNullable<ScenarioEffect["throttle"]> }>();

  constructor({ rules = [] }: Scenario, seed: string, clock: SimulatorClock) {
    this.#rules = rules;
    this.#seed = seed;
    this.#clock = clock;
    this.#beganMs = clock.now();
    this.#counts = rules.map(() => ({ matched: 0, fired: 0 }));
  }

  plan(request: RequestFacts): Plan {
    const nowMs = this.#clock.now();
    let plan: Plan = { latencyMs: 0 };
    for (const [index, rule] of this.#rules.entries()) {
      if (!isOn(rule, request)) continue;
      const key = `${index} ${request.caller}`;
      const closed = this.#closed.get(key);
      if (closed !== undefined && nowMs < closed.untilMs) {
        plan = { ...plan, throttle: plan.throttle ?? { ...closed.throttle, untilMs: closed.untilMs, isEarly: true } };
        continue;
      }
      const { latency, throttle, ...effects } = rule.do;
      const random = this.#fires(rule, index, nowMs);
      if (random === undefined) continue;
      const latencyMs = plan.latencyMs + (latency === undefined ? 0 : latencyOf(latency, random));
      plan = { ...effects, ...plan, latencyMs };
      if (throttle === undefined || plan.throttle !== undefined) continue;
      const untilMs = nowMs + (parseDuration(throttle.after) ?? 0);
      this.#closed.delete(key);
      this.#closed.set(key, { untilMs, throttle });
      if (this.#closed.size > MOST_CALLERS) this.#closed.delete([...this.#closed.keys()][0] ?? "");
      plan = { ...plan, throttle: { ...throttle, untilMs, isEarly: false } };
    }
    return plan;
  }

  /** Whether a rule fires for its next request; then the randomness of that. */
  #fires({ when = {} }: ScenarioRule, index: number, nowMs: number): ReturnType<typeof createRandom> | undefined {
    const count = this.#counts[index] as Count;
    const since = nowMs - this.#beganMs;
    const from = when.from === undefined ? 0 : (parseDuration(when.from) ?? 0);
    if (since < from || (when.for !== undefined && since >= from + (parseDuration(when.for) ?? 0))) return undefined;
    count.matched += 1;
    const place = count.matched - (when.after ?? 0);
    if (place < 1 || place % (when.every ?? 1) !== 0 || count.fired >= (when.times ?? Number.POSITIVE_INFINITY)) return undefined;
    const random = createRandom(`${this.#seed} rule ${index} ${count.matched}`);
    if (when.rate !== undefined && !random.chance(when.rate)) return undefined;
    count.fired += 1;
    return random;
  }
}

function isOn({ on = {} }: ScenarioRule, { operation, effect, method, isSignIn }: RequestFacts): boolean {
  if ((on.signIn === true) !== isSignIn) return false;
  if (operation === undefined && !isSignIn) return false;
  if (on.operations !== undefined && (operation === undefined || !on.operations.includes(operation))) return false;
  if (on.effects !== undefined && (effect === undefined || !on.effects.includes(effect))) return false;
  return on.methods === undefined || on.methods.includes(method);
}

/**
 * Enforces the budgets of a contract as its vendor would: a real sliding window of what arrived, and the calls in flight.
 *
 * Owns: the moments of what arrived, how many calls are in flight.
 * Does not own: time (SimulatorClock), what a refusal looks like (throttleAnswer).
 * Invariants:
 *   L1. In no window of `per`, wherever it starts, more than `rate` permits are let in.
 *   L2. What is refused takes no permit.
 */
import { compileValue } from "@mortise/builders";
import { type Budget, type Contract, type Json, type JsonObject, type Operation, parseDuration } from "@mortise/contract";
import type { SimulatorClock } from "../time/simulator-clock.ts";

/** What a budget says about a request. */
export interface Admission {
  readonly budget?: Budget;
  /** When there is room again, epoch ms; absent: it is let in. */
  readonly untilMs?: number;
  /** Permits that are left in the window, this request's taken. Absent: no rate. */
  readonly left?: number;
  /** Permits of a window. Absent: no rate. */
  readonly rate?: number;
  /** The call is over; more than once is once. */
  done(): void;
}

interface Lane {
  /** When each permit was taken, ascending. */
  taken: number[];
  inFlight: number;
}

const FREE: Admission = Object.freeze({ done: () => undefined });
const MOST_LANES = 10_000;
/** How long a caller waits where too many calls are in flight, ms: nobody knows when one ends. */
const SHORTLY_MS = 1_000;

export class RateLimits {
  readonly #contract: Contract;
  readonly #clock: SimulatorClock;
  readonly #lanes = new Map<string, Lane>();

  constructor(contract: Contract, clock: SimulatorClock) {
    this.#contract = contract;
    this.#clock = clock;
  }

  /** Counts a request of an operation. `caller`: the connection that it comes from. */
  admit({ budget: name, cost = 1 }: Operation, caller: string, settings: JsonObject): Admission {
    const budget = name === undefined ? undefined : this.#contract.budgets[name];
    if (name === undefined || budget === undefined) return FREE;
    const lane = this.#lane(`${name} ${budget.scope === "connector" ? "" : caller}`);
    const nowMs = this.#clock.now();
    const concurrency = figure(budget.concurrency, settings);
    const rate = figure(budget.rate, settings);
    const perMs = lengthOf(budget.per, settings);
    if (rate !== undefined) {
      const permits = Math.max(1, Math.floor(rate));
      const windowMs = rate < 1 ? perMs / rate : perMs;
      lane.taken = lane.taken.filter((atMs) => atMs > nowMs - windowMs);
      const over = lane.taken.length + Math.min(cost, permits) - permits;
      if (over > 0) return { ...FREE, budget, rate: permits, left: 0, untilMs: (lane.taken[over - 1] ?? nowMs) + windowMs };
    }
    if (concurrency !== undefined && lane.inFlight >= Math.floor(concurrency))
      return { ...FREE, budget, untilMs: nowMs + SHORTLY_MS };
    if (rate !== undefined) for (let count = 0; count < cost; count++) lane.taken.push(nowMs);
    lane.inFlight += 1;
    let isOver = false;
    const done = (): void => {
      if (!isOver) lane.inFlight -= 1;
      isOver = true;
    };
    if (rate === undefined) return { budget, done };
    return { budget, done, rate: Math.max(1, Math.floor(rate)), left: Math.max(0, Math.floor(rate) - lane.taken.length) };
  }

  #lane(key: string): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane = { taken: [], inFlight: 0 };
    this.#lanes.set(key, lane);
    if (this.#lanes.size > MOST_LANES) this.#lanes.delete([...this.#lanes.keys()][0] ?? "");
    return lane;
  }
}

function figure(value: Budget["rate"], settings: JsonObject): number | undefined {
  const found = budgetValue(value, settings);
  return typeof found === "number" && found > 0 ? found : undefined;
}

function lengthOf(value: Budget["per"], settings: JsonObject): number {
  const found = budgetValue(value, settings);
  return (typeof found === "string" ? parseDuration(found) : undefined) ?? 1_000;
}

/** A computed figure that fails limits nothing. */
function budgetValue(value: Budget["rate"] | Budget["per"], settings: JsonObject): Json | undefined {
  if (value === undefined || typeof value !== "object") return value;
  try {
    return compileValue({ $cel: value.$cel }).evaluate({ settings });
  } catch {
    return undefined;
  }
}

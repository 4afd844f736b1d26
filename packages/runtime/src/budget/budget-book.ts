import { compileValue } from "@mortise/builders";
import { type Budget, type Json, MortiseError, parseDuration } from "@mortise/contract";
import Bottleneck from "bottleneck";
import type { Clock } from "../runtime.ts";
import { type Permit, SlidingWindow } from "./sliding-window.ts";

/** Limits as one connection has them. */
export interface BudgetLimits {
  readonly rate: number | undefined;
  readonly perMs: number;
  readonly concurrency: number | undefined;
}

/** A permit for one attempt. Both functions may be called more than once. */
export interface AttemptPermit extends Permit {
  /** The attempt is over, its answer read. */
  done(): void;
}

interface Bucket {
  readonly window: SlidingWindow | undefined;
  readonly slots: Bottleneck | undefined;
}

const MAX_IDLE_BUCKETS = 1_000;
const UNLIMITED: AttemptPermit = Object.freeze({ answered: () => undefined, done: () => undefined });

/** The budgets of a runtime by key: a window of permits, slots for calls in flight, or both. */
export class BudgetBook {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Earliest moment, epoch ms, at which a call could start as far as the rate is concerned. */
  earliest(key: string, limits: BudgetLimits, cost = 1): number {
    return this.#bucket(key, limits).window?.earliest(cost) ?? this.#clock.now();
  }

  /** Takes what the other side says about the permits of a window: it may lower the rate, never raise it. */
  lower(key: string, limits: BudgetLimits, limit: number): void {
    this.#bucket(key, limits).window?.limitTo(limit);
  }

  /** Waits for the permits that a call costs, and for a slot. Rejects with the signal's reason when that aborts first. */
  async take(key: string, limits: BudgetLimits, signal: AbortSignal, cost = 1): Promise<AttemptPermit> {
    const { window, slots } = this.#bucket(key, limits);
    if (window === undefined && slots === undefined) return UNLIMITED;
    const done = slots === undefined ? () => undefined : await slot(slots, signal);
    try {
      const permit = await window?.take(signal, cost);
      const answered = (): void => permit?.answered();
      return {
        answered,
        done: () => {
          answered();
          done();
        },
      };
    } catch (error) {
      done();
      throw error;
    }
  }

  #bucket(key: string, { rate, perMs, concurrency }: BudgetLimits): Bucket {
    const full = `${key} ${rate}/${perMs} ${concurrency}`;
    const known = this.#buckets.get(full);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MAX_IDLE_BUCKETS) this.#dropIdle();
    const bucket = {
      window: rate === undefined ? undefined : new SlidingWindow(rate, perMs, this.#clock),
      slots: concurrency === undefined ? undefined : new Bottleneck({ maxConcurrent: concurrency }),
    };
    this.#buckets.set(full, bucket);
    return bucket;
  }

  #dropIdle(): void {
    for (const [key, { window, slots }] of this.#buckets) {
      if ((window === undefined || window.idle) && (slots === undefined || slots.empty())) this.#buckets.delete(key);
    }
  }
}

/** Takes one of bottleneck's slots and returns the function that gives it back. */
function slot(slots: Bottleneck, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const cancel = (): void => reject(signal.reason);
    signal.addEventListener("abort", cancel, { once: true });
    const job = slots.schedule(
      () =>
        new Promise<void>((free) => {
          signal.removeEventListener("abort", cancel);
          if (signal.aborted) free();
          else resolve(free);
        }),
    );
    job.catch(reject);
  });
}

/** Works out a budget for a connection. A computed field that comes to null is no limit. Throws `MISCONFIGURED` for other nonsense. */
export function budgetLimits(name: string, budget: Budget, settings: { readonly [key: string]: Json }): BudgetLimits {
  const value = (field: "rate" | "per" | "concurrency"): Json => {
    const given = budget[field] as Json | undefined;
    return given === undefined ? null : compileValue(given).evaluate({ settings });
  };
  const number = (field: "rate" | "concurrency"): number | undefined => {
    const found = value(field);
    if (found === null) return undefined;
    if (typeof found === "number" && found > 0) return found;
    throw new MortiseError(
      "MISCONFIGURED",
      `The budget ${name}: ${field} came to ${JSON.stringify(found)}; expected a number above 0.`,
    );
  };
  const rate = number("rate");
  const per = value("per") ?? "1s";
  const perMs = typeof per === "string" ? parseDuration(per) : undefined;
  if (rate !== undefined && (perMs === undefined || perMs <= 0)) {
    throw new MortiseError(
      "MISCONFIGURED",
      `The budget ${name}: per came to ${JSON.stringify(per)}; expected a duration such as "1s".`,
    );
  }
  const concurrency = number("concurrency");
  return Object.freeze({
    rate,
    perMs: perMs ?? 0,
    concurrency: concurrency === undefined ? undefined : Math.max(1, Math.floor(concurrency)),
  });
}

/**
 * Counts the processor time that each tenant's code takes.
 *
 * Owns: the time taken in the minute that runs, by tenant.
 * Does not own: clocks, turns.
 * Invariants:
 *   T1. A tenant that has used its time is refused until its minute is over; others are not.
 *   T2. Only tenants that took time in the last minute are remembered.
 */
import { MortiseError } from "@mortise/contract";

const MINUTE_MS = 60_000;

interface Spent {
  readonly sinceMs: number;
  cpuMs: number;
}

export class TenantTime {
  readonly #limitMs: number;
  readonly #now: () => number;
  readonly #spent = new Map<string, Spent>();

  /** @param limitMs Processor time in ms that a tenant may use a minute. */
  constructor(limitMs: number, now: () => number) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  /** Throws `OVERLOADED`, with the moment to come back, where the tenant has used its time. */
  check(tenant: string): void {
    const spent = this.#of(tenant);
    if (spent === undefined || spent.cpuMs < this.#limitMs) return;
    throw new MortiseError("OVERLOADED", `Code of this tenant has used ${this.#limitMs} ms of processor time in this minute.`, {
      retryAtMs: spent.sinceMs + MINUTE_MS,
    });
  }

  /** Notes what a call took. */
  add(tenant: string, cpuMs: number): void {
    const spent = this.#of(tenant) ?? { sinceMs: this.#now(), cpuMs: 0 };
    spent.cpuMs += cpuMs;
    this.#spent.set(tenant, spent);
  }

  #of(tenant: string): Spent | undefined {
    for (const [name, { sinceMs }] of this.#spent) {
      // In order of their first call in their minute, so the first that is not over ends it.
      if (sinceMs + MINUTE_MS > this.#now()) break;
      this.#spent.delete(name);
    }
    return this.#spent.get(tenant);
  }
}

/**
 * Keeps the health of connections in memory.
 *
 * Owns: the latest health of each connection that was heard of.
 * Does not own: who finds it out, time (`now`), what is done about it (HealthObserver).
 * Talks to: HealthObserver.
 * Invariants:
 *   H1. The observer is told of every change of state, once and in order, and of nothing else.
 */
import type { ConnectionHealth, HealthObserver, HealthReport, HealthReporter } from "./connection-health.ts";
import { nextHealth, unknownHealth } from "./next-health.ts";

const MAX_KNOWN = 10_000;

export class HealthBook implements HealthReporter {
  readonly #now: () => number;
  readonly #observer: HealthObserver | undefined;
  readonly #known = new Map<string, ConnectionHealth>();

  /** `now` is the epoch in ms. */
  constructor(now: () => number, observer?: HealthObserver) {
    this.#now = now;
    this.#observer = observer;
  }

  /** `unknown` for one that nothing was heard of. */
  find(tenant: string, connection: string): ConnectionHealth {
    return this.#known.get(keyOf(tenant, connection)) ?? unknownHealth(this.#now());
  }

  report({ tenant, connection, finding }: HealthReport): void {
    const key = keyOf(tenant, connection);
    const before = this.find(tenant, connection);
    const after = nextHealth(before, finding, this.#now());
    this.#known.delete(key);
    this.#known.set(key, after);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
    if (after.state === before.state) return;
    const reason = after.reason === undefined ? {} : { reason: after.reason };
    this.#observer?.changed({ tenant, connection, from: before.state, to: after.state, ...reason });
  }
}

const keyOf = (tenant: string, connection: string): string => JSON.stringify([tenant, connection]);

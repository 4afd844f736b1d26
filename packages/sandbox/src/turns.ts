import { MortiseError } from "@mortise/contract";

/** Options of {@link Turns}. */
export interface TurnsOptions {
  /** Turns at once. */
  readonly atOnce: number;
  /** Of these, for one tenant. Absent: all. */
  readonly atOnceForTenant?: number;
  /** Who may wait. */
  readonly maxWaiting: number;
}

/** Nobody's calls: they are bounded by all turns alone. */
const NOBODY = "";

interface Waiter {
  readonly tenant: string;
  readonly start: () => void;
}

/** Lets so many through at once, and of each tenant only so many; the others wait in order. A tenant at its bound holds up no other one. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting: Waiter[] = [];
  readonly #takenBy = new Map<string, number>();
  #taken = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Does the work when it is its turn. Rejects with `OVERLOADED` where too many wait, with the signal's reason when it aborts before. */
  async take<T>(work: () => Promise<T>, tenant: string = NOBODY, signal?: AbortSignal): Promise<T> {
    await this.#turn(tenant, signal);
    try {
      return await work();
    } finally {
      this.#leave(tenant);
    }
  }

  /** Tenants that have a turn. */
  get tenants(): number {
    return this.#takenBy.size;
  }

  async #turn(tenant: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#fits(tenant)) return this.#enter(tenant);
    if (this.#waiting.length >= this.#options.maxWaiting)
      throw new MortiseError("OVERLOADED", `${this.#waiting.length} calls of connectors' code wait already.`);
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const waiter = { tenant, start };
      this.#waiting.push(waiter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  #fits(tenant: string): boolean {
    const { atOnce, atOnceForTenant = atOnce } = this.#options;
    return this.#taken < atOnce && (tenant === NOBODY || (this.#takenBy.get(tenant) ?? 0) < atOnceForTenant);
  }

  #enter(tenant: string): void {
    this.#taken += 1;
    this.#takenBy.set(tenant, (this.#takenBy.get(tenant) ?? 0) + 1);
  }

  #leave(tenant: string): void {
    this.#taken -= 1;
    const left = (this.#takenBy.get(tenant) ?? 1) - 1;
    if (left === 0) this.#takenBy.delete(tenant);
    else this.#takenBy.set(tenant, left);
    const next = this.#waiting.findIndex((waiter) => this.#fits(waiter.tenant));
    const [waiter] = next < 0 ? [] : this.#waiting.splice(next, 1);
    if (waiter === undefined) return;
    this.#enter(waiter.tenant);
    waiter.start();
  }
}

import Bottleneck from "bottleneck";
import type { PermitBank } from "./permit-bank.ts";
import type { PermitPool } from "./permit-pool.ts";

/**
 * The bank of a limit that one process has for itself: bottleneck's reservoir. A permit is leased from it once, in blocks of at least a
 * tenth of the limit, as one of bottleneck's jobs takes 2 to 5 ms; from then on the pool uses it again and again.
 */
export class LocalBank implements PermitBank {
  readonly dryUntilMs = Number.POSITIVE_INFINITY;
  readonly #limiter: Bottleneck;
  readonly #block: number;
  #free: number;
  #isLeasing = false;

  constructor(size: number) {
    this.#free = Math.max(1, Math.floor(size));
    this.#block = Math.ceil(this.#free / 10);
    this.#limiter = new Bottleneck({ reservoir: this.#free });
  }

  isOpen(): boolean {
    return true;
  }

  get obtainable(): number {
    return this.#free;
  }

  lack(pool: PermitPool): void {
    if (this.#isLeasing || this.#free === 0) return;
    this.#isLeasing = true;
    void this.#lease(pool);
  }

  takeBack(count: number): void {
    this.#free += count;
    void this.#limiter.incrementReservoir(count);
  }

  async #lease(pool: PermitPool): Promise<void> {
    const block = Math.min(this.#free, Math.max(pool.short, this.#block));
    await this.#limiter.schedule({ weight: block }, async () => undefined);
    this.#free -= block;
    this.#isLeasing = false;
    pool.receive(block);
  }
}

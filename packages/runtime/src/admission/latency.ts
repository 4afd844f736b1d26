const UP = 0.05;
const FORGOTTEN_AFTER_MS = 10_000;
const MIN_SAMPLES = 20;

/**
 * Typical latency of one operation at one host: the median, followed by steps of 5 % up or down, so that it costs one comparison a call
 * and no memory; and the mean while nothing is crowded, by which crowding is told.
 */
export class Latency {
  #median = 0;
  #calm = 0;
  #samples = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  add(ms: number, nowMs: number): void {
    this.#samples++;
    this.#lastMs = nowMs;
    if (this.#samples === 1) {
      this.#median = ms;
      this.#calm = ms;
      return;
    }
    const step = Math.max(0.1, this.#median * (this.#samples < MIN_SAMPLES ? UP * 4 : UP));
    if (ms > this.#median) this.#median = Math.min(ms, this.#median + step);
    else if (ms < this.#median) this.#median = Math.max(ms, this.#median - step);
  }

  /** Moves the calm mean by a share of the difference; the first samples are all there is, so they make it. */
  learn({ ms, weight }: { readonly ms: number; readonly weight: number }): void {
    this.#calm += (ms - this.#calm) * (this.#samples < MIN_SAMPLES ? 1 / this.#samples : weight);
  }

  /** Mean while it is calm, ms. */
  get calmMs(): number {
    return this.#calm;
  }

  /** Median, ms; undefined where it is not known well, or not from lately: who asks should find out. */
  medianMs(nowMs: number): number | undefined {
    return this.#samples < MIN_SAMPLES || nowMs - this.#lastMs > FORGOTTEN_AFTER_MS ? undefined : this.#median;
  }
}

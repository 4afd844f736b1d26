/** Counts what happened lately, in a ring of time buckets: memory and work are the same however much happens. */
export class OutcomeWindow {
  readonly #bucketMs: number;
  readonly #size: number;
  /** Good and bad ones of each bucket, in turn. */
  readonly #counts: Int32Array;
  /** Number of the newest bucket since the epoch. */
  #newest = 0;
  #good = 0;
  #bad = 0;

  /** @param spanMs How far back it looks, to a bucket. @param buckets Parts that leave one after the other. */
  constructor(spanMs: number, buckets = 10) {
    this.#bucketMs = spanMs / buckets;
    this.#size = buckets;
    this.#counts = new Int32Array(buckets * 2);
  }

  add(nowMs: number, isBad: boolean): void {
    this.#moveTo(nowMs);
    const at = (this.#newest % this.#size) * 2 + (isBad ? 1 : 0);
    this.#counts[at] = (this.#counts[at] as number) + 1;
    if (isBad) this.#bad++;
    else this.#good++;
  }

  /** All of them. */
  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#good + this.#bad;
  }

  bad(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#bad;
  }

  /** How many of the newest buckets it takes for so many in all, at least two; all of them where there are fewer. */
  bucketsFor(nowMs: number, count: number): number {
    this.#moveTo(nowMs);
    let buckets = 0;
    for (let seen = 0; buckets < this.#size && (buckets < 2 || seen < count); buckets++) {
      const at = this.#place(buckets);
      seen += (this.#counts[at] as number) + (this.#counts[at + 1] as number);
    }
    return buckets;
  }

  /** What is in the newest buckets. */
  newest(nowMs: number, buckets: number): { readonly total: number; readonly bad: number } {
    this.#moveTo(nowMs);
    let total = 0;
    let bad = 0;
    for (let back = 0; back < Math.min(buckets, this.#size); back++) {
      const at = this.#place(back);
      bad += this.#counts[at + 1] as number;
      total += (this.#counts[at] as number) + (this.#counts[at + 1] as number);
    }
    return { total, bad };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#good = 0;
    this.#bad = 0;
  }

  /** Where the bucket so many before the newest is. */
  #place(back: number): number {
    return ((((this.#newest - back) % this.#size) + this.#size) % this.#size) * 2;
  }

  #moveTo(nowMs: number): void {
    const now = Math.floor(nowMs / this.#bucketMs);
    if (now === this.#newest) return;
    // A clock that was set back by more than the window must not keep old counts for as long as it was set back.
    if (now < this.#newest && now > this.#newest - this.#size) return;
    if (now < this.#newest || now >= this.#newest + this.#size) {
      this.clear();
      this.#newest = now;
      return;
    }
    while (this.#newest < now) {
      this.#newest++;
      const at = (this.#newest % this.#size) * 2;
      this.#good -= this.#counts[at] as number;
      this.#bad -= this.#counts[at + 1] as number;
      this.#counts[at] = 0;
      this.#counts[at + 1] = 0;
    }
  }
}

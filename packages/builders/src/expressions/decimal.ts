/**
 * Rounds to `digits` places after the point, halves away from zero, by the decimal digits that the number is written with:
 * `roundTo(1.005, 2)` is 1.01, as on paper.
 */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const magnitude = shift(Math.round(shift(Math.abs(value), digits)), -digits);
  return value < 0 && magnitude !== 0 ? -magnitude : magnitude;
}

/**
 * The sum by decimal digits: 0.1 + 0.2 is 0.3. Exact as long as the sum has at most 15 significant digits; beyond that it is
 * as good as compensated summation of doubles (Neumaier).
 */
export class DecimalSum {
  #cents = 0n;
  #digits = 0;
  #sum = 0;
  #lost = 0;
  #isExact = true;

  add(value: number): void {
    const total = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - total + value : value - total + this.#sum;
    this.#sum = total;
    if (this.#isExact) this.#addDigits(value);
  }

  /** The sum so far. */
  get value(): number {
    if (!this.#isExact) return this.#sum + this.#lost;
    return Number(`${this.#cents}e-${this.#digits}`);
  }

  #addDigits(value: number): void {
    const text = String(value);
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (!match) {
      this.#isExact = false;
      return;
    }
    const fraction = match[3] ?? "";
    if (fraction.length > this.#digits) {
      this.#cents *= 10n ** BigInt(fraction.length - this.#digits);
      this.#digits = fraction.length;
    }
    const digits = BigInt((match[2] ?? "") + fraction.padEnd(this.#digits, "0"));
    this.#cents += match[1] ? -digits : digits;
  }
}

/** `value × 10^digits` by moving the point in its text. */
function shift(value: number, digits: number): number {
  const [mantissa, exponent] = String(value).split("e");
  return Number(`${mantissa}e${Number(exponent ?? 0) + digits}`);
}

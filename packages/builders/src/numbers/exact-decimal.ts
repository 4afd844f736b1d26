/** How a number is rounded. `half-up` takes halves away from zero, as on paper; `half-even` is bankers' rounding (IEEE 754). */
export type RoundingMode = "half-up" | "half-even" | "half-down" | "up" | "down" | "ceiling" | "floor";

/** Every {@link RoundingMode}, the default first. */
export const ROUNDING_MODES = Object.freeze(["half-up", "half-even", "half-down", "up", "down", "ceiling", "floor"] as const);

/** Digits that a number has at most, before and after the point: also bounds the time of what is done with it. */
const MAX_DIGITS = 400;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A decimal number, exact in all its digits: `units × 10^-scale`. */
export class ExactDecimal {
  readonly units: bigint;
  /** Digits after the point. */
  readonly scale: number;

  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  /** Reads a number, or text such as `-12.50`; undefined where it is none, or has too many digits. */
  static of(value: number | string): ExactDecimal | undefined {
    const text = typeof value === "number" ? String(value) : value.trim();
    const match = text.length <= MAX_DIGITS ? DECIMAL.exec(text) : null;
    if (!match) return undefined;
    const [, sign, whole = "", fraction = "", exponent = "0"] = match;
    if (whole === "" && fraction === "") return undefined;
    const scale = fraction.length - Number(exponent);
    if (Math.abs(scale) > MAX_DIGITS) return undefined;
    const digits = BigInt(whole + fraction);
    const units = scale < 0 ? digits * 10n ** BigInt(-scale) : digits;
    return new ExactDecimal(sign === "-" ? -units : units, Math.max(scale, 0));
  }

  plus(other: ExactDecimal): ExactDecimal {
    const scale = Math.max(this.scale, other.scale);
    return new ExactDecimal(this.at(scale) + other.at(scale), scale);
  }

  minus(other: ExactDecimal): ExactDecimal {
    return this.plus(new ExactDecimal(-other.units, other.scale));
  }

  times(other: ExactDecimal): ExactDecimal {
    return new ExactDecimal(this.units * other.units, this.scale + other.scale);
  }

  /** The quotient, rounded to so many digits; undefined for a division by zero. */
  dividedBy(other: ExactDecimal, digits: number, mode: RoundingMode = "half-up"): ExactDecimal | undefined {
    if (other.units === 0n) return undefined;
    const shift = digits + other.scale - this.scale;
    const dividend = shift >= 0 ? this.units * 10n ** BigInt(shift) : this.units;
    const divisor = shift >= 0 ? other.units : other.units * 10n ** BigInt(-shift);
    return new ExactDecimal(quotient(dividend, divisor, mode), digits);
  }

  /** Rounded to so many digits after the point; negative ones round before it. */
  rounded(digits: number, mode: RoundingMode = "half-up"): ExactDecimal {
    if (digits >= this.scale) return this;
    const kept = quotient(this.units, 10n ** BigInt(this.scale - digits), mode);
    return digits >= 0 ? new ExactDecimal(kept, digits) : new ExactDecimal(kept * 10n ** BigInt(-digits), 0);
  }

  /** Less than 0, 0, or more than 0, as this one is less than, equal to or more than the other. */
  compare(other: ExactDecimal): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.at(scale) - other.at(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The units at a scale that is not smaller than its own. */
  at(scale: number): bigint {
    return this.units * 10n ** BigInt(scale - this.scale);
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.toString()) + 0;
  }

  /** The text with `digits` after the point, at least its own. Absent: its own. */
  toString(digits = this.scale): string {
    const scale = Math.max(digits, this.scale);
    const units = this.at(scale);
    const text = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
    const whole = text.slice(0, text.length - scale);
    return `${units < 0n ? "-" : ""}${whole}${scale > 0 ? `.${text.slice(text.length - scale)}` : ""}`;
  }
}

function quotient(dividend: bigint, divisor: bigint, mode: RoundingMode): bigint {
  const cut = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return cut;
  const away = dividend < 0n === divisor < 0n ? 1n : -1n;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  return goesAway(mode, twice - size, away > 0n, cut % 2n !== 0n) ? cut + away : cut;
}

function goesAway(mode: RoundingMode, beyondHalf: bigint, isPositive: boolean, isOdd: boolean): boolean {
  switch (mode) {
    case "up":
      return true;
    case "down":
      return false;
    case "ceiling":
      return isPositive;
    case "floor":
      return !isPositive;
    case "half-up":
      return beyondHalf >= 0n;
    case "half-down":
      return beyondHalf > 0n;
    default:
      return beyondHalf > 0n || (beyondHalf === 0n && isOdd);
  }
}

import type { Json } from "../json.ts";
import type { Place } from "./place.ts";

/** A number within bounds, a multiple of what it must be a multiple of. Undefined where the bounds leave none. */
export function makeNumber({ facts, random, mode }: Place, integer: boolean): Json | undefined {
  const whole = integer || facts.schemas.some(({ format }) => format === "int32" || format === "int64");
  const { low, high } = boundsOf(facts.schemas);
  const steps = facts.schemas.flatMap(({ multipleOf }) => (multipleOf === undefined || multipleOf <= 0 ? [] : [multipleOf]));
  const isFloat = facts.schemas.some(({ format }) => format === "float" || format === "double");
  if (whole && !steps.some((step) => step >= 1 && Number.isInteger(step))) steps.push(1);
  const step = steps.length === 0 ? 0 : Math.max(...steps);
  const from = Number.isFinite(low) ? low : Number.isFinite(high) ? Math.min(high - 100 * (step || 1), 0) : 1;
  const to = Number.isFinite(high) ? high : Math.max(from + 100 * (step || 1), from * 1.5);
  const fits = (value: number): boolean =>
    value >= low && value <= high && !facts.schemas.some((schema) => refused(schema, value));
  const extremes = mode === "edge" ? random.shuffled([Math.max(low, -1e9), Math.min(high, 1e9), 0]) : [];
  for (const extreme of extremes) {
    const value = step === 0 ? extreme : Math.round(extreme / step) * step;
    if (fits(value) && (!whole || Number.isInteger(value))) return value;
  }
  for (let tries = 0; tries < 50; tries++) {
    const drawn = from + random.next() * (to - from);
    const value = step === 0 ? rounded(drawn, isFloat || to - from < 1 ? 6 : 2) : onStep(drawn, step, from);
    if (fits(value)) return value;
  }
  return [from, to, (from + to) / 2].find(fits);
}

function refused({ multipleOf, exclusiveMinimum, exclusiveMaximum }: Place["facts"]["schemas"][number], value: number): boolean {
  return (
    (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
  );
}

function boundsOf(schemas: Place["facts"]["schemas"]): { readonly low: number; readonly high: number } {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, format } of schemas) {
    low = Math.max(low, minimum ?? low, exclusiveMinimum ?? low, format === "int32" ? -2_147_483_648 : low);
    high = Math.min(high, maximum ?? high, exclusiveMaximum ?? high, format === "int32" ? 2_147_483_647 : high);
    if (format === "int64") {
      low = Math.max(low, Number.MIN_SAFE_INTEGER);
      high = Math.min(high, Number.MAX_SAFE_INTEGER);
    }
  }
  return { low, high };
}

function onStep(drawn: number, step: number, from: number): number {
  const index = Math.max(Math.floor(drawn / step), Math.ceil(from / step));
  return rounded(index * step, decimals(step));
}

function rounded(value: number, digits: number): number {
  return Math.abs(value) > 1e15 ? value : Number(value.toFixed(digits));
}

function decimals(step: number): number {
  const [, fraction = "", exponent = "0"] = /^\d*(?:\.(\d+))?(?:e-(\d+))?$/.exec(String(step)) ?? [];
  return Math.min(fraction.length + Number(exponent), 20);
}

import { compileValue } from "@mortise/builders";
import { type Budget, type Json, MortiseError, parseDuration } from "@mortise/contract";

/** Limits as one connection has them. */
export interface BudgetLimits {
  readonly rate: number | undefined;
  readonly perMs: number;
  readonly concurrency: number | undefined;
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

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

/** Limits in words, e.g. `100 per 1 min, 5 at once`. */
export function limitWords({ rate, perMs, concurrency }: BudgetLimits): string {
  const [ms, unit] = UNITS.find(([length]) => perMs >= length && perMs % length === 0) ?? [1, "ms"];
  const words = [
    ...(rate === undefined ? [] : [`${rate} per ${perMs / ms} ${unit}`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
  ];
  return words.length === 0 ? "no limit" : words.join(", ");
}

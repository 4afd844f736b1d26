import type { Budget } from "@mortise/contract";
import { compileInstant, type Told } from "../retry/compile-instant.ts";

/** What one answer says about a budget. */
export interface BudgetNews {
  /** Nothing is left of the window; undefined where the answer does not say. */
  readonly spent?: boolean;
  /** Permits that are left of it, where there are any. */
  readonly left?: number;
  /** Wait until the window starts anew, ms. */
  readonly resetMs?: number;
  /** Permits of a whole window. */
  readonly limit?: number;
}

/** Reads what an answer says about a budget. */
export type BudgetSignals = (answer: Told, nowMs: number) => BudgetNews;

const known = new WeakMap<Budget, BudgetSignals>();

/** Compiles a budget's `reset`, `remaining` and `limit`, once. Headers that are absent or junk say nothing. */
export function budgetSignals(budget: Budget): BudgetSignals {
  const before = known.get(budget);
  if (before !== undefined) return before;
  const signals = compileSignals(budget);
  known.set(budget, signals);
  return signals;
}

function compileSignals(budget: Budget): BudgetSignals {
  if (budget.reset === undefined && budget.remaining === undefined && budget.limit === undefined) return () => NOTHING;
  const reset = budget.reset === undefined ? undefined : compileInstant(budget.reset);
  return (answer, nowMs) => {
    const remaining = figure(budget.remaining, answer);
    const resetMs = reset?.(answer, nowMs);
    const limit = figure(budget.limit, answer);
    return {
      ...(remaining === undefined ? {} : { spent: remaining <= 0 }),
      ...(remaining === undefined || remaining <= 0 ? {} : { left: remaining }),
      ...(resetMs === undefined ? {} : { resetMs }),
      ...(limit === undefined || limit <= 0 ? {} : { limit }),
    };
  };
}

const NOTHING: BudgetNews = Object.freeze({});

/** The number that a header starts with: some add to it, as in `100, 100;w=60`. */
function figure(place: { readonly header: string } | undefined, { headers }: Told): number | undefined {
  const text = place === undefined ? undefined : headers[place.header.toLowerCase()];
  const number = /^\s*(-?\d+(?:\.\d+)?)(?![\w.])/.exec(text ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
}

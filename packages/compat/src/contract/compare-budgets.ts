import { type Budget, joinPointer, parseDuration } from "@mortise/contract";
import type { Diff } from "./diff.ts";

const SHARING = { connection: 0, tenant: 1, connector: 2 } as const;

/** Finds limits that allow less or more. What an expression comes to cannot be known here, so another one counts as less. */
export function compareBudgets(diff: Diff): void {
  for (const [name, was] of Object.entries(diff.before.budgets)) {
    const is = Object.hasOwn(diff.after.budgets, name) ? diff.after.budgets[name] : undefined;
    if (is === undefined) continue;
    const path = joinPointer("budgets", name);
    const users = Object.entries(diff.before.operations).flatMap(([id, { budget }]) =>
      budget === name ? [joinPointer("operations", id)] : [],
    );
    const say = (tighter: boolean, message: string): void =>
      diff.add(tighter ? "budget-tightened" : "budget-loosened", path, message, users);
    const steps = [
      step(rateOf(was), rateOf(is), "calls a second"),
      step(figure(was.concurrency), figure(is.concurrency), "calls at once"),
      step(-SHARING[was.scope], -SHARING[is.scope], "", `shared by each ${was.scope}`, `by each ${is.scope}`),
    ].filter((each) => each !== undefined);
    const tighter = steps.filter(({ isTighter }) => isTighter);
    const chosen = tighter.length > 0 ? tighter : steps;
    if (chosen.length > 0) say(tighter.length > 0, chosen.map(({ message }) => message).join("; "));
  }
}

interface Step {
  readonly isTighter: boolean;
  readonly message: string;
}

function step(was: number | string, is: number | string, unit: string, from?: string, to?: string): Step | undefined {
  if (was === is) return undefined;
  const isTighter = typeof was === "string" || typeof is === "string" || is < was;
  return { isTighter, message: `was ${from ?? `${shown(was)} ${unit}`}, is ${to ?? `${shown(is)} ${unit}`}` };
}

function rateOf({ rate, per }: Budget): number | string {
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  if (typeof rate !== "number" || typeof per !== "string") return JSON.stringify([rate, per]);
  const ms = parseDuration(per);
  return ms === undefined ? JSON.stringify([rate, per]) : (rate * 1_000) / ms;
}

function figure(value: Budget["concurrency"]): number | string {
  return value === undefined ? Number.POSITIVE_INFINITY : typeof value === "number" ? value : JSON.stringify(value);
}

function shown(value: number | string): string {
  return value === Number.POSITIVE_INFINITY
    ? "any number of"
    : typeof value === "number"
      ? String(Number(value.toPrecision(6)))
      : value;
}

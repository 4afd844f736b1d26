import type { Effect, Idempotency, Operation } from "@mortise/contract";
import type { Diff } from "./diff.ts";

/** How much an effect does to the other system. Two of the same rank do different things. */
const RANK: { readonly [effect in Effect]: number } = { read: 0, create: 1, update: 2, send: 3, execute: 3, delete: 4 };

/** Finds what an operation does to the other system in another way: effect, repeats, undoing. */
export function compareEffects(diff: Diff, path: string, was: Operation, is: Operation): void {
  if (was.effect !== is.effect) {
    const isLower = RANK[is.effect] < RANK[was.effect];
    diff.add(isLower ? "effect-lowered" : "effect-raised", `${path}/effect`, `the effect was ${was.effect}, is ${is.effect}`, [
      path,
    ]);
  }
  const [from, to] = [safety(was.idempotency), safety(is.idempotency)];
  const message = `repeats were ${described(was.idempotency)}, are ${described(is.idempotency)}`;
  if (to < from) diff.add("idempotency-weakened", `${path}/idempotency`, message, [path]);
  if (to > from) diff.add("idempotency-strengthened", `${path}/idempotency`, message, [path]);
  const [could, can] = [isReversible(was), isReversible(is)];
  if (could && !can) diff.add("reversibility-lost", path, "what it did could be undone, cannot any more", [path]);
  if (!could && can) diff.add("reversibility-added", path, "what it does can be undone", [path]);
}

/** For how long a repeat is safe, ms. */
function safety(idempotency: Idempotency): number {
  if (idempotency === "none") return 0;
  return idempotency === "natural" ? Number.POSITIVE_INFINITY : (idempotency.windowMs ?? 86_400_000);
}

function described(idempotency: Idempotency): string {
  if (idempotency === "none") return "not safe";
  return idempotency === "natural" ? "always safe" : `safe for ${(idempotency.windowMs ?? 86_400_000) / 1_000} s`;
}

function isReversible({ reversible, compensate }: Operation): boolean {
  return reversible ?? compensate !== undefined;
}

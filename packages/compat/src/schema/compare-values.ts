import { described } from "./compare-types.ts";
import type { Comparison } from "./comparison.ts";
import type { Bound, SchemaNode } from "./schema-node.ts";

/** Reports other listed values. */
export function compareValues({ a, b, say }: Comparison): void {
  const [from, to] = [a.values, b.values];
  if (from === undefined && to === undefined) return;
  if (from === undefined) {
    say("enum-introduced", `was any ${described(a)}, is one of ${listed(to)}`);
    return;
  }
  if (to === undefined) {
    say("enum-dropped", `was one of ${listed(from)}, is any ${described(b)}`);
    return;
  }
  const lost = [...from.keys()].filter((value) => !to.has(value));
  const won = [...to.keys()].filter((value) => !from.has(value));
  if (lost.length > 0) say("enum-value-removed", `${several(lost)} is not listed any more; there is ${listed(to)}`);
  if (won.length > 0) say("enum-value-added", `${several(won)} is listed now; there was ${listed(from)}`);
}

const LOWER: readonly Bound[] = ["minimum", "minLength", "minItems", "minProperties"];

/** Reports other bounds of length, size and count. */
export function compareBounds({ a, b, say }: Comparison): void {
  if (a.values !== undefined && b.values !== undefined) return;
  for (const key of new Set([...a.bounds.keys(), ...b.bounds.keys()])) {
    const [from, to] = [bound(a, key), bound(b, key)];
    if (from === to) continue;
    const message = `${key} was ${figure(from)}, is ${figure(to)}`;
    if (key === "multipleOf") say(steps(from, to), message);
    else say(isTighter(key, from, to) ? "bound-tightened" : "bound-loosened", message);
  }
  if (a.unique !== b.unique)
    say(
      b.unique ? "bound-tightened" : "bound-loosened",
      b.unique ? "items must be distinct now" : "items need not be distinct any more",
    );
}

/** A least length of 0 is no bound. */
function bound(node: SchemaNode, key: Bound): number | undefined {
  const value = node.bounds.get(key);
  return value === 0 && LOWER.includes(key) && key !== "minimum" ? undefined : value;
}

function isTighter(key: Bound, from: number | undefined, to: number | undefined): boolean {
  if (to === undefined) return false;
  return from === undefined || (LOWER.includes(key) ? to > from : to < from);
}

function steps(from: number | undefined, to: number | undefined): "bound-tightened" | "bound-loosened" | "condition-changed" {
  if (from === undefined || (to !== undefined && Number.isInteger(to / from))) return "bound-tightened";
  return to === undefined || Number.isInteger(from / to) ? "bound-loosened" : "condition-changed";
}

function figure(value: number | undefined): string {
  return value === undefined ? "open" : String(Number(value.toPrecision(12)));
}

function listed(values: ReadonlyMap<string, unknown> | undefined): string {
  return several([...(values?.keys() ?? [])]);
}

function several(texts: readonly string[]): string {
  return texts.length > 8 ? `${texts.slice(0, 8).join(", ")} and ${texts.length - 8} more` : texts.join(", ");
}

import type { DataClass } from "@mortise/contract";
import { canonical } from "./canonical.ts";
import type { Comparison } from "./comparison.ts";
import type { SchemaNode } from "./schema-node.ts";

/** In ascending order of what a policy asks. */
const CLASSES: readonly DataClass[] = ["public", "internal", "personal", "special", "payment", "credential", "unknown"];

/** Reports what no validator sees and workflows still rely on: data classes and defaults. */
export function compareNotes(a: SchemaNode, b: SchemaNode, say: Comparison["say"]): void {
  const [from, to] = [a.dataClass ?? "unknown", b.dataClass ?? "unknown"];
  const step = CLASSES.indexOf(to) - CLASSES.indexOf(from);
  if (step !== 0) say(step > 0 ? "data-class-raised" : "data-class-lowered", `the data class was ${from}, is ${to}`);
  const [old, fresh] = [canonical(a.preset), canonical(b.preset)];
  if (old === fresh) return;
  if (a.preset === undefined) say("default-added", `there was no default, is ${fresh}`);
  else if (b.preset === undefined) say("default-removed", `the default was ${old}, there is none any more`);
  else say("default-changed", `the default was ${old}, is ${fresh}`);
}

import type { JsonTypeName } from "@mortise/contract";
import { canonical } from "./canonical.ts";
import { typesOf } from "./compare-types.ts";
import type { Comparison } from "./comparison.ts";
import type { Located } from "./located.ts";
import { pairBranches } from "./pair-branches.ts";
import { nodeOf, type SchemaNode } from "./schema-node.ts";

/** Reports other alternatives, and compares those that are the same ones. A schema without alternatives is a single one. */
export function compareBranches({ a, b, from, to, report, say, compareChoice, isWithin }: Comparison): void {
  if (a.branches === undefined && b.branches === undefined) return;
  const [old, fresh] = [choices(a, from, b), choices(b, to, a)];
  const { pairs, lost, won } = pairBranches(old, fresh);
  for (const [was, is] of pairs) compareChoice(was, is);
  const overlapping = b.exclusive
    ? fresh.filter((choice) => fresh.some((other) => other !== choice && !areDisjoint(choice, other)))
    : [];
  const isWider = (choice: Located): boolean => {
    const was = a.exclusive ? pairs.find(([, is]) => is === choice)?.[0] : undefined;
    return was === undefined || !isWithin(choice, was, true);
  };
  const wider = overlapping.find(isWider);
  if (wider !== undefined) say("choice-overlapping", `what fits the shape ${described(wider)} may fit another one too`);
  for (const choice of lost) {
    if (isNews(choice, b) || fresh.some((other) => isWithin(choice, other))) continue;
    report({ facet: "choice-removed", path: choice.path, in: "before", message: `the shape ${described(choice)} is gone` });
  }
  for (const choice of won) {
    if (isNews(choice, a) || old.some((other) => isWithin(choice, other))) continue;
    report({ facet: "choice-added", path: choice.path, in: "after", message: `the shape ${described(choice)} is new` });
  }
}

/** Whether surely no value fits both: other types, or another value of a key that both must have. */
function areDisjoint(first: Located, second: Located): boolean {
  const [a, b] = [nodeOf(first), nodeOf(second)];
  if (haveNothingInCommon(a, b)) return true;
  return [...a.required].some((key) => {
    const [left, right] = [a.properties.get(key), b.properties.get(key)];
    return b.required.has(key) && left !== undefined && right !== undefined && haveNothingInCommon(nodeOf(left), nodeOf(right));
  });
}

function haveNothingInCommon(a: SchemaNode, b: SchemaNode): boolean {
  if (a.nullable && b.nullable) return false;
  const [left, right] = [typesOf(a), typesOf(b)];
  const isShared = (type: JsonTypeName, types: ReadonlySet<JsonTypeName>): boolean =>
    types.has(type) || (type === "integer" && types.has("number")) || (type === "number" && types.has("integer"));
  if (![...left].some((type) => isShared(type, right))) return true;
  return a.values !== undefined && b.values !== undefined && ![...a.values.keys()].some((value) => b.values?.has(value));
}

/** A choice of types that the other side does not have at all was reported with the types. */
function isNews(choice: Located, other: SchemaNode): boolean {
  const types = typesOf(other);
  return [...typesOf(nodeOf(choice))].every((type) => !types.has(type) && !(type === "integer" && types.has("number")));
}

/** The alternatives of a schema. Beside another one's, a plain schema of several types is one alternative a type. */
function choices(node: SchemaNode, at: Located, other: SchemaNode): readonly Located[] {
  if (node.branches !== undefined)
    return other.branches === undefined ? node.branches.map((branch) => withRest(branch, at)) : node.branches;
  const types = [...typesOf(node)];
  if (types.length < 2 || typeof at.schema === "boolean") return [at];
  const { schema } = at;
  return types.map((type) => ({ ...at, schema: { allOf: [schema, { type }] } }));
}

/** An alternative with what holds beside it. */
function withRest(branch: Located, { schema }: Located): Located {
  if (typeof schema === "boolean") return branch;
  const { anyOf: _, oneOf: __, $defs: ___, ...rest } = schema;
  const isPlain = !Object.keys(rest).some((key) => key !== "title" && key !== "description" && !key.startsWith("x-"));
  return isPlain ? branch : { ...branch, schema: { allOf: [branch.schema, rest] } };
}

function described({ schema }: Located): string {
  if (typeof schema === "object" && schema.title !== undefined) return `"${schema.title}"`;
  const text = canonical(schema);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

import { typesOf } from "./compare-types.ts";
import type { Comparison } from "./comparison.ts";
import { pairBranches } from "./pair-branches.ts";
import { canonical, type Located, nodeOf, type SchemaNode } from "./schema-node.ts";

/** Reports other alternatives, and compares those that are the same ones. A schema without alternatives is a single one. */
export function compareBranches({ a, b, from, to, report, compareChoice, isWithin }: Comparison): void {
  if (a.branches === undefined && b.branches === undefined) return;
  const [old, fresh] = [choices(a, from, b), choices(b, to, a)];
  const { pairs, lost, won } = pairBranches(old, fresh);
  for (const [was, is] of pairs) compareChoice(was, is);
  for (const choice of lost) {
    if (isNews(choice, b) || fresh.some((other) => isWithin(choice, other))) continue;
    report({ facet: "choice-removed", path: choice.path, in: "before", message: `the shape ${described(choice)} is gone` });
  }
  for (const choice of won) {
    if (isNews(choice, a) || old.some((other) => isWithin(choice, other))) continue;
    report({ facet: "choice-added", path: choice.path, in: "after", message: `the shape ${described(choice)} is new` });
  }
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

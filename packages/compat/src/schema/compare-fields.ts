import type { Comparison } from "./comparison.ts";
import type { Located } from "./located.ts";
import { nodeOf, type SchemaNode } from "./schema-node.ts";

/** Reports other fields of objects and other items of lists, and compares those that both have. */
export function compareFields(comparison: Comparison): void {
  const { a, b } = comparison;
  if (a.types.has("object") && b.types.has("object")) {
    compareUndeclared(comparison);
    for (const [key, was] of a.properties) compareField(comparison, key, was);
    for (const [key, is] of b.properties) if (!a.properties.has(key)) compareAdded(comparison, key, is);
    for (const key of b.required) {
      if (!a.required.has(key) && !b.properties.has(key))
        comparison.say("field-required", `the field "${key}" must be there, which nothing declares`);
    }
  }
  if (a.types.has("array") && b.types.has("array")) compareItems(comparison);
}

function compareField({ a, b, compare, report }: Comparison, key: string, was: Located): void {
  const is = b.properties.get(key);
  if (is === undefined || is.schema === false) {
    if (was.schema === false) return;
    const elsewhere = is === undefined ? mapOf(b) : undefined;
    if (elsewhere !== undefined) compare(was, elsewhere);
    else report({ facet: "field-removed", path: was.path, in: "before", message: `the field "${key}" is gone` });
    return;
  }
  if (was.schema === false) {
    report({ facet: "field-added", path: is.path, in: "after", message: `the field "${key}" is new` });
    return;
  }
  compare(was, is);
  const [needed, needs] = [a.required.has(key), b.required.has(key)];
  if (needed && !needs)
    report({
      facet: "field-optional",
      path: is.path,
      in: "after",
      message: `the field "${key}" was always there, may be missing now`,
    });
  if (needed || !needs) return;
  const hasDefault = nodeOf(is).preset !== undefined;
  report({
    facet: hasDefault ? "field-defaulted" : "field-required",
    path: is.path,
    in: "after",
    message: `the field "${key}" could be left out, must be there now${hasDefault ? "; its default takes its place" : ""}`,
  });
}

function compareAdded({ a, b, compare, report }: Comparison, key: string, is: Located): void {
  if (is.schema === false) return;
  const before = mapOf(a);
  if (before !== undefined) compare(before, is);
  const isNeeded = b.required.has(key) && !a.required.has(key) && nodeOf(is).preset === undefined;
  if (isNeeded)
    report({ facet: "field-added-required", path: is.path, in: "after", message: `the field "${key}" is new and must be there` });
  else report({ facet: "field-added", path: is.path, in: "after", message: `the field "${key}" is new` });
}

function compareUndeclared({ a, b, from, to, say, compare }: Comparison): void {
  const [wasClosed, isClosed] = [a.additional?.schema === false, b.additional?.schema === false];
  if (!wasClosed && isClosed) say("fields-closed", "took fields that are not declared, takes none now");
  if (wasClosed && !isClosed) say("fields-opened", "took no fields that are not declared, takes them now");
  for (const pattern of new Set([...a.patternFields.keys(), ...b.patternFields.keys()])) {
    const [was, is] = [a.patternFields.get(pattern), b.patternFields.get(pattern)];
    if (was !== undefined && is !== undefined) compare(was, is);
    else if (was !== undefined) say("condition-removed", `fields that match ${pattern} are not declared any more`);
    else say("condition-added", `fields that match ${pattern} have a shape now`);
  }
  if (wasClosed || isClosed || (mapOf(a) === undefined && mapOf(b) === undefined)) return;
  compare(a.additional ?? { ...from, schema: true }, b.additional ?? { ...to, schema: true });
}

/** The shape of values under any key, of an object that is a map. */
function mapOf({ additional }: SchemaNode): Located | undefined {
  return typeof additional?.schema === "object" && Object.keys(additional.schema).length > 0 ? additional : undefined;
}

function compareItems({ a, b, from, to, compare }: Comparison): void {
  for (let index = 0; index < Math.max(a.prefix.length, b.prefix.length); index++)
    either(a.prefix[index] ?? a.items, b.prefix[index] ?? b.items);
  either(a.items, b.items);

  function either(was: Located | undefined, is: Located | undefined): void {
    if (was === undefined && is === undefined) return;
    compare(was ?? { ...from, schema: true }, is ?? { ...to, schema: true });
  }
}

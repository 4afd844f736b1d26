import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";

/** The schemas that speak of a place in a value: of all branches that reach it. `root` is where `#/$defs/…` leads. */
export function schemasAt(schema: JsonSchema, path: readonly string[], root: JsonSchemaObject): readonly JsonSchemaObject[] {
  return reach([schema], path, root);
}

/** The types that schemas accept at their own place; empty: any. */
export function typesOf(schemas: readonly JsonSchemaObject[]): ReadonlySet<string> {
  const types = new Set<string>();
  for (const schema of schemas) {
    for (const type of schema.type === undefined ? [] : [schema.type].flat()) types.add(type);
    const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
    if (schema.type === undefined)
      for (const value of values) types.add(value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
  }
  return types;
}

function reach(schemas: readonly JsonSchema[], path: readonly string[], root: JsonSchemaObject): readonly JsonSchemaObject[] {
  const here = schemas.flatMap((each) => unfold(each, root, 0));
  const [key, ...rest] = path;
  if (key === undefined) return here;
  const below = here.flatMap((schema): readonly JsonSchema[] => {
    if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return [schema.properties[key] ?? true];
    if (/^\d+$/.test(key) && (schema.items !== undefined || schema.prefixItems !== undefined))
      return [schema.prefixItems?.[Number(key)] ?? schema.items ?? true];
    return schema.additionalProperties === undefined ? [] : [schema.additionalProperties];
  });
  return reach(below, rest, root);
}

/** A schema with the branches and references that hold at its place. */
function unfold(schema: JsonSchema, root: JsonSchemaObject, depth: number): readonly JsonSchemaObject[] {
  if (typeof schema === "boolean" || depth > 20) return [];
  const name = /^#\/\$defs\/([^/]+)$/.exec(schema.$ref ?? "")?.[1];
  const target =
    name === undefined ? undefined : root.$defs?.[decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~")];
  const branches = [
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(target === undefined ? [] : [target]),
  ];
  return [schema, ...branches.flatMap((each) => unfold(each, root, depth + 1))];
}

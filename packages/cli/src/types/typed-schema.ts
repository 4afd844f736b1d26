import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { fieldComment } from "./field-comment.ts";

/** Gives the type name that a `$ref` leads to; undefined: it leads nowhere that has a name. */
export type NameOf = (reference: string) => string | undefined;

/** A JSON Schema as json-schema-to-typescript takes it; `tsType` is a type that is written as it is. */
export type TypedSchema = boolean | { readonly [key: string]: unknown };

/**
 * Rewrites a schema for the type generator, without following a reference: each becomes the name of the type that it leads to, so circular
 * schemas are as cheap as any. Keywords that only narrow values and have no counterpart in types are left out. What is told about a field
 * (description, bounds, default) ends up in its comment; titles do not become types.
 */
export function typedSchema(schema: JsonSchema, nameOf: NameOf): TypedSchema {
  if (typeof schema === "boolean") return schema;
  const comment = { ...described(schema), ...(schema.deprecated === true ? { deprecated: true } : {}) };
  if (schema.$ref !== undefined) {
    const target = { tsType: nameOf(schema.$ref) ?? "unknown" };
    const { $ref: _, ...rest } = schema;
    const beside = shape(rest, nameOf);
    return Object.keys(beside).length === 0 ? { ...target, ...comment } : { ...comment, allOf: [target, beside] };
  }
  return { ...comment, ...shape(schema, nameOf) };
}

function described(schema: JsonSchemaObject): { readonly description?: string } {
  const description = fieldComment(schema);
  return description === "" ? {} : { description };
}

/** The keywords that make a type. Empty: any value. */
function shape(schema: JsonSchemaObject, nameOf: NameOf): { readonly [key: string]: unknown } {
  if (schema.const !== undefined) return { tsType: literalType(schema.const) };
  if (schema.enum !== undefined) return { tsType: unionOf(schema.enum) };
  const own = {
    ...(schema.type === undefined ? {} : { type: schema.type }),
    ...objectShape(schema, nameOf),
    ...arrayShape(schema, nameOf),
  };
  const composed = [
    ...branches(schema.allOf, nameOf).filter(tells),
    ...[schema.anyOf, schema.oneOf].flatMap((list) => {
      const some = branches(list, nameOf);
      return some.length > 0 && some.every(tells) ? [{ anyOf: some }] : [];
    }),
  ];
  if (composed.length === 0) return own;
  return { allOf: says(own) ? [own, ...composed] : composed };
}

/** Whether the keywords of a composed schema itself say more than that it is an object, which its parts say too. */
function says(own: { readonly type?: unknown; readonly properties?: object; readonly additionalProperties?: unknown }): boolean {
  if (own.properties === undefined) return Object.keys(own).length > 0 && own.type !== "object";
  return (
    Object.keys(own.properties).length > 0 ||
    (own.additionalProperties !== undefined && typeof own.additionalProperties !== "boolean")
  );
}

function objectShape(schema: JsonSchemaObject, nameOf: NameOf): { readonly [key: string]: unknown } {
  const named = Object.entries(schema.properties ?? {});
  const patterns = Object.entries(schema.patternProperties ?? {});
  const mayBeObject = schema.type === "object" || (Array.isArray(schema.type) && schema.type.includes("object"));
  if (!mayBeObject && named.length === 0 && patterns.length === 0 && schema.additionalProperties === undefined) return {};
  const unnamed = (schema.required ?? []).filter((key) => !Object.hasOwn(schema.properties ?? {}, key));
  const composed = schema.allOf !== undefined || schema.anyOf !== undefined || schema.oneOf !== undefined;
  const properties = Object.fromEntries([
    ...named.map(([key, each]) => [key, typedSchema(each, nameOf)] as const),
    ...(composed ? [] : unnamed.map((key) => [key, true] as const)),
  ]);
  return {
    ...(schema.type === undefined ? { type: "object" } : {}),
    properties,
    required: (schema.required ?? []).filter((key) => Object.hasOwn(properties, key)),
    additionalProperties: otherKeys(schema, named.length > 0 || unnamed.length > 0 || composed, nameOf),
  };
}

/** The type of the keys that have no name. Beside named keys a type of their own would have to hold for those too, so it is any value. */
function otherKeys(schema: JsonSchemaObject, besideNamed: boolean, nameOf: NameOf): TypedSchema {
  const patterns = Object.values(schema.patternProperties ?? {});
  const { additionalProperties } = schema;
  if (patterns.length > 0 && additionalProperties === undefined) return true;
  if (besideNamed) return patterns.length > 0 || (additionalProperties !== undefined && additionalProperties !== false);
  const kinds = [...patterns, ...(additionalProperties === undefined ? [] : [additionalProperties])].filter(
    (each) => each !== false,
  );
  if (kinds.length === 0) return patterns.length === 0 && additionalProperties === undefined;
  return kinds.length === 1 ? typedSchema(kinds[0] ?? true, nameOf) : { anyOf: kinds.map((each) => typedSchema(each, nameOf)) };
}

function arrayShape(schema: JsonSchemaObject, nameOf: NameOf): { readonly [key: string]: unknown } {
  if (schema.prefixItems !== undefined && schema.prefixItems.length > 0) {
    const rest = schema.items === undefined ? true : typedSchema(schema.items, nameOf);
    return {
      ...(schema.type === undefined ? { type: "array" } : {}),
      items: schema.prefixItems.map((each) => typedSchema(each, nameOf)),
      additionalItems: rest,
      minItems: Math.min(schema.minItems ?? 0, schema.prefixItems.length),
    };
  }
  if (schema.items === undefined) return {};
  return { ...(schema.type === undefined ? { type: "array" } : {}), items: typedSchema(schema.items, nameOf) };
}

function branches(list: readonly JsonSchema[] | undefined, nameOf: NameOf): readonly TypedSchema[] {
  return (list ?? []).map((each) => typedSchema(each, nameOf));
}

/** Whether it makes a type of its own; what only says which keys must be there, or how a value looks, does not. */
function tells(schema: TypedSchema): boolean {
  return (
    schema !== true && (schema === false || Object.keys(schema).some((key) => key !== "description" && key !== "deprecated"))
  );
}

/** In parentheses, as it may become the element of a list. */
function unionOf(values: readonly Json[]): string {
  const types = [...new Set(values.map(literalType))];
  if (types.length < 2) return types[0] ?? "never";
  return `(${types.join(" | ")})`;
}

/** A JSON value as a TypeScript type. */
function literalType(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${literalType(each)}`);
  return entries.length === 0 ? "Record<string, never>" : `{ ${entries.join("; ")} }`;
}

import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";
import fc from "fast-check";

/** Text as authors and vendors write it: in any script, with what comments, tables and shells read as their own. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "The */ end",
    "a | b",
    "`tick` ${hole} $(x)",
    "<script>x</script>",
    "# Heading\n\ntext",
    "Größe in €",
    "it's",
    "日本語",
    "*emphasis* _x_",
    "@deprecated no",
  ),
  fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).filter((text) => text.trim() !== ""),
);

/** Keys of objects: mostly names, now and then anything but what every object has: TypeScript takes those for inherited. */
const anyKey: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "id",
      "name",
      "createdAt",
      "items",
      "total_count",
      "is-open",
      "type",
      "x1",
      "class",
      "nested",
      "value",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }).filter((key) => !key.startsWith("$") && !(key in {})),
  },
);

const notes = fc.record({ title: anyText, description: anyText, deprecated: fc.boolean() }, { requiredKeys: [] });

/** A schema for one scalar, as a parameter has. */
export const anyScalar: fc.Arbitrary<JsonSchemaObject> = fc
  .tuple(
    fc.oneof(
      fc.record({ type: fc.constant("string" as const), minLength: fc.constantFrom(0, 1, 3), maxLength: fc.constantFrom(5, 40) }),
      fc.constantFrom<JsonSchemaObject>(
        { type: "string", format: "date-time" },
        { type: "string", format: "email" },
        { type: "string", format: "uuid" },
        { type: "string", pattern: "^[a-z]{2,5}-[0-9]+$" },
        { type: "boolean" },
        { type: "number", minimum: -5, exclusiveMaximum: 99.5 },
        { type: "integer", multipleOf: 3 },
        { enum: ["a", "b c", "ü"] },
        { type: "integer", enum: [1, 2, 3] },
        { const: "only" },
      ),
      fc.record({ type: fc.constant("integer" as const), minimum: fc.constantFrom(0, 1), maximum: fc.constantFrom(10, 1_000) }),
    ),
    notes,
  )
  .map(([schema, said]) => ({ ...schema, ...said }));

/** Any schema; `names` are the shared ones that it may refer to. */
export function anySchema(names: readonly string[], depth = 3): fc.Arbitrary<JsonSchemaObject> {
  const reference =
    names.length === 0
      ? []
      : [{ weight: 2, arbitrary: fc.constantFrom(...names).map((name) => ({ $ref: `#/schemas/${name}` })) }];
  const nullable = anyScalar.filter(({ type }) => typeof type === "string").map((schema): JsonSchemaObject => withNull(schema));
  if (depth === 0)
    return fc.oneof(
      anyScalar,
      nullable,
      fc.constant<JsonSchemaObject>({ type: "null" }),
      ...reference.map(({ arbitrary }) => arbitrary),
    );
  const below = anySchema(names, depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: anyScalar },
    { weight: 1, arbitrary: nullable },
    ...reference,
    { weight: 4, arbitrary: anyObject(below) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("array" as const),
        items: below,
        minItems: fc.constantFrom(0, 1),
        maxItems: fc.constantFrom(3, 8),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("object" as const), additionalProperties: fc.oneof(below, fc.boolean()) }),
    },
    { weight: 1, arbitrary: fc.tuple(below, anyScalar).map(([one, two]): JsonSchemaObject => ({ anyOf: [one, two] })) },
    {
      weight: 1,
      arbitrary: below
        .map((one): JsonSchemaObject => ({ oneOf: [one, { type: "null" }] }))
        .filter(({ oneOf }) => !takesNull(oneOf?.[0])),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(anyObject(below, "a"), anyObject(below, "b"))
        .map(([one, two]): JsonSchemaObject => ({ allOf: [one, two] })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(below, anyScalar)
        .map(([one, two]): JsonSchemaObject => ({ type: "array", prefixItems: [one, two], items: false, minItems: 2 })),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("object" as const), patternProperties: below.map((each) => ({ "^x-": each })) }),
    },
    { weight: 1, arbitrary: fc.constant<JsonSchemaObject>({}) },
  );
}

/** An object of named fields, each required or not. `prefix` keeps the fields of two objects apart. */
export function anyObject(field: fc.Arbitrary<JsonSchema>, prefix = ""): fc.Arbitrary<JsonSchemaObject> {
  const fields = fc.uniqueArray(fc.tuple(anyKey, field, fc.boolean()), { maxLength: 4, selector: ([key]) => key });
  return fc.tuple(fields, fc.constantFrom(undefined, true, false), notes).map(([list, additionalProperties, said]) => ({
    type: "object",
    properties: Object.fromEntries(list.map(([key, schema]) => [prefix + key, schema])),
    required: list.flatMap(([key, , isRequired]) => (isRequired ? [prefix + key] : [])),
    ...(additionalProperties === undefined || (prefix !== "" && !additionalProperties) ? {} : { additionalProperties }),
    ...said,
  }));
}

function withNull({ type, enum: values, ...rest }: JsonSchemaObject): JsonSchemaObject {
  return { ...rest, type: [type as "string", "null"], ...(values === undefined ? {} : { enum: [...values, null] }) };
}

function takesNull(schema: JsonSchema | undefined): boolean {
  const text = JSON.stringify(schema);
  return text === "{}" || text.includes("null") || text.includes("$ref") || schema === true || !text.includes('"type"');
}

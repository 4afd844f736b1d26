import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { escapeSegment } from "@mortise/contract";
import { canonical } from "./canonical.ts";
import { asObjectSchema, type Located } from "./located.ts";
import type { Bound } from "./schema-node.ts";

const LOW = ["minLength", "minItems", "minProperties"] as const;
const HIGH = ["maxLength", "maxItems", "maxProperties"] as const;
/** Integer formats are bounds of figures. */
const FIGURES: { readonly [format: string]: readonly [number, number] } = { int32: [-2_147_483_648, 2_147_483_647] };
const NO_BOUND: readonly string[] = ["int64", "float", "double", "decimal"];

/** What schemas that hold together say, each keyword at its tightest. */
export function gatherFacts(held: readonly Located[]) {
  const properties = new Map<string, Located>();
  const patternFields = new Map<string, Located>();
  const required = new Set<string>();
  const bounds = new Map<Bound, number>();
  const patterns = new Set<string>();
  const formats = new Set<string>();
  const prefix: Located[] = [];
  let values: ReadonlyMap<string, Json> | undefined;
  let additional: Located | undefined;
  let items: Located | undefined;
  let unique = false;
  let preset: Json | undefined;
  let dataClass: JsonSchemaObject["x-data-class"];
  const lower = (key: Bound, value: number): unknown => bounds.set(key, Math.max(value, bounds.get(key) ?? value));
  const upper = (key: Bound, value: number): unknown => bounds.set(key, Math.min(value, bounds.get(key) ?? value));
  for (const { schema, root, path } of held) {
    if (typeof schema === "boolean") continue;
    const at = (below: JsonSchema, ...steps: string[]): Located => ({ schema: below, root, path: `${path}/${steps.join("/")}` });
    for (const [key, each] of Object.entries(schema.properties ?? {})) {
      const child = at(each, "properties", escapeSegment(key));
      const before = properties.get(key);
      properties.set(key, before === undefined ? child : joined(before, child));
    }
    for (const [pattern, each] of Object.entries(schema.patternProperties ?? {}))
      patternFields.set(pattern, at(each, "patternProperties", escapeSegment(pattern)));
    for (const key of schema.required ?? []) required.add(key);
    if (schema.additionalProperties !== undefined) additional ??= at(schema.additionalProperties, "additionalProperties");
    if (schema.items !== undefined)
      items = items === undefined ? at(schema.items, "items") : joined(items, at(schema.items, "items"));
    if (prefix.length === 0)
      prefix.push(...(schema.prefixItems ?? []).map((each, index) => at(each, "prefixItems", String(index))));
    for (const key of LOW) if (schema[key] !== undefined) lower(key, schema[key]);
    for (const key of HIGH) if (schema[key] !== undefined) upper(key, schema[key]);
    const isWhole = schema.type === "integer";
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format, pattern } = schema;
    if (minimum !== undefined) lower("minimum", isWhole ? Math.ceil(minimum) : minimum);
    if (maximum !== undefined) upper("maximum", isWhole ? Math.floor(maximum) : maximum);
    if (exclusiveMinimum !== undefined) lower("minimum", isWhole ? Math.floor(exclusiveMinimum) + 1 : just(exclusiveMinimum, 1));
    if (exclusiveMaximum !== undefined) upper("maximum", isWhole ? Math.ceil(exclusiveMaximum) - 1 : just(exclusiveMaximum, -1));
    if (multipleOf !== undefined) lower("multipleOf", multipleOf);
    const range = format === undefined ? undefined : FIGURES[format];
    if (range !== undefined) {
      lower("minimum", range[0]);
      upper("maximum", range[1]);
    } else if (format !== undefined && !NO_BOUND.includes(format)) formats.add(format);
    if (pattern !== undefined) patterns.add(pattern);
    if (schema.uniqueItems === true) unique = true;
    preset ??= schema.default;
    dataClass ??= schema["x-data-class"];
    for (const list of [schema.enum, schema.const === undefined ? undefined : [schema.const]]) {
      if (list === undefined) continue;
      const listed = new Map(list.map((value) => [canonical(value), value]));
      values = values === undefined ? listed : new Map([...values].filter(([text]) => listed.has(text)));
    }
  }
  const listed = values === undefined ? undefined : new Map([...values].filter(([text]) => text !== "null"));
  return {
    values: listed,
    properties,
    patternFields,
    required,
    additional,
    items,
    prefix,
    bounds,
    unique,
    patterns,
    formats,
    preset,
    dataClass,
  };
}

const joins = new WeakMap<object, WeakMap<object, JsonSchemaObject>>();

/** Both at once; the same object for the same two. */
function joined(first: Located, second: Located): Located {
  const a = asObjectSchema(first.schema);
  const b = asObjectSchema(second.schema);
  const byFirst = joins.get(a) ?? new WeakMap<object, JsonSchemaObject>();
  joins.set(a, byFirst);
  const schema = byFirst.get(b) ?? { allOf: [first.schema, second.schema] };
  byFirst.set(b, schema);
  return { ...first, schema };
}

/** The next figure that is inside of an open bound, near enough to tell two bounds apart. */
function just(bound: number, towards: 1 | -1): number {
  return bound + towards * Math.max(Math.abs(bound), 1) * 1e-12;
}

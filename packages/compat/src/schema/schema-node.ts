import type { Json, JsonSchema, JsonSchemaObject, JsonTypeName } from "@mortise/contract";
import { escapeSegment, getPointer, sharedName } from "@mortise/contract";

/** A schema with where it stands: `root` resolves its references, `path` is a JSON pointer into the contract. */
export interface Located {
  readonly schema: JsonSchema;
  readonly root: Root;
  readonly path: string;
}

/** What references of one schema lead into. */
export interface Root {
  /** The schema itself, for `#/$defs/…`. */
  readonly schema: JsonSchema;
  /** JSON pointer to it in the contract. */
  readonly path: string;
  /** What the contract's operations share, for `#/schemas/…`. */
  readonly schemas: { readonly [name: string]: JsonSchema };
}

/** What one schema asks of a value: references and `allOf` unfolded, null apart from the rest. */
export interface SchemaNode {
  /** Accepts nothing. */
  readonly never: boolean;
  /** Null is accepted. */
  readonly nullable: boolean;
  /** Types other than null; `number` includes `integer`. */
  readonly types: ReadonlySet<JsonTypeName>;
  /** Listed values other than null, by canonical text; undefined: not listed. */
  readonly values: ReadonlyMap<string, Json> | undefined;
  /** Alternatives other than null; undefined: none. */
  readonly branches: readonly Located[] | undefined;
  /** Exactly one alternative may fit (`oneOf`). */
  readonly exclusive: boolean;
  readonly properties: ReadonlyMap<string, Located>;
  /** By pattern of the key. */
  readonly patternFields: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  /** Undeclared keys; undefined where nothing is said, so that all are accepted. */
  readonly additional: Located | undefined;
  readonly items: Located | undefined;
  readonly prefix: readonly Located[];
  /** Tightest bounds by keyword. */
  readonly bounds: ReadonlyMap<Bound, number>;
  readonly unique: boolean;
  readonly patterns: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  /** Conditions that are compared as a whole, as canonical text. */
  readonly conditions: ReadonlySet<string>;
  readonly preset: Json | undefined;
  readonly dataClass: JsonSchemaObject["x-data-class"];
}

export type Bound =
  | "minimum"
  | "maximum"
  | "minLength"
  | "maxLength"
  | "minItems"
  | "maxItems"
  | "minProperties"
  | "maxProperties"
  | "multipleOf";

const TYPES: readonly JsonTypeName[] = ["string", "number", "boolean", "object", "array"];
const LOW = ["minLength", "minItems", "minProperties"] as const;
const HIGH = ["maxLength", "maxItems", "maxProperties"] as const;
const OPAQUE = [
  "not",
  "if",
  "then",
  "else",
  "contains",
  "minContains",
  "maxContains",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentEncoding",
] as const;
/** Integer formats are bounds of figures. */
const FIGURES: { readonly [format: string]: readonly [number, number] } = { int32: [-2_147_483_648, 2_147_483_647] };
const NO_BOUND: readonly string[] = ["int64", "float", "double", "decimal"];

type Known = WeakMap<JsonSchemaObject, { readonly root: Root["schema"]; readonly node: SchemaNode }>;

/** By what references to shared schemas lead into: two contracts may hold the same object. */
const knownOf = new WeakMap<Root["schemas"], Known>();
const building = new Set<JsonSchemaObject>();
const NEVER: JsonSchemaObject = { not: {} };
const ANY: JsonSchemaObject = {};

/** What a schema asks of a value; the same object again for the same schema. */
export function nodeOf({ schema, root, path }: Located): SchemaNode {
  const key = typeof schema === "object" ? schema : schema ? ANY : NEVER;
  const known: Known = knownOf.get(root.schemas) ?? new WeakMap();
  knownOf.set(root.schemas, known);
  const before = known.get(key);
  // What operations share refers to the same definitions from wherever it is reached.
  if (before !== undefined && (before.root === root.schema || path.startsWith("/schemas/"))) return before.node;
  if (building.has(key)) return ENDLESS;
  building.add(key);
  const node = build({ schema, root, path });
  building.delete(key);
  known.set(key, { root: root.schema, node });
  return node;
}

/** Follows references as long as a schema is nothing but one, so that the same target is the same object. */
export function resolved(located: Located): Located {
  let place = located;
  for (let steps = 0; steps < 50; steps++) {
    const { schema } = place;
    if (typeof schema !== "object" || schema.$ref === undefined) return place;
    if (Object.keys(schema).some((key) => ASSERTING.has(key))) return place;
    const target = follow(schema.$ref, place.root);
    if (target === undefined) return place;
    place = target;
  }
  return place;
}

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const NOTES = new Set([
  "$ref",
  "title",
  "description",
  "examples",
  "$comment",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$defs",
  "$schema",
  "$id",
]);
const ASSERTING = { has: (key: string): boolean => !NOTES.has(key) && (!key.startsWith("x-") || key === "x-data-class") };

function follow(reference: string, root: Root): Located | undefined {
  const name = sharedName(reference);
  if (name !== undefined) {
    const schema = Object.hasOwn(root.schemas, name) ? root.schemas[name] : undefined;
    return schema === undefined ? undefined : { schema, root, path: `/schemas/${escapeSegment(name)}` };
  }
  if (!reference.startsWith("#")) return undefined;
  const pointer = decoded(reference.slice(1));
  const schema = getPointer(root.schema as Json, pointer) as JsonSchema | undefined;
  return schema === undefined ? undefined : { schema, root, path: root.path + pointer };
}

function build(located: Located): SchemaNode {
  const held: Located[] = [];
  const seen = new Set<JsonSchemaObject>();
  // What stands beside null in a union says nothing about null.
  const open: { readonly place: Located; readonly besideNull: boolean }[] = [{ place: located, besideNull: false }];
  let never = false;
  let types: ReadonlySet<JsonTypeName> = new Set(TYPES);
  let nullable = true;
  let branches: readonly Located[] | undefined;
  let exclusive = false;
  const conditions = new Set<string>();
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { place, besideNull } = next;
    const { schema, root, path } = place;
    if (schema === false) never = true;
    if (typeof schema === "boolean" || seen.has(schema)) continue;
    seen.add(schema);
    held.push(place);
    if (schema.$ref !== undefined) {
      const target = follow(schema.$ref, root);
      if (target !== undefined) open.push({ place: target, besideNull });
    }
    for (const [index, each] of (schema.allOf ?? []).entries())
      open.push({ place: { schema: each, root, path: `${path}/allOf/${index}` }, besideNull });
    if (schema.type !== undefined) {
      const said: readonly JsonTypeName[] = typeof schema.type === "string" ? [schema.type] : schema.type;
      nullable &&= besideNull || said.includes("null");
      types = both(types, said);
    }
    nullable &&= besideNull || ((schema.const ?? null) === null && (schema.enum?.includes(null) ?? true));
    for (const why of ["anyOf", "oneOf"] as const) {
      const list = schema[why];
      if (list === undefined || list.length === 0) continue;
      const places = list.map((each, index) => ({ schema: each, root, path: `${path}/${why}/${index}` }));
      const telling = places.filter((each) => !isNull(each));
      nullable &&= besideNull || telling.length < places.length || places.some((each) => nodeOf(each).nullable);
      const [only] = telling;
      if (telling.length === 1 && only !== undefined) open.push({ place: only, besideNull: true });
      else if (telling.length === 0) types = new Set();
      else if (branches === undefined) [branches, exclusive] = [telling, why === "oneOf"];
      else conditions.add(whole({ [why]: list as Json }, root));
    }
    const opaque = Object.fromEntries(OPAQUE.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key] as Json]])));
    if (Object.keys(opaque).length > 0) conditions.add(whole(opaque, root));
  }
  return { never, nullable: nullable && !never, types, branches, exclusive, conditions, ...gather(held) };
}

/** A circle of nothing but references accepts no value. */
const ENDLESS: SchemaNode = {
  never: true,
  nullable: false,
  types: new Set(),
  branches: undefined,
  exclusive: false,
  conditions: new Set(),
  ...gather([]),
};

function gather(held: readonly Located[]) {
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

/** The text of a condition with the text of all that it refers to, so that a change down there shows. */
function whole(condition: Json, root: Root): string {
  const texts = [canonical(condition)];
  const seen = new Set<string>();
  for (const text of texts) {
    for (const [, reference = ""] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      if (seen.has(reference) || seen.size > 200) continue;
      seen.add(reference);
      texts.push(canonical(follow(reference, root)?.schema));
    }
  }
  return texts.join(" ");
}

/** Types that both say; a whole number is a number. */
function both(types: ReadonlySet<JsonTypeName>, said: readonly JsonTypeName[]): ReadonlySet<JsonTypeName> {
  const kept = new Set<JsonTypeName>();
  for (const type of said) {
    if (types.has(type) || (type === "integer" && types.has("number"))) kept.add(type);
    if (type === "number" && types.has("integer") && !types.has("number")) kept.add("integer");
  }
  if (kept.has("number")) kept.delete("integer");
  return kept;
}

function isNull({ schema }: Located): boolean {
  return (
    typeof schema === "object" &&
    (schema.type === "null" || schema.const === null || (schema.enum?.length === 1 && schema.enum[0] === null))
  );
}

const joins = new WeakMap<object, WeakMap<object, JsonSchemaObject>>();

/** Both at once; the same object for the same two. */
function joined(first: Located, second: Located): Located {
  const a = typeof first.schema === "object" ? first.schema : first.schema ? ANY : NEVER;
  const b = typeof second.schema === "object" ? second.schema : second.schema ? ANY : NEVER;
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

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}

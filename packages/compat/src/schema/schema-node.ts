import type { Json, JsonSchemaObject, JsonTypeName } from "@mortise/contract";
import { conditionOf, textOf } from "./conditions.ts";
import { gatherFacts } from "./gather-facts.ts";
import { asObjectSchema, follow, type Located, type Root } from "./located.ts";

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
type Known = WeakMap<JsonSchemaObject, { readonly root: Root["schema"]; readonly node: SchemaNode }>;

/** By what references to shared schemas lead into: two contracts may hold the same object. */
const knownOf = new WeakMap<Root["schemas"], Known>();
const building = new Set<JsonSchemaObject>();
/** What a schema asks of a value; the same object again for the same schema. */
export function nodeOf({ schema, root, path }: Located): SchemaNode {
  const key = asObjectSchema(schema);
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
      else conditions.add(textOf({ [why]: list as Json }, root));
    }
    const condition = conditionOf(schema, root);
    if (condition !== undefined) conditions.add(condition);
  }
  return { never, nullable: nullable && !never, types, branches, exclusive, conditions, ...gatherFacts(held) };
}

/** A circle of nothing but references accepts no value. */
const ENDLESS: SchemaNode = {
  never: true,
  nullable: false,
  types: new Set(),
  branches: undefined,
  exclusive: false,
  conditions: new Set(),
  ...gatherFacts([]),
};

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

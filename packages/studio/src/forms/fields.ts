import { getPointer, type Json, type JsonSchema, type JsonSchemaObject, joinPointer } from "@mortise/contract";
import type { ValueMode } from "../document/value-mode.ts";

/**
 * Which editor a field gets. `any` holds every value; `json` is the fallback for what no other editor can show. `column` (the name
 * of a column), `tags` (a list of short values) and `rules` come from no schema: whoever knows a form's meaning sets them. What
 * may be chosen in `choices` and put into `shaped` an operation of the connector tells.
 */
export type FieldKind =
  | "text"
  | "textarea"
  | "code"
  | "secret"
  | "number"
  | "switch"
  | "select"
  | "date"
  | "date-time"
  | "column"
  | "tags"
  | "rules"
  | "object"
  | "list"
  | "map"
  | "choices"
  | "shaped"
  | "variants"
  | "any"
  | "json";

/** One field of a generated form. */
export interface Field {
  readonly key: string;
  readonly kind: FieldKind;
  readonly title: string;
  readonly help?: string;
  readonly placeholder?: string;
  readonly required: boolean;
  readonly advanced: boolean;
  readonly schema: JsonSchemaObject;
  /** Word for the type, for people: `text`, `whole number`, `list`. */
  readonly typeName: string;
  readonly options?: readonly { readonly value: Json; readonly label: string }[];
  /** Fields of an `object`. */
  readonly children?: readonly Field[];
  /** The element of a `list`, the value of a `map`. */
  readonly item?: Field;
  /** The shapes that a value of `variants` may have. */
  readonly variants?: readonly Field[];
  readonly default?: Json;
  /** Where the value may come from. Absent: everywhere, when the form is computed; fixed only, when it is not. */
  readonly modes?: readonly ValueMode[];
  /** Of `choices` and `shaped`: the field as it is where no operation can be asked. */
  readonly plain?: Field;
  /** Of `choices` and `shaped`: JSON pointer of the place in the whole schema. */
  readonly place?: string;
  /** Whether names of columns are offered: as the values of `tags`, as the keys of a `map`. */
  readonly ofColumns?: boolean;
}

/** The fields of an object schema, in the order of `x-order`, then of the document. Hidden ones are left out. */
export function fieldsOf(schema: JsonSchema | undefined, root: JsonSchema | undefined = schema): readonly Field[] {
  const object = resolve(schema, root);
  const required = new Set(object.required ?? []);
  return Object.entries(object.properties ?? {})
    .map(([key, child], index) => ({
      field: fieldOf(key, child, required.has(key), root, propertyOf(TOP, key)),
      order: resolve(child, root)["x-order"] ?? 1_000 + index,
    }))
    .filter(({ field }) => field.schema["x-widget"] !== "hidden")
    .sort((a, b) => a.order - b.order)
    .map(({ field }) => field);
}

/** Where a field is in the whole schema. */
interface Place {
  readonly depth: number;
  readonly pointer: string;
}

const TOP: Place = { depth: -1, pointer: "" };
const inside = ({ depth, pointer }: Place, ...segments: readonly (string | number)[]): Place => ({
  depth: depth + 1,
  pointer: pointer + joinPointer(...segments),
});
const propertyOf = (place: Place, key: string): Place => inside(place, "properties", key);

/** One field from its schema. Never fails: what it does not understand becomes a JSON editor. */
export function fieldOf(
  key: string,
  schema: JsonSchema,
  required: boolean,
  root: JsonSchema | undefined = schema,
  place: Place = { depth: 0, pointer: "" },
): Field {
  const plain = plainField(key, schema, required, root, place);
  const kind = dynamicKind(plain);
  return kind === undefined ? plain : { ...plain, kind, plain, place: place.pointer };
}

const CHOSEN: ReadonlySet<string> = new Set(["text", "textarea", "number", "any", "variants"]);

/** What an operation tells about a field, where its schema says so. */
function dynamicKind({ kind, schema }: Field): "choices" | "shaped" | undefined {
  if (schema["x-options"] !== undefined && CHOSEN.has(kind)) return "choices";
  return schema["x-fields"] !== undefined && (kind === "object" || kind === "map") ? "shaped" : undefined;
}

function plainField(key: string, schema: JsonSchema, required: boolean, root: JsonSchema | undefined, place: Place): Field {
  const resolved = resolve(schema, root);
  const kind = place.depth > 8 ? "json" : kindOf(resolved, root);
  const help = resolved["x-help"] ?? resolved.description;
  const options = kind === "select" ? optionsOf(resolved) : undefined;
  const item = itemOf(resolved, kind);
  return {
    key,
    kind,
    title: resolved.title ?? titleOf(key),
    ...(help === undefined ? {} : { help }),
    ...(resolved["x-placeholder"] === undefined ? {} : { placeholder: resolved["x-placeholder"] }),
    ...(resolved.default === undefined ? {} : { default: resolved.default }),
    required,
    advanced: resolved["x-advanced"] === true && !required,
    schema: resolved,
    typeName: typeNameOf(resolved, kind),
    ...(options ? { options } : {}),
    ...(kind === "object" ? { children: fieldsOfDeep(resolved, root, place) } : {}),
    ...(item === undefined ? {} : { item: fieldOf("", item.schema, true, root, inside(place, ...item.at)) }),
    ...(kind === "variants" ? { variants: variantsOf(key, resolved, required, root, place) } : {}),
  };
}

function fieldsOfDeep(object: JsonSchemaObject, root: JsonSchema | undefined, place: Place): readonly Field[] {
  const required = new Set(object.required ?? []);
  return Object.entries(object.properties ?? {})
    .map(([key, child]) => fieldOf(key, child, required.has(key), root, propertyOf(place, key)))
    .filter((field) => field.schema["x-widget"] !== "hidden");
}

/** Follows local `$ref`s; a boolean schema and a reference that leads nowhere accept everything. */
export function resolve(schema: JsonSchema | undefined, root: JsonSchema | undefined): JsonSchemaObject {
  let current = schema;
  for (let hops = 0; hops < 16; hops++) {
    if (typeof current !== "object") return {};
    if (current.$ref === undefined) return current;
    const { $ref, ...rest } = current;
    const found: Json | undefined = $ref.startsWith("#") ? getPointer(root as unknown as Json, $ref.slice(1)) : undefined;
    if (found === undefined) return rest;
    current = typeof found === "object" ? { ...(found as unknown as JsonSchemaObject), ...rest } : rest;
  }
  return {};
}

function kindOf(schema: JsonSchemaObject, root: JsonSchema | undefined): FieldKind {
  const widget = schema["x-widget"];
  if (schema["x-secret"]) return "secret";
  if (widget === "textarea" || widget === "select" || widget === "switch" || widget === "json")
    return widget === "select" && !optionsOf(schema) ? "text" : widget;
  if (widget === "code" || widget === "sql") return "code";
  if (optionsOf(schema)) return "select";
  const types = typesOf(schema);
  if (types.length > 1 || isChoice(schema)) return "variants";
  switch (types[0]) {
    case "string":
      if (schema.format === "date" || schema.format === "date-time") return schema.format;
      return (schema.maxLength ?? 0) > 200 ? "textarea" : "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return schema.prefixItems === undefined && (schema.items === undefined || typeof schema.items === "object")
        ? "list"
        : "json";
    case "object":
      return objectKind(schema, root);
    default:
      return schema.allOf || schema.const !== undefined ? "json" : "any";
  }
}

function objectKind(schema: JsonSchemaObject, root: JsonSchema | undefined): FieldKind {
  const named = Object.keys(schema.properties ?? {}).length > 0;
  const open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  if (named)
    return open &&
      typeof schema.additionalProperties === "object" &&
      Object.keys(resolve(schema.additionalProperties, root)).length > 0
      ? "json"
      : "object";
  return "map";
}

function typesOf(schema: JsonSchemaObject): readonly string[] {
  const types = schema.type === undefined ? [] : typeof schema.type === "string" ? [schema.type] : schema.type;
  const real = types.filter((type) => type !== "null");
  if (real.length > 0) return real;
  if (schema.properties || schema.additionalProperties !== undefined) return ["object"];
  return schema.items === undefined ? [] : ["array"];
}

/** Alternatives that each say what they are, beside nothing else that would bind all of them. */
function isChoice(schema: JsonSchemaObject): boolean {
  const alternatives = schema.anyOf ?? schema.oneOf;
  return alternatives !== undefined && schema.properties === undefined && alternatives.every((each) => typeof each === "object");
}

function variantsOf(
  key: string,
  schema: JsonSchemaObject,
  required: boolean,
  root: JsonSchema | undefined,
  place: Place,
): readonly Field[] {
  const { anyOf, oneOf, type, title: _, description: __, default: ___, "x-options": ____, ...rest } = schema;
  const alternatives = anyOf ?? oneOf ?? (Array.isArray(type) ? type.map((each) => ({ ...rest, type: each })) : []);
  const at = anyOf ? "anyOf" : "oneOf";
  return alternatives.flatMap((each, index) =>
    typeof each === "object" && each.type === "null" ? [] : [fieldOf(key, each, required, root, inside(place, at, index))],
  );
}

/** Choices of an `enum`, or of alternatives that are one constant each. */
function optionsOf(schema: JsonSchemaObject): readonly { value: Json; label: string }[] | undefined {
  if (schema.enum) return schema.enum.map((value) => ({ value, label: labelOf(value) }));
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (!alternatives || alternatives.length === 0) return undefined;
  const constants = alternatives.map((each) =>
    typeof each === "object" && each.const !== undefined
      ? { value: each.const, label: each.title ?? labelOf(each.const) }
      : undefined,
  );
  return constants.every((each) => each !== undefined) ? constants : undefined;
}

function labelOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Item {
  readonly schema: JsonSchema;
  readonly at: readonly string[];
}

function itemOf(schema: JsonSchemaObject, kind: FieldKind): Item | undefined {
  if (kind === "list") return { schema: schema.items ?? true, at: ["items"] };
  if (kind === "map") {
    const [pattern, ...others] = Object.entries(schema.patternProperties ?? {});
    if (typeof schema.additionalProperties === "object")
      return { schema: schema.additionalProperties, at: ["additionalProperties"] };
    return others.length === 0 && pattern !== undefined
      ? { schema: pattern[1], at: ["patternProperties", pattern[0]] }
      : { schema: true, at: [] };
  }
  return undefined;
}

function typeNameOf(schema: JsonSchemaObject, kind: FieldKind): string {
  if (kind === "number") return typesOf(schema)[0] === "integer" ? "wholeNumber" : "number";
  if (kind === "textarea" || kind === "code") return "text";
  return kind;
}

/** `fullName` and `full_name` become "Full name". */
export function titleOf(key: string): string {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim();
  const lower = words
    .split(" ")
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** What a new value of a field starts as. */
export function startValue(field: Field): Json {
  if (field.default !== undefined) return field.default;
  switch (field.kind) {
    case "switch":
      return false;
    case "number":
      return field.schema.minimum ?? 0;
    case "list":
    case "tags":
    case "rules":
      return [];
    case "object":
      return Object.fromEntries(
        (field.children ?? []).filter((child) => child.required).map((child) => [child.key, startValue(child)]),
      );
    case "map":
    case "shaped":
      return {};
    case "choices":
      return "";
    case "select":
      return field.options?.[0]?.value ?? "";
    case "variants":
      return field.variants?.[0] ? startValue(field.variants[0]) : "";
    case "any":
    case "json":
      return field.schema.type === "object" ? {} : field.schema.type === "array" ? [] : "";
    default:
      return "";
  }
}

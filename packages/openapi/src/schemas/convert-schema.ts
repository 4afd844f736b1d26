import type { JsonSchema } from "@mortise/contract";
import { isReference } from "../document/document-set.ts";
import { isObject, own, ownText } from "../document/loose.ts";
import { child, entries, items, type Place } from "../document/place.ts";
import { convertProperties, type Renaming } from "./convert-properties.ts";
import { withDiscriminator } from "./discriminator.ts";
import { KEYWORD_RULES, PARAMETER_KEYS } from "./keyword-rules.ts";
import { mayOverlap } from "./schema-facts.ts";
import type { SchemaContext } from "./schema-importer.ts";

/** A JSON Schema in the making. */
export type Draft = { [keyword: string]: unknown };

const ONE = new Set([
  "additionalProperties",
  "not",
  "contains",
  "propertyNames",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const MAPS = new Set(["patternProperties", "dependentSchemas"]);
const MAX_DEPTH = 80;

/** What a conversion inherits from the schema around it. */
export interface Inherited {
  readonly depth: number;
  /** Properties that are not asked for, whichever branch of an `allOf` names them. */
  readonly dropped: ReadonlySet<string>;
}

/** Nothing is around it. */
export const TOP: Inherited = Object.freeze({ depth: 0, dropped: new Set<string>() });

/** One schema of a document as JSON Schema 2020-12. What cannot be said, or is no schema, is left out with a finding. Never throws. */
export function convertSchema(place: Place, context: SchemaContext, inherited: Inherited = TOP): JsonSchema {
  const { value } = place;
  if (typeof value === "boolean") return value;
  if (!isObject(value)) {
    context.findings.add("warning", "WRONG_TYPE", place, `expected a schema, found ${nameOf(value)}; anything is accepted here`);
    return {};
  }
  if (inherited.depth > MAX_DEPTH) {
    context.findings.add(
      "warning",
      "LIMIT_EXCEEDED",
      place,
      `schemas are nested more than ${MAX_DEPTH} deep; anything is accepted here`,
    );
    return {};
  }
  const inner: Inherited = { depth: inherited.depth + 1, dropped: new Set() };
  const draft: Draft = {};
  const isReferring = isReference(place);
  const target = isReferring ? context.documents.target(place, String(value.$ref)) : undefined;
  if (target !== undefined) draft.$ref = context.reference(target);
  const siblings = isReferring && context.dialect !== "3.1" ? ANNOTATIONS : undefined;

  let renaming: Renaming | undefined;
  for (const [key, part] of entries(place)) {
    if (siblings !== undefined && !siblings.has(key)) continue;
    if (key === "items") convertItems(part, draft, context, inner);
    else if (key === "properties") renaming = convertProperties(part, draft, context, { ...inherited, depth: inner.depth });
    else if (ONE.has(key)) draft[key] = convertSchema(part, context, inner);
    else if (LISTS.has(key)) convertList(key, place, part, draft, context, inherited);
    else if (MAPS.has(key)) convertMap(key, part, draft, context, inner);
    else convertKeyword(key, part, draft, context);
  }
  requirements(draft, inherited.dropped, renaming);
  return finished(place, draft, context);
}

/** Keywords that count beside `$ref` where the dialect says that none do: what people mean by them is plain. */
const ANNOTATIONS = new Set(["description", "title", "deprecated", "nullable", "x-nullable", "default"]);

function convertKeyword(key: string, part: Place, draft: Draft, { findings, dialect }: SchemaContext): void {
  const rule = KEYWORD_RULES.get(key);
  if (rule === undefined) {
    if (!key.startsWith("x-") && !(dialect === "2.0" && PARAMETER_KEYS.has(key)))
      findings.add("info", "UNKNOWN_KEY", part, `"${key}" is no keyword of a schema and was left out`);
    return;
  }
  if (key === "required" && typeof part.value === "boolean" && dialect !== "2.0")
    findings.add("info", "WRONG_TYPE", part, `"required" of a schema is a list of names, found ${part.value}; it was left out`);
  const result = rule(part.value);
  if ("value" in result) draft[key] = result.value;
  else if ("expected" in result)
    findings.add(
      "warning",
      "WRONG_TYPE",
      part,
      `"${key}": expected ${result.expected}, found ${nameOf(part.value)}; it was left out`,
    );
}

function convertItems(part: Place, draft: Draft, context: SchemaContext, inner: Inherited): void {
  if (!Array.isArray(part.value)) draft.items = convertSchema(part, context, inner);
  else if (part.value.length > 0) draft.prefixItems = items(part).map((each) => convertSchema(each, context, inner));
}

function convertList(
  key: string,
  place: Place,
  part: Place,
  draft: Draft,
  context: SchemaContext,
  { depth, dropped }: Inherited,
): void {
  if (!Array.isArray(part.value) || part.value.length === 0) {
    context.findings.add(
      "warning",
      "WRONG_TYPE",
      part,
      `"${key}": expected a list of schemas that is not empty; it was left out`,
    );
    return;
  }
  const unwanted = key === "allOf" ? new Set([...dropped, ...unasked(place, context)]) : new Set<string>();
  const name = key === "oneOf" && context.flavour.direction === "out" && mayOverlap(place) ? "anyOf" : key;
  draft[name] = items(part).map((each) => convertSchema(each, context, { depth: depth + 1, dropped: unwanted }));
}

function convertMap(key: string, part: Place, draft: Draft, context: SchemaContext, inner: Inherited): void {
  if (!isObject(part.value)) {
    context.findings.add("warning", "WRONG_TYPE", part, `"${key}": expected an object of schemas; it was left out`);
    return;
  }
  const isKept = (name: string) => key !== "patternProperties" || isPattern(name);
  draft[key] = Object.fromEntries(
    entries(part).flatMap(([name, each]) => (isKept(name) ? [[name, convertSchema(each, context, inner)]] : [])),
  );
}

/** Names that the other branches of an `allOf` declare as not to be sent (or, in an answer, as never sent). */
function unasked(place: Place, { documents, flavour }: SchemaContext): readonly string[] {
  const keyword = flavour.direction === "in" ? "readOnly" : "writeOnly";
  const branches = [place, ...items(child(place, "allOf")).flatMap((branch) => documents.resolve(branch) ?? [])];
  return branches.flatMap((branch) =>
    entries(child(branch, "properties")).flatMap(([name, property]) => (own(property.value, keyword) === true ? [name] : [])),
  );
}

/** What the dialects say in other words than JSON Schema 2020-12. */
function finished(place: Place, draft: Draft, context: SchemaContext): JsonSchema {
  const { value } = place;
  binary(place, draft);
  exclusive(draft, "exclusiveMinimum", "minimum");
  exclusive(draft, "exclusiveMaximum", "maximum");
  sample(value, draft);
  hints(place, draft);
  const whole = withDiscriminator(place, draft, context);
  const nullable = own(value, "nullable") === true || own(value, "x-nullable") === true;
  const made = nullable ? orNull(whole) : whole;
  if (made.default !== undefined || made.examples !== undefined) context.defaults.push({ draft: made, place });
  if (DYNAMIC.some((key) => own(value, key) !== undefined)) context.sources.push({ draft: made, place });
  return made as JsonSchema;
}

/** Bytes in a text field: base64 (RFC 4648 §4). */
function binary(place: Place, draft: Draft): void {
  const format = own(place.value, "format");
  if (own(place.value, "type") === "file" || format === "binary") draft.contentEncoding ??= "base64";
  if (format === "byte") draft.contentEncoding ??= "base64";
  if (format === "password") draft["x-secret"] = true;
  if (
    draft.format !== undefined &&
    draft.format !== "byte" &&
    ["integer", "number"].includes(String(draft.type)) &&
    !NUMBER_FORMATS.has(String(draft.format))
  )
    delete draft.format;
}

const NUMBER_FORMATS = new Set(["int32", "int64", "float", "double"]);

/** Up to 3.0 `exclusiveMinimum: true` makes `minimum` exclusive. */
function exclusive(draft: Draft, key: "exclusiveMinimum" | "exclusiveMaximum", bound: "minimum" | "maximum"): void {
  if (typeof draft[key] !== "boolean") return;
  const isExclusive = draft[key] && typeof draft[bound] === "number";
  if (isExclusive) {
    draft[key] = draft[bound];
    delete draft[bound];
  } else delete draft[key];
}

/** What is required must be possible: neither dropped nor ruled out by the same schema. */
function requirements(draft: Draft, dropped: ReadonlySet<string>, renaming: Renaming | undefined): void {
  if (!Array.isArray(draft.required)) return;
  const required = (draft.required as readonly string[])
    .filter((name) => !dropped.has(name) && !renaming?.gone.has(name))
    .map((name) => renaming?.renamed.get(name) ?? name);
  if (required.length === 0) delete draft.required;
  else draft.required = [...new Set(required)];
  const { properties } = draft;
  if (draft.additionalProperties !== false || !isObject(properties) || draft.patternProperties !== undefined) return;
  const missing = required.filter((name) => !Object.hasOwn(properties, name));
  if (missing.length > 0) draft.properties = { ...properties, ...Object.fromEntries(missing.map((name) => [name, {}])) };
}

/** A short sample helps whoever fills in the field; long ones live in the operation's examples. */
function sample(value: unknown, draft: Draft): void {
  const given = own(value, "example") ?? (own(value, "examples") as readonly unknown[] | undefined)?.[0];
  const isShort = typeof given === "number" || typeof given === "boolean" || (typeof given === "string" && given.length <= 120);
  if (isShort && draft.$ref === undefined) draft.examples = [given];
}

function hints({ value }: Place, draft: Draft): void {
  const summary = ownText(value, "x-ms-summary") ?? ownText(value, "x-ms  -summary");
  if (summary !== undefined) draft.title = summary;
  const visibility = own(value, "x-ms-visibility");
  if (visibility === "advanced") draft["x-advanced"] = true;
}

const DYNAMIC = ["x-ms-dynamic-values", "x-ms-dynamic-list", "x-ms-dynamic-schema", "x-ms-dynamic-properties"];

/** The schema, or null. */
function orNull(draft: Draft): Draft {
  const combined = ["$ref", "allOf", "anyOf", "oneOf", "not", "const", "if"].some((key) => draft[key] !== undefined);
  if (combined) {
    const { title, description, default: standard, deprecated, ...rest } = draft;
    const outer = { title, description, default: standard, deprecated };
    return { ...defined(outer), anyOf: [rest, { type: "null" }] };
  }
  if (Array.isArray(draft.enum) && !draft.enum.includes(null)) draft.enum = [...draft.enum, null];
  if (draft.type !== undefined) draft.type = [...new Set([draft.type, "null"].flat())];
  return draft;
}

function defined(draft: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : (JSON.stringify(value)?.slice(0, 60) ?? "nothing");
}

import { fullFormats } from "ajv-formats/dist/formats.js";
import type { Json, JsonSchema } from "../json.ts";
import { sharedName } from "../self-contained.ts";
import { asList, asObject, type Loose, own } from "./loose.ts";
import { patternMatcher } from "./pattern-matcher.ts";

/** Whether a value fits; undefined where that cannot be told this way. */
type Verdict = boolean | undefined;

/** Steps after which a value counts as too much work to tell. */
const MAX_STEPS = 200_000;
const MAX_DEPTH = 200;

interface Walk {
  readonly root: Loose;
  readonly schemas: { readonly [name: string]: JsonSchema };
  steps: number;
}

/**
 * Whether a value fits a schema (dialect 2020-12), found by walking the schema instead of compiling it: thousands of schemas that
 * are each asked once cost next to nothing. `#/schemas/Name` leads into `schemas`. Undefined where it cannot be told: a keyword that
 * looks at what others have seen (`unevaluated…`, `$dynamicRef`), a regular expression that could run for ever, too much work. Then
 * only {@link compileSchema} tells. Never throws.
 */
export function fitsSchema(
  schema: unknown,
  value: Json,
  schemas: { readonly [name: string]: JsonSchema } = {},
): boolean | undefined {
  return fits(schema, value, { root: asObject(schema), schemas, steps: 0 }, 0);
}

function fits(schema: unknown, value: Json, walk: Walk, depth: number): Verdict {
  if (typeof schema === "boolean") return schema;
  if (typeof schema !== "object" || schema === null || depth > MAX_DEPTH) return undefined;
  walk.steps += 1;
  if (walk.steps > MAX_STEPS) return undefined;
  const node = schema as Loose;
  let verdict: Verdict = true;
  for (const keyword of Object.keys(node)) {
    const rule = RULES[keyword];
    if (rule === undefined) continue;
    const found = rule(node, value, walk, depth + 1);
    if (found === false) return false;
    if (found === undefined) verdict = undefined;
  }
  return verdict;
}

type Rule = (node: Loose, value: Json, walk: Walk, depth: number) => Verdict;

const text = (keyword: string, holds: (value: string, limit: unknown) => Verdict): readonly [string, Rule] => [
  keyword,
  (node, value) => (typeof value === "string" ? holds(value, node[keyword]) : true),
];
const figure = (keyword: string, holds: (value: number, limit: number) => boolean): readonly [string, Rule] => [
  keyword,
  (node, value) => (typeof value === "number" && typeof node[keyword] === "number" ? holds(value, node[keyword]) : true),
];
const list = (keyword: string, holds: (value: readonly Json[], node: Loose, walk: Walk, depth: number) => Verdict) =>
  [
    keyword,
    (node, value, walk, depth) => (Array.isArray(value) ? holds(value, node, walk, depth) : true),
  ] as const satisfies readonly [string, Rule];
const object = (
  keyword: string,
  holds: (value: { readonly [key: string]: Json }, node: Loose, walk: Walk, depth: number) => Verdict,
) =>
  [
    keyword,
    (node, value, walk, depth) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? holds(value as { readonly [key: string]: Json }, node, walk, depth)
        : true,
  ] as const satisfies readonly [string, Rule];

const unknowable: Rule = () => undefined;

const RULES: Readonly<Record<string, Rule>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, Rule>,
    Object.fromEntries([
      ["$ref", reference],
      ["$dynamicRef", unknowable],
      ["unevaluatedItems", unknowable],
      ["unevaluatedProperties", unknowable],
      ["type", (node, value) => [node.type].flat().some((name) => isOfType(value, name))],
      ["enum", (node, value) => asList(node.enum).some((each) => isEqual(each as Json, value))],
      ["const", (node, value) => isEqual(node.const as Json, value)],
      figure("minimum", (value, limit) => value >= limit),
      figure("maximum", (value, limit) => value <= limit),
      figure("exclusiveMinimum", (value, limit) => value > limit),
      figure("exclusiveMaximum", (value, limit) => value < limit),
      figure("multipleOf", (value, limit) => Number.isInteger(value / limit)),
      text("minLength", (value, limit) => [...value].length >= Number(limit)),
      text("maxLength", (value, limit) => [...value].length <= Number(limit)),
      text("pattern", (value, pattern) => matches(String(pattern), value)),
      ["format", (node, value) => isOfFormat(String(node.format), value)],
      list("minItems", (value, node) => value.length >= Number(node.minItems)),
      list("maxItems", (value, node) => value.length <= Number(node.maxItems)),
      list("uniqueItems", (value, node) => node.uniqueItems !== true || allDiffer(value)),
      list("prefixItems", (value, node, walk, depth) =>
        every(asList(node.prefixItems), (each, index) => index >= value.length || fits(each, value[index] ?? null, walk, depth)),
      ),
      list("items", (value, node, walk, depth) =>
        every(value.slice(asList(node.prefixItems).length), (item) => fits(node.items, item, walk, depth)),
      ),
      list("contains", contains),
      object("required", (value, node) => asList(node.required).every((name) => Object.hasOwn(value, String(name)))),
      object("minProperties", (value, node) => Object.keys(value).length >= Number(node.minProperties)),
      object("maxProperties", (value, node) => Object.keys(value).length <= Number(node.maxProperties)),
      object("properties", (value, node, walk, depth) =>
        every(Object.entries(asObject(node.properties)), ([name, each]) =>
          Object.hasOwn(value, name) ? fits(each, value[name] ?? null, walk, depth) : true,
        ),
      ),
      object("patternProperties", (value, node, walk, depth) =>
        every(Object.entries(asObject(node.patternProperties)), ([pattern, each]) =>
          every(Object.entries(value), ([name, part]) => {
            const applies = matches(pattern, name);
            return applies ? fits(each, part, walk, depth) : applies === false ? true : undefined;
          }),
        ),
      ),
      object("additionalProperties", additional),
      object("propertyNames", (value, node, walk, depth) =>
        every(Object.keys(value), (name) => fits(node.propertyNames, name, walk, depth)),
      ),
      object("dependentRequired", (value, node) =>
        Object.entries(asObject(node.dependentRequired)).every(
          ([name, others]) => !Object.hasOwn(value, name) || asList(others).every((other) => Object.hasOwn(value, String(other))),
        ),
      ),
      object("dependentSchemas", (value, node, walk, depth) =>
        every(Object.entries(asObject(node.dependentSchemas)), ([name, each]) =>
          Object.hasOwn(value, name) ? fits(each, value, walk, depth) : true,
        ),
      ),
      ["allOf", (node, value, walk, depth) => every(asList(node.allOf), (each) => fits(each, value, walk, depth))],
      ["anyOf", (node, value, walk, depth) => some(asList(node.anyOf), (each) => fits(each, value, walk, depth))],
      ["oneOf", exactlyOne],
      ["not", (node, value, walk, depth) => not(fits(node.not, value, walk, depth))],
      ["if", conditional],
    ] as const satisfies readonly (readonly [string, Rule])[]),
  ),
);

function reference(node: Loose, value: Json, walk: Walk, depth: number): Verdict {
  const target = String(node.$ref);
  const shared = sharedName(target);
  if (shared !== undefined) {
    if (!Object.hasOwn(walk.schemas, shared)) return undefined;
    return fits(walk.schemas[shared], value, walk, depth);
  }
  const definition = /^#\/\$defs\/([^/%~]+)$/.exec(target)?.[1];
  const found = definition === undefined ? undefined : own(walk.root.$defs, definition);
  return found === undefined ? undefined : fits(found, value, walk, depth);
}

function contains(value: readonly Json[], node: Loose, walk: Walk, depth: number): Verdict {
  const verdicts = value.map((item) => fits(node.contains, item, walk, depth));
  const count = verdicts.filter((verdict) => verdict === true).length;
  if (verdicts.includes(undefined)) return undefined;
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = node;
  return count >= Number(minContains) && count <= Number(maxContains);
}

function additional(value: { readonly [key: string]: Json }, node: Loose, walk: Walk, depth: number): Verdict {
  const properties = asObject(node.properties);
  const patterns = Object.keys(asObject(node.patternProperties));
  return every(Object.entries(value), ([name, part]) => {
    if (Object.hasOwn(properties, name)) return true;
    const covered = some(patterns, (pattern) => matches(pattern, name));
    return covered === true ? true : covered === undefined ? undefined : fits(node.additionalProperties, part, walk, depth);
  });
}

function exactlyOne(node: Loose, value: Json, walk: Walk, depth: number): Verdict {
  const verdicts = asList(node.oneOf).map((each) => fits(each, value, walk, depth));
  const count = verdicts.filter((verdict) => verdict === true).length;
  if (count > 1) return false;
  return verdicts.includes(undefined) ? undefined : count === 1;
}

function conditional(node: Loose, value: Json, walk: Walk, depth: number): Verdict {
  const met = fits(node.if, value, walk, depth);
  if (met === undefined) return undefined;
  const branch = met ? node.then : node.else;
  return branch === undefined ? true : fits(branch, value, walk, depth);
}

function every<T>(values: readonly T[], test: (value: T, index: number) => Verdict): Verdict {
  let verdict: Verdict = true;
  for (const [index, value] of values.entries()) {
    const found = test(value, index);
    if (found === false) return false;
    if (found === undefined) verdict = undefined;
  }
  return verdict;
}

function some<T>(values: readonly T[], test: (value: T) => Verdict): Verdict {
  let verdict: Verdict = false;
  for (const value of values) {
    const found = test(value);
    if (found === true) return true;
    if (found === undefined) verdict = undefined;
  }
  return verdict;
}

const not = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);

function isOfType(value: Json, name: unknown): boolean {
  if (name === "integer") return typeof value === "number" && Number.isInteger(value);
  if (name === "null") return value === null;
  if (name === "array") return Array.isArray(value);
  if (name === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === name;
}

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b))
    return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(asObject(a)[key] as Json, asObject(b)[key] as Json))
  );
}

const allDiffer = (values: readonly Json[]): Verdict =>
  values.length > 200
    ? undefined
    : values.every((value, index) => !values.slice(index + 1).some((other) => isEqual(value, other)));

/** Undefined for what cannot be told soon, and for what is no pattern. */
function matches(pattern: string, value: string): Verdict {
  try {
    return patternMatcher(pattern).quick(value);
  } catch {
    return undefined;
  }
}

const FORMATS: Readonly<Record<string, unknown>> = fullFormats;

function isOfFormat(name: string, value: Json): Verdict {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined || format === true) return true;
  if (typeof value === "string" && value.length > 10_000) return undefined;
  if (format instanceof RegExp)
    return typeof value === "string" ? new RegExp(format.source, format.flags.replace("g", "")).test(value) : true;
  if (typeof format === "function") return typeof value === "string" ? (format as (text: string) => boolean)(value) : true;
  const { type, validate } = format as { readonly type?: string; readonly validate: unknown };
  if (typeof value !== (type ?? "string")) return true;
  if (validate instanceof RegExp) return new RegExp(validate.source, validate.flags.replace("g", "")).test(String(value));
  return typeof validate === "function" ? (validate as (given: unknown) => boolean)(value) : undefined;
}

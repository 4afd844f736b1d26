import { describeType, inferSchema, linearPattern } from "@mortise/builders";
import {
  type Diagnostic,
  type Fix,
  getPointer,
  type Json,
  type JsonSchema,
  type JsonSchemaObject,
  joinPointer,
  nearest,
} from "@mortise/contract";
import { isObject } from "../model/loose.ts";
import { applying, choiceOf } from "./choices.ts";
import { formatExample, hasFormat } from "./formats.ts";

/** Options of {@link checkJson}. */
export interface CheckJsonOptions {
  /** JSON pointer of the value; diagnostics start with it. Absent: `""`. */
  readonly path?: string;
  /** Looks at a value first; what it returns takes the place of the check. Undefined: the check goes on. */
  readonly instead?: (value: Json, schema: JsonSchema, path: string) => readonly Diagnostic[] | undefined;
  /** A required property that has a default may be absent. */
  readonly defaults?: boolean;
}

/**
 * Checks a value against a JSON Schema 2020-12 without compiling code, so that it works under a strict Content-Security-Policy. Knows
 * the keywords that describe data; references inside of the schema are followed.
 */
export function checkJson(value: Json, schema: JsonSchema, options: CheckJsonOptions = {}): readonly Diagnostic[] {
  return new Checker(schema, options).check(value, schema, options.path ?? "", 0);
}

class Checker {
  readonly #root: JsonSchema;
  readonly #options: CheckJsonOptions;

  constructor(root: JsonSchema, options: CheckJsonOptions) {
    this.#root = root;
    this.#options = options;
  }

  check(value: Json, schema: JsonSchema, path: string, depth: number): readonly Diagnostic[] {
    if (schema === true || depth > 200) return [];
    if (schema === false) return [problem("INVALID_VALUE", path, "nothing is allowed here")];
    const instead = this.#options.instead?.(value, schema, path);
    if (instead) return instead;
    const target = schema.$ref === undefined ? undefined : this.#follow(schema.$ref);
    const referred = target === undefined ? [] : this.check(value, target, path, depth + 1);
    if (!hasType(value, schema)) return [...referred, problem("WRONG_TYPE", path, mismatch(value, schema))];
    const allowed = schema.const === undefined ? schema.enum : [schema.const];
    if (allowed && !allowed.some((each) => isEqual(each, value))) return [...referred, notAllowed(value, allowed, path)];
    if (referred.length === 0 && choiceOf(schema)) return this.#combined(value, schema, path, depth + 1);
    return [...referred, ...this.#parts(value, schema, path, depth), ...this.#combined(value, schema, path, depth + 1)];
  }

  #parts(value: Json, schema: JsonSchemaObject, path: string, depth: number): readonly Diagnostic[] {
    if (typeof value === "string") return checkText(value, schema, path);
    if (typeof value === "number") return checkNumber(value, schema, path);
    if (Array.isArray(value)) return this.#list(value as readonly Json[], schema, path, depth);
    return isObject(value) ? this.#record(value as { readonly [key: string]: Json }, schema, path, depth) : [];
  }

  #list(value: readonly Json[], schema: JsonSchemaObject, path: string, depth: number): readonly Diagnostic[] {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, prefixItems = [], items = true } = schema;
    const found = value.flatMap((each, i) => this.check(each, prefixItems[i] ?? items, `${path}/${i}`, depth + 1));
    if (value.length < minItems)
      found.push(problem("INVALID_VALUE", path, `has ${value.length} entries, expected at least ${minItems}`));
    if (value.length > maxItems)
      found.push(problem("INVALID_VALUE", path, `has ${value.length} entries, expected at most ${maxItems}`));
    if (schema.uniqueItems && new Set(value.map((each) => JSON.stringify(each))).size < value.length)
      found.push(problem("INVALID_VALUE", path, "has an entry twice"));
    return found;
  }

  #record(value: { readonly [key: string]: Json }, schema: JsonSchemaObject, path: string, depth: number): readonly Diagnostic[] {
    const keys = Object.keys(value);
    const { properties = {}, required = [], minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
    const found = keys.flatMap((key) => [
      ...this.#name(key, schema, path),
      ...this.#member(key, value[key] as Json, schema, path, depth),
    ]);
    for (const key of required) {
      if (Object.hasOwn(value, key) || (this.#options.defaults && hasDefault(properties, key))) continue;
      // A misspelt key is one problem, not two.
      const misspelt = keys.find((each) => !Object.hasOwn(properties, each) && nearest(each, Object.keys(properties)) === key);
      if (misspelt !== undefined && schema.additionalProperties === false) continue;
      const title = `Add "${key}"${describeMember(properties, key)}.`;
      found.push({ ...problem("MISSING_KEY", path, `"${key}" is missing`), fix: { title } });
    }
    if (keys.length < minProperties) found.push(problem("INVALID_VALUE", path, `needs at least ${plural(minProperties, "key")}`));
    if (keys.length > maxProperties)
      found.push(problem("INVALID_VALUE", path, `has ${keys.join(", ")}, expected at most ${plural(maxProperties, "key")}`));
    return found;
  }

  #name(key: string, { propertyNames }: JsonSchemaObject, path: string): readonly Diagnostic[] {
    if (propertyNames === undefined) return [];
    const broken = this.check(key, propertyNames, path + joinPointer(key), 0)[0];
    if (broken === undefined) return [];
    return [
      { ...problem("INVALID_VALUE", broken.path, `"${key}" cannot be used as a name`), fix: { title: "Choose another name." } },
    ];
  }

  #member(key: string, value: Json, schema: JsonSchemaObject, path: string, depth: number): readonly Diagnostic[] {
    const at = path + joinPointer(key);
    const { properties = {}, patternProperties = {}, additionalProperties = true } = schema;
    const matching = Object.entries(patternProperties).filter(([pattern]) => matches(key, pattern));
    const declared = Object.hasOwn(properties, key) ? [properties[key] ?? true] : [];
    const schemas = [...declared, ...matching.map(([, each]) => each)];
    if (schemas.length > 0) return schemas.flatMap((each) => this.check(value, each, at, depth + 1));
    if (additionalProperties !== false) return this.check(value, additionalProperties, at, depth + 1);
    return [unknownKey(key, Object.keys(properties), path)];
  }

  #combined(value: Json, schema: JsonSchemaObject, path: string, depth: number): readonly Diagnostic[] {
    const found: Diagnostic[] = applying(schema.allOf ?? [], value).flatMap((each) => this.check(value, each, path, depth));
    if (schema.anyOf) found.push(...this.#any(value, schema.anyOf, path, depth));
    if (schema.oneOf) {
      const fitting = schema.oneOf.filter((each) => this.check(value, each, path, depth).length === 0);
      if (fitting.length === 0) found.push(...this.#any(value, schema.oneOf, path, depth));
      if (fitting.length > 1) found.push(problem("INVALID_VALUE", path, "fits more than one of the alternatives"));
    }
    if (schema.not !== undefined && this.check(value, schema.not, path, depth).length === 0)
      found.push(problem("INVALID_VALUE", path, `${shown(value)} is not allowed`));
    if (schema.if !== undefined) {
      const branch = this.check(value, schema.if, path, depth).length === 0 ? schema.then : schema.else;
      if (branch !== undefined) found.push(...this.check(value, branch, path, depth));
    }
    return found;
  }

  #any(value: Json, alternatives: readonly JsonSchema[], path: string, depth: number): readonly Diagnostic[] {
    const results = alternatives.map((each) => this.check(value, each, path, depth));
    if (results.some((each) => each.length === 0)) return [];
    const deep = results.find((each) => each.some((problem) => problem.path !== path));
    return deep ?? [problem("WRONG_TYPE", path, mismatch(value, { anyOf: alternatives }))];
  }

  #follow(reference: string): JsonSchema {
    if (!reference.startsWith("#")) return true;
    try {
      return (getPointer(this.#root as Json, decodeURIComponent(reference.slice(1))) ?? true) as JsonSchema;
    } catch {
      return true;
    }
  }
}

function checkText(value: string, schema: JsonSchemaObject, path: string): readonly Diagnostic[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const length = [...value].length;
  if (length < minLength)
    return [problem("INVALID_VALUE", path, length === 0 ? "must not be empty" : `is shorter than ${minLength} characters`)];
  if (length > maxLength) return [problem("INVALID_VALUE", path, `is longer than ${maxLength} characters`)];
  if (pattern !== undefined && !matches(value, pattern))
    return [problem("INVALID_VALUE", path, `${shown(value)} does not match ${pattern}`)];
  if (format === undefined || hasFormat(value, format)) return [];
  const example = formatExample(format);
  const message = `${shown(value)} is no ${format}${example ? `; expected e.g. "${example}"` : ""}`;
  return [problem("INVALID_VALUE", path, message)];
}

function checkNumber(value: number, schema: JsonSchemaObject, path: string): readonly Diagnostic[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const fails =
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum);
  if (fails) return [problem("INVALID_VALUE", path, `found ${value}, expected ${describeRange(schema)}`)];
  if (multipleOf === undefined || Number.isInteger(Number((value / multipleOf).toFixed(9)))) return [];
  return [problem("INVALID_VALUE", path, `found ${value}, expected a multiple of ${multipleOf}`)];
}

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchemaObject): string {
  const low =
    minimum !== undefined ? `at least ${minimum}` : exclusiveMinimum !== undefined ? `more than ${exclusiveMinimum}` : "";
  const high =
    maximum !== undefined ? `at most ${maximum}` : exclusiveMaximum !== undefined ? `less than ${exclusiveMaximum}` : "";
  return [low, high].filter((each) => each !== "").join(" and ");
}

function hasType(value: Json, { type }: JsonSchemaObject): boolean {
  if (type === undefined) return true;
  const found = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return (typeof type === "string" ? [type] : type).some(
    (each) => each === found || (each === "integer" && Number.isInteger(value)) || (each === "number" && found === "number"),
  );
}

function mismatch(value: Json, schema: JsonSchemaObject): string {
  const inferred = inferSchema(value);
  const found = typeof inferred === "object" ? describeType({ type: inferred.type ?? "object" }) : "anything";
  return `found ${found}, expected ${describeType(schema)}`;
}

function notAllowed(value: Json, allowed: readonly Json[], path: string): Diagnostic {
  const texts = allowed.filter((each) => typeof each === "string");
  const near = typeof value === "string" ? nearest(value, texts) : undefined;
  const only = allowed.length === 1 ? allowed[0] : near;
  const message = `found ${shown(value)}, expected ${allowed.length > 1 ? "one of " : ""}${allowed.map(shown).join(", ")}`;
  const fix: Fix | undefined =
    only === undefined ? undefined : { title: `Write ${shown(only)}.`, patch: [{ op: "replace", path, value: only }] };
  return { ...problem("INVALID_VALUE", path, message), ...(fix && { fix }) };
}

function unknownKey(key: string, known: readonly string[], path: string): Diagnostic {
  const at = path + joinPointer(key);
  const near = nearest(key, known);
  const fix: Fix = near
    ? { title: `Did you mean "${near}"?`, patch: [{ op: "move", from: at, path: path + joinPointer(near) }] }
    : { title: "Remove it.", patch: [{ op: "remove", path: at }] };
  const options = known.length === 0 ? "nothing" : known.slice(0, 20).join(", ");
  return { ...problem("UNKNOWN_KEY", at, `there is no "${key}" here; there is: ${options}`), fix };
}

function hasDefault(properties: { readonly [key: string]: JsonSchema }, key: string): boolean {
  const member = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return typeof member === "object" && member.default !== undefined;
}

function describeMember(properties: { readonly [key: string]: JsonSchema }, key: string): string {
  const member = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return member === undefined || member === true ? "" : ` (${describeType(member)})`;
}

function matches(text: string, pattern: string): boolean {
  const compiled = linearPattern(pattern);
  return typeof compiled === "object" && "test" in compiled ? compiled.test(text) : true;
}

function isEqual(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function problem(code: string, path: string, message: string): Diagnostic {
  const name = path
    .slice(path.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
  return { code, severity: "error", path, message: path === "" ? `The document: ${message}.` : `"${name}": ${message}.` };
}

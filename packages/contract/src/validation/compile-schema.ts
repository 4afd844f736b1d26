import { Ajv2020, type Options } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Diagnostic } from "../diagnostic.ts";
import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { selfContained, sharedName, sharedNames } from "../self-contained.ts";
import { explainViolations } from "./explain-violations.ts";
import { hoistRepeats } from "./hoist-repeats.ts";
import { patternMatcher } from "./pattern-matcher.ts";

/** What a validation came to. */
export interface Validated {
  /** No diagnostic: the value fits. */
  readonly ok: boolean;
  /** The value, with defaults filled in where that was asked for; the one handed in is never changed. */
  readonly value: Json;
  /** Every fault, at most 100; `path` is a JSON pointer into the value. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Validates one value. */
export type Validator = (value: Json) => Validated;

/** Options of {@link compileSchema}. */
export interface CompileOptions {
  /** Fill in the `default`s of absent properties. Absent: false. */
  readonly useDefaults?: boolean;
  /** What `{"$ref": "#/schemas/Name"}` leads to: the `schemas` of the contract. Each is compiled once for all that refer to it. */
  readonly schemas?: Schemas;
}

type Schemas = { readonly [name: string]: JsonSchema };
type Kind = "plain" | "defaults";
type Compiled = { readonly [kind in Kind]: WeakMap<object, Validator> };

/** The key of a compiled pattern is its text; the code is only for validators that are written to files, which these are not. */
const PATTERNS = Object.assign((source: string) => patternMatcher(source), { code: "patternMatcher" });

const NO_DIAGNOSTICS: readonly Diagnostic[] = Object.freeze([]);
const known = { plain: new WeakMap<object, Validator>(), defaults: new WeakMap<object, Validator>() };
/** Validators by the text of their schema: connectors repeat schemas, and code generation takes milliseconds. */
const byText = { plain: new Map<string, Validator>(), defaults: new Map<string, Validator>() };
const MAX_TEXTS = 500;
const compilers = { plain: createCompiler(false), defaults: createCompiler(true) };
const largeCompiler = createCompiler(false, { inlineRefs: false });
/** Compilers and validators of schemas that refer to shared ones, by the set of those. */
const bySchemas = new WeakMap<Schemas, { readonly compilers: { [kind in Kind]?: Ajv2020 }; readonly known: Compiled }>();
/** Length in characters from which a schema's repeated parts are compiled once. */
const LARGE = 10_000;
const SHARED_ID = "mortise://contract";

/**
 * Compiles a JSON Schema 2020-12 once into a validator; the same schema gives the same validator again. Only own keys count.
 * Generates code (`new Function`), so it is not for pages under a strict content security policy. Throws `Error` for a schema that
 * {@link checkSchema} finds faulty.
 */
export function compileSchema(schema: JsonSchema, options: CompileOptions = {}): Validator {
  if (schema === true) return (value) => ({ ok: true, value, diagnostics: NO_DIAGNOSTICS });
  const kind = options.useDefaults ? "defaults" : "plain";
  if (options.schemas !== undefined && typeof schema === "object" && sharedNames(schema).size > 0) {
    return withShared(schema, options.schemas, kind);
  }
  const before = typeof schema === "object" ? known[kind].get(schema) : undefined;
  if (before) return before;
  const validator = findOrBuild(schema, kind);
  if (typeof schema === "object") known[kind].set(schema, validator);
  return validator;
}

function findOrBuild(schema: JsonSchema, kind: Kind): Validator {
  const text = JSON.stringify(schema);
  const validators = byText[kind];
  const validator = validators.get(text) ?? build(schema, kind);
  const oldest = validators.size >= MAX_TEXTS ? validators.keys().next().value : undefined;
  if (oldest !== undefined) validators.delete(oldest);
  validators.set(text, validator);
  return validator;
}

function withShared(schema: JsonSchemaObject, schemas: Schemas, kind: Kind): Validator {
  const shared = bySchemas.get(schemas) ?? { compilers: {}, known: { plain: new WeakMap(), defaults: new WeakMap() } };
  bySchemas.set(schemas, shared);
  const before = shared.known[kind].get(schema);
  if (before) return before;
  const compiler = shared.compilers[kind] ?? createCompiler(kind === "defaults").addSchema({ schemas }, SHARED_ID);
  shared.compilers[kind] = compiler;
  const standing = selfContained(schema, schemas);
  const validator = build(pointingTo(SHARED_ID, schema), kind, compiler, standing);
  shared.known[kind].set(schema, validator);
  return validator;
}

/** The schema with its references to shared schemas made absolute, so that one compiler finds them for all. */
function pointingTo(id: string, schema: JsonSchemaObject): JsonSchemaObject {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "$ref" && typeof value === "string" && sharedName(value) !== undefined ? id + value : value,
  ) as JsonSchemaObject;
}

/** `explained` is the schema that messages are about, where it is not the one to compile. */
function build(schema: JsonSchema, kind: Kind, compiler = compilerFor(schema, kind), explained?: JsonSchema): Validator {
  const plain = typeof schema === "object" ? prepared(withoutId(schema), compiler) : schema;
  const validate = compiler.compile(plain);
  if (typeof plain === "object") compiler.removeSchema(plain);
  const copies = kind === "defaults" && (explained !== undefined || JSON.stringify(schema).includes('"default":'));
  return (given) => {
    const value = copies ? copyOf(given) : given;
    return validate(value)
      ? { ok: true, value, diagnostics: NO_DIAGNOSTICS }
      : { ok: false, value, diagnostics: explainViolations(validate.errors ?? [], explained ?? schema) };
  };
}

/**
 * A schema that refers to itself as a whole (`#`) is only found by a compiler that keeps it, so it gets one of its own. Defaults are left
 * where they are: behind a reference they would be filled in also in alternatives that are only tried.
 */
function compilerFor(schema: JsonSchema, kind: Kind): Ajv2020 {
  const text = JSON.stringify(schema);
  if (text.includes('"$ref":"#"')) return createCompiler(kind === "defaults", { addUsedSchema: true });
  return kind === "plain" && text.length >= LARGE ? largeCompiler : compilers[kind];
}

function createCompiler(useDefaults: boolean, options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    allErrors: true,
    verbose: true,
    ownProperties: true,
    discriminator: true,
    useDefaults,
    logger: false,
    // To tidy up the code takes as long as to write it, and its validations are no quicker for it.
    code: { regExp: PATTERNS, optimize: false },
    ...options,
  });
  addFormats.default(ajv);
  return ajv;
}

function prepared(schema: JsonSchemaObject, compiler: Ajv2020): JsonSchemaObject {
  return compiler === largeCompiler ? hoistRepeats(schema) : schema;
}

/** Schemas are told apart by identity here, so an `$id` would only make two of them collide. */
function withoutId(schema: Exclude<JsonSchema, boolean>): Exclude<JsonSchema, boolean> {
  const { $id: _, $schema: __, ...rest } = schema;
  return rest;
}

/** Copies plain data; several times faster than `structuredClone`. */
function copyOf(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const entries = Object.entries(value);
  if (Object.hasOwn(value, "__proto__")) return Object.fromEntries(entries.map(([key, part]) => [key, copyOf(part)]));
  const copy: { [key: string]: Json } = {};
  for (const [key, part] of entries) copy[key] = copyOf(part);
  return copy;
}

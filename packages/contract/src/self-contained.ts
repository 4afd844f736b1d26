import type { Json, JsonObject, JsonSchema, JsonSchemaObject } from "./json.ts";
import type { Operation } from "./operation.ts";

/** Start of a reference to a schema that the operations of a contract share. */
const SHARED = "#/schemas/";

type Schemas = { readonly [name: string]: JsonSchema };
type Plain = Json | undefined;

/** What was worked out for one set of shared schemas. */
interface Known {
  readonly rewritten: Map<string, { readonly schema: JsonSchema; readonly needs: ReadonlySet<string> }>;
  readonly standing: WeakMap<object, JsonSchemaObject>;
}

const knownOf = new WeakMap<Schemas, Known>();

/**
 * A schema of a contract that stands alone: references to shared schemas (`#/schemas/Name`) lead into its own `$defs`, which hold the
 * ones that it needs. The same schema where it has no such reference, and the same result for the same pair. What is copied is shared
 * between results, so that a thousand operations cost little more than one.
 */
export function selfContained(schema: JsonSchemaObject, schemas: Schemas | undefined): JsonSchemaObject {
  if (schemas === undefined) return schema;
  const known = knownOf.get(schemas) ?? { rewritten: new Map(), standing: new WeakMap() };
  knownOf.set(schemas, known);
  const before = known.standing.get(schema);
  if (before !== undefined) return before;
  const result = standAlone(schema, schemas, known);
  known.standing.set(schema, result);
  return result;
}

const standingOperations = new WeakMap<Operation, Operation>();

/** An operation whose schemas stand alone (see {@link selfContained}); the same one where they do already. */
export function standingOperation(operation: Operation, schemas: Schemas | undefined): Operation {
  if (schemas === undefined) return operation;
  const before = standingOperations.get(operation);
  if (before !== undefined) return before;
  const input = selfContained(operation.input, schemas);
  const output = selfContained(operation.output, schemas);
  const isSame = input === operation.input && output === operation.output;
  const standing = isSame ? operation : Object.freeze({ ...operation, input, output });
  standingOperations.set(operation, standing);
  return standing;
}

/** Name of the shared schema that a `$ref` leads to; undefined for any other reference. */
export function sharedName(reference: string): string | undefined {
  if (!reference.startsWith(SHARED)) return undefined;
  const segment = reference.slice(SHARED.length);
  if (segment.includes("/")) return undefined;
  return decoded(segment).replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Names of the shared schemas that a schema refers to directly. */
export function sharedNames(schema: JsonSchema): ReadonlySet<string> {
  const names = new Set<string>();
  collect(schema as Plain, names);
  return names;
}

function standAlone(schema: JsonSchemaObject, schemas: Schemas, known: Known): JsonSchemaObject {
  const direct = sharedNames(schema);
  if (direct.size === 0) return schema;
  const needed = new Set<string>();
  const open = [...direct];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name) || !Object.hasOwn(schemas, name)) continue;
    needed.add(name);
    open.push(...shared(name, schemas, known).needs);
  }
  const own = schema.$defs ?? {};
  const clashes = new Set(Object.keys(own).filter((name) => needed.has(name)));
  const { $defs, ...rest } = rewrite(schema as Plain, clashes) as JsonObject & { readonly $defs?: JsonObject };
  const defs: [string, JsonSchema][] = Object.entries($defs ?? {}).map(([name, each]) => [
    clashes.has(name) ? `own.${name}` : name,
    each as JsonSchema,
  ]);
  for (const name of needed) defs.push([name, shared(name, schemas, known).schema]);
  return Object.freeze({ ...rest, $defs: Object.freeze(Object.fromEntries(defs)) });
}

function shared(name: string, schemas: Schemas, known: Known) {
  const before = known.rewritten.get(name);
  if (before !== undefined) return before;
  const schema = schemas[name] ?? true;
  const made = { schema: rewrite(schema as Plain, NONE) as JsonSchema, needs: sharedNames(schema) };
  known.rewritten.set(name, made);
  return made;
}

const NONE: ReadonlySet<string> = new Set();

function rewrite(value: Plain, clashes: ReadonlySet<string>): Plain {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => rewrite(each, clashes) as Json);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === "$ref" && typeof each === "string" ? rewriteReference(each, clashes) : (rewrite(each, clashes) as Json),
    ]),
  );
}

function rewriteReference(reference: string, clashes: ReadonlySet<string>): string {
  if (reference.startsWith(SHARED)) return `#/$defs/${reference.slice(SHARED.length)}`;
  const own = /^#\/\$defs\/([^/]+)(.*)$/.exec(reference);
  return own !== null && clashes.has(decoded(own[1] ?? "")) ? `#/$defs/own.${own[1]}${own[2]}` : reference;
}

function collect(value: Plain, names: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const name = key === "$ref" && typeof each === "string" ? sharedName(each) : undefined;
    if (name !== undefined) names.add(name);
    else collect(each, names);
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

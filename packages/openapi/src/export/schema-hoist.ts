import type { Json, JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";

type Definitions = { readonly [name: string]: JsonSchema };

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * Puts schemas of a contract into one document: references to shared schemas lead to `components.schemas`, and so do definitions that were
 * one operation's own, as OpenAPI resolves `#` against the whole document.
 *
 * Owns: the components that were collected so far.
 * Invariants:
 *   H1. No reference that it writes leads nowhere.
 *   H2. Shared schemas keep their names.
 */
export class SchemaHoist {
  readonly #shared: { readonly [name: string]: JsonSchema };
  readonly #hoisted = new Map<string, Json>();
  readonly #names = new Map<Definitions, ReadonlyMap<string, string>>();

  constructor(shared: { readonly [name: string]: JsonSchema }) {
    this.#shared = shared;
  }

  /**
   * The schema as it stands in the document. `root` is the schema that it is a part of, whose definitions it may refer to; they are named
   * after `name`, each once.
   */
  take(schema: JsonSchema, name: string, root: JsonSchema = schema): Json {
    if (typeof schema === "boolean") return schema;
    const names = typeof root === "object" && root.$defs !== undefined ? this.#namesOf(root.$defs, name) : NONE;
    const { $defs: _, ...rest } = schema;
    return rewrite(rest as JsonObject, names);
  }

  #namesOf(defs: Definitions, name: string): ReadonlyMap<string, string> {
    const before = this.#names.get(defs);
    if (before !== undefined) return before;
    const names = new Map(Object.keys(defs).map((own) => [own, this.#free(`${name}.${own}`)]));
    this.#names.set(defs, names);
    for (const [own, free] of names) this.#hoisted.set(free, rewrite((defs[own] ?? true) as Json, names));
    return names;
  }

  /** All components. */
  schemas(): JsonObject {
    const shared = Object.entries(this.#shared).map(([name, schema]): [string, Json] => [name, rewrite(schema as Json, NONE)]);
    return Object.fromEntries([...shared, ...this.#hoisted]);
  }

  #free(wanted: string): string {
    const plain = wanted.replaceAll(/[^A-Za-z0-9._-]/g, "_");
    let name = plain;
    for (let count = 2; this.#hoisted.has(name) || Object.hasOwn(this.#shared, name); count++) name = `${plain}_${count}`;
    this.#hoisted.set(name, true);
    return name;
  }
}

function rewrite(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((each: Json) => rewrite(each, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, each]) => [
      key,
      key === "$ref" && typeof each === "string" ? reference(each, names) : rewrite(each, names),
    ]),
  );
}

function reference(target: string, names: ReadonlyMap<string, string>): string {
  if (target.startsWith("#/schemas/")) return `#/components/schemas/${target.slice("#/schemas/".length)}`;
  const own = /^#\/\$defs\/([^/]+)(.*)$/.exec(target);
  const name = own === null ? undefined : names.get((own[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~"));
  return name === undefined ? target : `#/components/schemas/${name}${own?.[2] ?? ""}`;
}

/** The schema of one property, as far as the schema of its object says it. */
export function propertyOf(schema: JsonSchemaObject, name: string): JsonSchema {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? (schema.properties[name] ?? true) : true;
}

import { getPointer, type Json, type JsonSchema, type JsonSchemaObject, type JsonTypeName } from "@mortise/contract";

/**
 * What an output schema expects at one place, looked at only as far as an answer goes: schemas may be circular. References, `allOf`,
 * `anyOf` and `oneOf` are looked through; which branch of a choice holds is not asked.
 */
export class Expected {
  readonly #root: JsonSchemaObject;
  readonly #schemas: readonly JsonSchemaObject[];
  readonly #members = new Map<string, Expected | undefined>();
  #item: Expected | undefined | null = null;
  /** The types that may be here. Undefined: any. */
  readonly types: ReadonlySet<JsonTypeName> | undefined;

  private constructor(schemas: readonly JsonSchemaObject[], root: JsonSchemaObject) {
    this.#schemas = schemas;
    this.#root = root;
    this.types = typesOf(schemas);
  }

  /** What a schema that stands alone expects. Undefined: nothing is known. */
  static of(schema: JsonSchema | undefined): Expected | undefined {
    return typeof schema === "object" ? Expected.#at([schema], schema) : undefined;
  }

  static #at(schemas: readonly JsonSchema[], root: JsonSchemaObject): Expected | undefined {
    const all = schemas.flatMap((schema) => branches(schema, root, 0));
    return all.some((schema) => Object.keys(schema).length > 0) ? new Expected(all, root) : undefined;
  }

  /** Whether text is among what may be here, or nothing is known. */
  get takesText(): boolean {
    return this.types === undefined || this.types.has("string");
  }

  /** Whether a type is asked for by name. */
  asks(type: JsonTypeName): boolean {
    return this.types?.has(type) === true;
  }

  /** Whether only values of these types may be here. */
  asksOnly(...types: readonly JsonTypeName[]): boolean {
    return this.types !== undefined && [...this.types].every((type) => types.includes(type));
  }

  /** Whether a member is declared by name. */
  declares(name: string): boolean {
    return this.#schemas.some((schema) => schema.properties !== undefined && Object.hasOwn(schema.properties, name));
  }

  /** Whether any member is declared by name. */
  get declaresAny(): boolean {
    return this.#schemas.some((schema) => schema.properties !== undefined && Object.keys(schema.properties).length > 0);
  }

  requires(name: string): boolean {
    return this.#schemas.some((schema) => schema.required?.includes(name) === true);
  }

  member(name: string): Expected | undefined {
    if (!this.#members.has(name)) {
      const found = this.#schemas.flatMap((schema) => {
        const own =
          schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
        return own ?? schema.additionalProperties ?? [];
      });
      this.#members.set(name, Expected.#at(found, this.#root));
    }
    return this.#members.get(name);
  }

  get item(): Expected | undefined {
    if (this.#item === null) {
      const found = this.#schemas.flatMap((schema) => schema.items ?? []);
      this.#item = Expected.#at(found, this.#root);
    }
    return this.#item;
  }
}

const MAX_DEPTH = 16;

function branches(schema: JsonSchema, root: JsonSchemaObject, depth: number): readonly JsonSchemaObject[] {
  if (typeof schema === "boolean" || depth > MAX_DEPTH) return [];
  const target = schema.$ref === undefined ? [] : referenced(schema.$ref, root);
  const others = [...target, ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...others.flatMap((other) => branches(other, root, depth + 1))];
}

function referenced(ref: string, root: JsonSchemaObject): readonly JsonSchema[] {
  const found = ref.startsWith("#") ? getPointer(root as Json, decodeURIComponent(ref.slice(1))) : undefined;
  return typeof found === "boolean" || (typeof found === "object" && found !== null) ? [found as JsonSchema] : [];
}

/** Types said, and those that other keywords tell. */
function typesOf(schemas: readonly JsonSchemaObject[]): ReadonlySet<JsonTypeName> | undefined {
  const types = new Set<JsonTypeName>();
  for (const { type, enum: values, const: value, properties, items } of schemas) {
    if (type !== undefined) for (const each of typeof type === "string" ? [type] : type) types.add(each);
    else if (values !== undefined) for (const each of values) types.add(typeOf(each));
    else if (value !== undefined) types.add(typeOf(value));
    else if (properties !== undefined) types.add("object");
    else if (items !== undefined) types.add("array");
  }
  return types.size === 0 ? undefined : types;
}

function typeOf(value: Json): JsonTypeName {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "boolean" || type === "number" ? type : "object";
}

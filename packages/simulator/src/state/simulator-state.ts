import { type Diagnostic, type Json, type JsonObject, type JsonSchemaObject, joinPointer, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { isList, isObject } from "../invert-value.ts";
import type { Role } from "./compile-roles.ts";
import { type CollectionDocument, type Entity, type EntityStore, keyText, type StateDocument } from "./entity-store.ts";

/** What exists at a simulated vendor. Collections go by the path of their list, such as `/accounts/a1/contacts`. */
export interface SimulatorState {
  readonly collections: readonly string[];
  /** Entities in the order in which they came. */
  list(collection: string): readonly JsonObject[];
  find(collection: string, key: string): JsonObject | undefined;
  /** Adds or changes one, as if somebody had created it; returns its key. Throws `MISSING_KEY` where it has none, `LIMIT_EXCEEDED`. */
  put(collection: string, fields: JsonObject): string;
  remove(collection: string, key: string): void;
  /** Forgets all: entities, idempotency keys, jobs, subscriptions. */
  reset(): void;
  snapshot(): StateDocument;
  restore(state: StateDocument): void;
}

/** The state of a simulator, as its owner sees it. */
export function simulatorState(store: EntityStore, roles: () => ReadonlyMap<string, Role>, forget: () => void): SimulatorState {
  return {
    get collections() {
      return store.names();
    },
    list: (collection) => store.list(collection).map(({ fields }) => fields),
    find: (collection, key) => store.find(collection, key)?.fields,
    put: (collection, fields) => {
      const name = keyOf(collection, roles());
      const key = keyText(fields[name]);
      if (key === undefined) throw new MortiseError("MISSING_KEY", `An entity of ${collection} needs "${name}".`);
      if (!store.put(collection, key, { ...store.find(collection, key)?.fields, ...fields }, "created"))
        throw new MortiseError("LIMIT_EXCEEDED", `There is no room for another entity in ${collection}.`);
      return key;
    },
    remove: (collection, key) => store.remove(collection, key),
    reset: () => {
      store.reset();
      forget();
    },
    snapshot: () => store.snapshot(),
    restore: (state) => store.restore(state),
  };
}

/** Name of the key of a collection's entities. */
function keyOf(collection: string, roles: ReadonlyMap<string, Role>): string {
  const parts = collection.split("/");
  const found = [...roles.values()].find(({ resource, place }) => {
    const own = resource.split("/");
    return (
      place !== undefined && own.length === parts.length && own.every((each, index) => each === "{}" || each === parts[index])
    );
  });
  return found?.place?.key ?? "id";
}

const COLLECTION: JsonSchemaObject = {
  type: "object",
  required: ["entities"],
  additionalProperties: false,
  properties: {
    entities: {
      type: "array",
      maxItems: 10_000,
      items: {
        type: "object",
        required: ["key", "fields", "version", "origin"],
        additionalProperties: false,
        properties: {
          key: { type: "string", minLength: 1 },
          fields: { type: "object" },
          version: { type: "integer", minimum: 1 },
          origin: { type: "string", enum: ["sample", "created"] },
        },
      },
    },
    removed: { type: "array", maxItems: 10_000, items: { type: "string" } },
    filled: { type: "boolean" },
  },
};

/** A state's document; a collection may also be a plain list of its entities. */
const STATE_SCHEMA: JsonSchemaObject = {
  type: "object",
  required: ["format", "collections"],
  additionalProperties: false,
  properties: {
    format: { type: "string", const: "mortise.simulator-state/1" },
    collections: { type: "object", maxProperties: 1_000, additionalProperties: true },
  },
};
const PLAIN: JsonSchemaObject = { type: "array", maxItems: 10_000, items: { type: "object" } };

/** Checks a state's document and completes lists of plain entities. Every fault; never throws. */
export function parseState(
  document: Json,
  roles: ReadonlyMap<string, Role>,
): { readonly state?: StateDocument; readonly diagnostics: readonly Diagnostic[] } {
  const { ok, diagnostics } = compileSchema(STATE_SCHEMA)(document);
  if (!ok || !isObject(document) || !isObject(document.collections)) return { diagnostics };
  const faults: Diagnostic[] = [];
  const collections = Object.entries(document.collections).map(([name, value]): readonly [string, CollectionDocument] => {
    const path = joinPointer("collections", name);
    const checked = compileSchema(isList(value) ? PLAIN : COLLECTION)(value);
    faults.push(...checked.diagnostics.map((each) => ({ ...each, path: path + each.path })));
    if (!checked.ok) return [name, { entities: [] }];
    if (!isList(value)) return [name, value as unknown as CollectionDocument];
    const key = keyOf(name, roles);
    const entities = value.flatMap((fields, index): readonly Entity[] => {
      const text = isObject(fields) ? keyText(fields[key]) : undefined;
      if (text !== undefined && isObject(fields)) return [{ key: text, fields, version: 1, origin: "created" }];
      const at = path + joinPointer(index, key);
      faults.push({ code: "MISSING_KEY", severity: "error", path: at, message: `An entity of ${name} needs "${key}".` });
      return [];
    });
    return [name, { entities, filled: true }];
  });
  if (faults.length > 0) return { diagnostics: faults };
  return { state: { format: "mortise.simulator-state/1", collections: Object.fromEntries(collections) }, diagnostics: [] };
}

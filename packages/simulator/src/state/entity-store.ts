/**
 * Keeps what exists at a fake vendor: entities in collections, in the order in which they came.
 *
 * Owns: entities, what was removed, their versions.
 * Does not own: what an entity looks like in an answer (renderEntity); which request means which (compileRoles).
 * Invariants:
 *   E1. What was put is found by its key until it is removed; what was removed is known as removed.
 *   E2. At most 1,000 collections of 10,000 entities; what is more is refused, never dropped.
 *   E3. A snapshot that is restored gives the same state.
 */
import type { Json, JsonObject } from "@mortise/contract";

/** Something that exists at the vendor. */
export interface Entity {
  readonly key: string;
  readonly fields: JsonObject;
  /** 1 when it came, one more with every change: its ETag. */
  readonly version: number;
  /** `sample`: made up, nobody asked for it. */
  readonly origin: "sample" | "created";
}

/** All that is kept, as data. Collections go by their path, or by the name of what they hold. */
export interface StateDocument {
  readonly format: "mortise.simulator-state/1";
  readonly collections: { readonly [name: string]: CollectionDocument };
}

export interface CollectionDocument {
  readonly entities: readonly Entity[];
  readonly removed?: readonly string[];
  /** The samples that a collection begins with are in it. Absent: false. */
  readonly filled?: boolean;
}

interface Collection {
  readonly entities: Map<string, Entity>;
  readonly removed: Set<string>;
  isFilled: boolean;
}

const MOST_COLLECTIONS = 1_000;
const MOST_ENTITIES = 10_000;

export class EntityStore {
  readonly #collections = new Map<string, Collection>();

  find(collection: string, key: string): Entity | undefined {
    return this.#collections.get(collection)?.entities.get(key);
  }

  wasRemoved(collection: string, key: string): boolean {
    return this.#collections.get(collection)?.removed.has(key) === true;
  }

  isFilled(collection: string): boolean {
    return this.#collections.get(collection)?.isFilled === true;
  }

  /** Whether something was created, changed or removed in it. */
  isWritten(collection: string): boolean {
    const found = this.#collections.get(collection);
    return (
      found !== undefined && (found.removed.size > 0 || [...found.entities.values()].some(({ origin }) => origin === "created"))
    );
  }

  list(collection: string): readonly Entity[] {
    return [...(this.#collections.get(collection)?.entities.values() ?? [])];
  }

  /** How many there are and were. */
  count(collection: string): number {
    const found = this.#collections.get(collection);
    return found === undefined ? 0 : found.entities.size + found.removed.size;
  }

  names(): readonly string[] {
    return [...this.#collections.keys()];
  }

  /** Adds an entity or changes it: its version grows. False: there is no room for it. */
  put(collection: string, key: string, fields: JsonObject, origin: Entity["origin"]): boolean {
    const kept = this.#collection(collection);
    const before = kept?.entities.get(key);
    if (kept === undefined || (before === undefined && kept.entities.size >= MOST_ENTITIES)) return false;
    kept.entities.set(key, Object.freeze({ key, fields, version: (before?.version ?? 0) + 1, origin }));
    kept.removed.delete(key);
    return true;
  }

  /** Adds fields that an entity has had all along, though nobody asked for them yet. */
  learn(collection: string, key: string, fields: JsonObject): void {
    const kept = this.#collections.get(collection);
    const before = kept?.entities.get(key);
    if (before !== undefined) kept?.entities.set(key, Object.freeze({ ...before, fields: { ...fields, ...before.fields } }));
  }

  /** Marks that the samples which a collection begins with are in it. */
  fill(collection: string): void {
    const kept = this.#collection(collection);
    if (kept !== undefined) kept.isFilled = true;
  }

  remove(collection: string, key: string): void {
    const kept = this.#collection(collection);
    if (kept === undefined) return;
    kept.entities.delete(key);
    if (kept.removed.size < MOST_ENTITIES) kept.removed.add(key);
  }

  reset(): void {
    this.#collections.clear();
  }

  snapshot(): StateDocument {
    const collections = [...this.#collections].map(([name, { entities, removed, isFilled }]) => [
      name,
      {
        entities: [...entities.values()],
        ...(removed.size === 0 ? {} : { removed: [...removed] }),
        ...(isFilled ? { filled: true } : {}),
      },
    ]);
    return { format: "mortise.simulator-state/1", collections: Object.fromEntries(collections) };
  }

  /** Takes the place of all that was kept. */
  restore({ collections }: StateDocument): void {
    this.#collections.clear();
    for (const [name, { entities, removed = [], filled = false }] of Object.entries(collections).slice(0, MOST_COLLECTIONS)) {
      this.#collections.set(name, {
        entities: new Map(entities.slice(0, MOST_ENTITIES).map((each) => [each.key, Object.freeze({ ...each })])),
        removed: new Set(removed.slice(0, MOST_ENTITIES)),
        isFilled: filled,
      });
    }
  }

  #collection(name: string): Collection | undefined {
    const known = this.#collections.get(name);
    if (known !== undefined || this.#collections.size >= MOST_COLLECTIONS) return known;
    const fresh: Collection = { entities: new Map(), removed: new Set(), isFilled: false };
    this.#collections.set(name, fresh);
    return fresh;
  }
}

/** The text that an entity is found by. Undefined: the value is no key. */
export function keyText(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

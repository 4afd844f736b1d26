import { type Contract, type JsonSchemaObject, type Operation, parsePointer, selfContained } from "@mortise/contract";
import { schemasAt, typesOf } from "../schema-at.ts";

/** Where an operation's output holds an entity, and where in that its key is. */
export interface EntityPlace {
  /** Path to the entity; of a list: from one item. */
  readonly at: readonly string[];
  /** Name of the key in the entity. */
  readonly key: string;
}

/** Names that keys have where the contract does not say. */
const KEYS = ["id", "uuid", "key", "guid", "uid", "number", "slug", "name"] as const;

/** Path to the list in an operation's output: where it streams, else the output, else the only list of objects in it. Undefined: none. */
export function listPlace({ schemas }: Contract, { stream, output }: Operation): readonly string[] | undefined {
  if (stream !== undefined) return parsePointer(stream.items);
  const root = selfContained(output, schemas);
  if (typesOf(schemasAt(root, [], root)).has("array")) return [];
  const lists = propertiesAt(root, []).filter((name) => {
    const isList = typesOf(schemasAt(root, [name], root)).has("array");
    return isList && propertiesAt(root, [name, "0"]).length > 0;
  });
  const [only] = lists;
  return lists.length === 1 && only !== undefined ? [only] : undefined;
}

/**
 * Where an entity is: beside what `identity` points at, else where a key of a usual name is. `list`: path to the list that it is an item
 * of; `hint`: how the key is called elsewhere. Undefined: nothing tells.
 */
export function entityPlace(
  { schemas }: Contract,
  { identity, output }: Operation,
  list: readonly string[] | undefined,
  hint?: string,
): EntityPlace | undefined {
  const [first] = identity;
  const path = first === undefined ? undefined : parsePointer(first);
  const key = path?.at(-1);
  if (path !== undefined && key !== undefined) return { at: path.slice(0, -1), key };
  const root = selfContained(output, schemas);
  const base = list === undefined ? [] : [...list, "0"];
  const names = [...(hint === undefined ? [] : [hint]), ...KEYS];
  const here = keyAmong(propertiesAt(root, base), names);
  if (here !== undefined) return { at: [], key: here };
  for (const name of propertiesAt(root, base)) {
    const below = keyAmong(propertiesAt(root, [...base, name]), names);
    if (below !== undefined) return { at: [name], key: below };
  }
  return undefined;
}

const keyAmong = (properties: readonly string[], names: readonly string[]): string | undefined =>
  names.find((name) => properties.includes(name));

/** Properties that a schema declares at a place, of all branches. */
export function propertiesAt(root: JsonSchemaObject, path: readonly string[]): readonly string[] {
  return [...new Set(schemasAt(root, path, root).flatMap(({ properties = {} }) => Object.keys(properties)))];
}

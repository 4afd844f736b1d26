import {
  type FieldSource,
  getPointer,
  type Json,
  type JsonSchemaObject,
  MortiseError,
  type OptionSource,
  parsePointer,
} from "@mortise/contract";

/** The two keywords that make a field dynamic, and what they hold. */
export interface DynamicKeywords {
  readonly "x-options": OptionSource;
  readonly "x-fields": FieldSource;
}

/** A field whose choices or shape an operation gives. */
export interface DynamicPlace<K extends keyof DynamicKeywords> {
  readonly source: DynamicKeywords[K];
  /** What people call it: its title, else its key. */
  readonly title: string;
}

/**
 * Finds a dynamic field in an input schema; references (`#/$defs/…`) on the way are followed. Throws `INVALID_REQUEST` where the pointer
 * leads nowhere or to a field that is not dynamic.
 */
export function sourceAt<K extends keyof DynamicKeywords>(root: JsonSchemaObject, pointer: string, keyword: K): DynamicPlace<K> {
  const segments = parsePointer(pointer);
  if (segments === undefined) throw notDynamic(pointer, keyword, "it is no JSON pointer");
  let place: unknown = root;
  for (const segment of segments) {
    const open = dereferenced(place, root);
    place = isRecord(open) && Object.hasOwn(open, segment) ? open[segment] : undefined;
  }
  const found = [place, dereferenced(place, root)].find((each) => isRecord(each) && Object.hasOwn(each, keyword));
  if (!isRecord(found)) throw notDynamic(pointer, keyword, `the input schema has no ${keyword} there`);
  const title = typeof found.title === "string" && found.title !== "" ? found.title : (segments.at(-1) ?? "input");
  return { source: found[keyword] as DynamicKeywords[K], title };
}

/** What a local reference leads to, over at most 20 steps; everything else is itself. */
export function dereferenced(schema: unknown, root: JsonSchemaObject): unknown {
  let place = schema;
  for (let steps = 0; steps < 20 && isRecord(place) && typeof place.$ref === "string"; steps++) {
    if (!place.$ref.startsWith("#")) return undefined;
    place = getPointer(root as unknown as Json, decoded(place.$ref.slice(1)));
  }
  return place;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function notDynamic(pointer: string, keyword: string, why: string): MortiseError {
  return new MortiseError("INVALID_REQUEST", `${JSON.stringify(pointer)} is no field with ${keyword}: ${why}.`, {
    remedy: "Give a JSON pointer into the operation's input schema, such as /properties/channel.",
  });
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

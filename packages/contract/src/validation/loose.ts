import type { Json } from "../json.ts";

/** An object whose shape is not yet proven. */
export type Loose = { readonly [key: string]: unknown };

/** The value if it is an object, else an empty one: faulty shapes are reported elsewhere. */
export function asObject(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** The value if it is a list, else an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Entries of what should be an object of objects. */
export function entriesOf(value: unknown): readonly (readonly [string, Loose])[] {
  return Object.entries(asObject(value)).map(([key, part]) => [key, asObject(part)]);
}

/** Own value of a key. */
export function own(value: unknown, key: string): unknown {
  const object = asObject(value);
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value as JSON, which it is when it came from text. */
export function asJson(value: unknown): Json {
  return value as Json;
}

/** A JSON object of which nothing is known yet. */
export type Loose = { readonly [key: string]: unknown };

/** The value as an object; an empty one where it is none. */
export function asObject(value: unknown): Loose {
  return isObject(value) ? value : {};
}

/** The value as a list; an empty one where it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property of the object's own, never an inherited one. */
export function own(value: Loose, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

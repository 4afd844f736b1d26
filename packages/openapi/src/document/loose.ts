/** An object whose shape is not yet proven. */
export type Loose = { readonly [key: string]: unknown };

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own value of a key; undefined where the value is no object or has no such key. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The own value of a key where it is text that says something, without the space around it. */
export function ownText(value: unknown, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === "string" && found.trim() !== "" ? found.trim() : undefined;
}

/** The own value of a key where it is true or false. */
export function ownBoolean(value: unknown, key: string): boolean | undefined {
  const found = own(value, key);
  return typeof found === "boolean" ? found : undefined;
}

/** The own value of a key where it is a list, else an empty one. */
export function ownList(value: unknown, key: string): readonly unknown[] {
  const found = own(value, key);
  return Array.isArray(found) ? found : [];
}

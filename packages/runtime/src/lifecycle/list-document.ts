import { isMortiseError, MortiseError, nearest } from "@mortise/contract";

/** An object with known keys only. Throws `INVALID_VALUE` for anything else: what is misspelt would silently not hold. */
export function closedObject<Key extends string>(
  given: unknown,
  keys: readonly Key[],
  path: string,
): { readonly [key in Key]?: unknown } {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw invalid(path, "expected an object");
  for (const key of Object.keys(given)) {
    if ((keys as readonly string[]).includes(key)) continue;
    const near = nearest(key, [...keys]);
    throw invalid(`${path}/${key}`, `unknown key${near === undefined ? "" : `; did you mean "${near}"?`}`);
  }
  return given as { readonly [key in Key]?: unknown };
}

/** A text that is not empty. Throws `INVALID_VALUE`. */
export function textOf(given: unknown, path: string): string {
  if (typeof given === "string" && given !== "") return given;
  throw invalid(path, "expected a text that is not empty");
}

/** Those of the keys that are there, each a text that is not empty. Throws `INVALID_VALUE`. */
export function textsIn<Key extends string>(
  given: { readonly [key in Key]?: unknown },
  keys: readonly Key[],
  path: string,
): { readonly [key in Key]?: string } {
  const found: { [key in Key]?: string } = {};
  for (const key of keys) if (given[key] !== undefined) found[key] = textOf(given[key], `${path}/${key}`);
  return found;
}

/** What reading a part of a list throws; undefined: it is as it should be. */
export function faultOf(read: () => unknown): MortiseError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (isMortiseError(error)) return error;
    throw error;
  }
}

/** What is wrong with a list. */
export const invalid = (path: string, what: string): MortiseError =>
  new MortiseError("INVALID_VALUE", `${path === "" ? "The document" : path}: ${what}.`, { path });

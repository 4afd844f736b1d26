import type { Value } from "@mortise/contract";

/** The input field that a value hands on unchanged, e.g. `input.name`, `input.?name.orValue(null)`, `input["first name"]`. */
export interface InputReference {
  readonly name: string;
  /** Absent fields come to null, which leaves the parameter out. */
  readonly optional: boolean;
}

const FORMS: readonly RegExp[] = Object.freeze([
  /^input\.([A-Za-z_]\w*)$/,
  /^input\["((?:[^"\\])*)"\]$/,
  /^input\['((?:[^'\\])*)'\]$/,
]);
const OPTIONAL_FORMS: readonly RegExp[] = Object.freeze([
  /^input\.\?([A-Za-z_]\w*)\.orValue\(null\)$/,
  /^input\[\?"((?:[^"\\])*)"\]\.orValue\(null\)$/,
  /^input\[\?'((?:[^'\\])*)'\]\.orValue\(null\)$/,
]);

/** Tells whether an expression is nothing but an input field. */
export function inputReference(source: string): InputReference | undefined {
  const text = source.trim();
  for (const form of FORMS) {
    const name = form.exec(text)?.[1];
    if (name !== undefined) return { name, optional: false };
  }
  for (const form of OPTIONAL_FORMS) {
    const name = form.exec(text)?.[1];
    if (name !== undefined) return { name, optional: true };
  }
  return undefined;
}

/** The source of a `{"$cel": …}`; undefined for any other value. */
export function celSource(value: Value | undefined): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const source = (value as { readonly $cel?: Value }).$cel;
  return typeof source === "string" ? source : undefined;
}

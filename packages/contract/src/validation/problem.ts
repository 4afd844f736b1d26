import { joinWords } from "../describe-value.ts";
import type { Diagnostic, Fix, Severity } from "../diagnostic.ts";
import type { ErrorCode } from "../error-catalogue.ts";
import type { Json } from "../json.ts";
import { parsePointer } from "../json-pointer.ts";
import { nearest } from "../nearest.ts";

/** Builds a diagnostic; severity `error` unless said otherwise. */
export function problem(
  code: ErrorCode,
  path: string,
  message: string,
  extra: { readonly severity?: Severity; readonly fix?: Fix } = {},
): Diagnostic {
  return {
    code,
    severity: extra.severity ?? "error",
    path,
    message: `${labelOf(path)}: ${message}`,
    ...(extra.fix ? { fix: extra.fix } : {}),
  };
}

/** A name that refers to nothing: suggests the nearest of those that exist. */
export function unknownReference(path: string, what: string, found: string, known: readonly string[]): Diagnostic {
  const meant = nearest(found, known);
  const hint = meant ? `; did you mean "${meant}"?` : known.length > 0 ? `; there is ${joinWords(known)}` : "; there is none";
  return problem(
    "UNKNOWN_REFERENCE",
    path,
    `there is no ${what} "${found}"${hint}`,
    meant ? { fix: replaceBy(path, meant) } : {},
  );
}

/** The repair that puts a value in the place of another. */
export function replaceBy(path: string, value: Json): Fix {
  return { title: `Use ${JSON.stringify(value)}.`, patch: [{ op: "replace", path, value }] };
}

/** A JSON pointer as people write places: `operations.get.input`, `hosts[0]`; `value` for the whole. */
export function labelOf(pointer: string): string {
  const segments = parsePointer(pointer) ?? [];
  if (segments.length === 0) return "value";
  return segments.reduce(
    (label, segment) => (/^\d+$/.test(segment) ? `${label}[${segment}]` : label === "" ? segment : `${label}.${segment}`),
    "",
  );
}

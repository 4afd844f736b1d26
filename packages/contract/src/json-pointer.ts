import type { Json } from "./json.ts";

/** Escapes one segment of a JSON pointer: `~` becomes `~0`, `/` becomes `~1` (RFC 6901, section 3). */
export function escapeSegment(segment: string): string {
  return /[~/]/.test(segment) ? segment.replaceAll("~", "~0").replaceAll("/", "~1") : segment;
}

/** Builds a JSON pointer from plain segments; no segment gives `""`, the whole document. */
export function joinPointer(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${escapeSegment(String(segment))}`).join("");
}

/** Splits a JSON pointer into plain segments. Undefined where the text is no pointer: it must be empty or start with `/`. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value that a JSON pointer points at, by own keys only. Undefined where there is none, or the pointer is malformed. */
export function getPointer(value: Json | undefined, pointer: string): Json | undefined {
  const segments = parsePointer(pointer);
  if (!segments) return undefined;
  let found: Json | undefined = value;
  for (const segment of segments) {
    found = childOf(found, segment);
    if (found === undefined) return undefined;
  }
  return found;
}

function childOf(value: Json | undefined, segment: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(segment) ? (value as readonly Json[])[Number(segment)] : undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
  return (value as { readonly [key: string]: Json })[segment];
}

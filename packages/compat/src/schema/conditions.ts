import type { Json, JsonSchemaObject } from "@mortise/contract";
import { canonical } from "./canonical.ts";
import { follow, type Root } from "./located.ts";

/** Keywords that are compared as a whole. */
const OPAQUE = [
  "not",
  "if",
  "then",
  "else",
  "contains",
  "minContains",
  "maxContains",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentEncoding",
] as const;

/** Keywords that only tell people something, where their value is as said. */
const WORDS: readonly string[] = ["title", "description", "$comment", "x-help", "x-placeholder"];

/** The conditions of a schema that are compared as a whole, as text; undefined where it has none. */
export function conditionOf(schema: JsonSchemaObject, root: Root): string | undefined {
  const opaque = Object.fromEntries(OPAQUE.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key] as Json]])));
  return Object.keys(opaque).length > 0 ? textOf(opaque, root) : undefined;
}

/** The text of a condition with the text of all that it refers to, so that a change down there shows. Words for people are left out. */
export function textOf(condition: Json, root: Root): string {
  const texts = [canonical(withoutWords(condition))];
  const seen = new Set<string>();
  for (const text of texts) {
    for (const [, reference = ""] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      if (seen.has(reference) || seen.size > 200) continue;
      seen.add(reference);
      texts.push(canonical(withoutWords((follow(reference, root)?.schema ?? null) as Json)));
    }
  }
  return texts.join(" ");
}

function withoutWords(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (key === "const" || key === "enum") return [[key, part]];
      if (key === "examples" || key === "x-sample" || (WORDS.includes(key) && typeof part === "string")) return [];
      return [[key, withoutWords(part as Json)]];
    }),
  );
}

import type { Json, JsonSchema } from "@mortise/contract";

/** Keywords whose value is data, not schemas. */
const DATA: readonly string[] = ["const", "enum", "default", "examples", "x-sample"];

/** A schema that also accepts fields which it does not declare, at every depth. */
export function openedSchema<S extends JsonSchema>(schema: S): S {
  return opened(schema as Json) as S;
}

function opened(value: Json): Json {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      const isClosing = (key === "additionalProperties" || key === "unevaluatedProperties") && part === false;
      return isClosing ? [] : [[key, DATA.includes(key) ? part : opened(part as Json)]];
    }),
  );
}

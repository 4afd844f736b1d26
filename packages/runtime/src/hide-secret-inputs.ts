import { createRedactor } from "@mortise/auth";
import type { Json, JsonSchema } from "@mortise/contract";
import { secretValues } from "./secret-values.ts";

const HIDDEN = "[redacted]";

/**
 * Hides the values that the schema of an input marks `x-secret` in something that was made of the input: as whole values however short
 * they are, and inside of texts where they are long enough to be told from ordinary ones.
 */
export function hideSecretInputs(shown: Json, input: Json, schema: JsonSchema): Json {
  const secrets = new Set(secretValues(input, schema));
  if (secrets.size === 0) return shown;
  const walk = (value: Json): Json => {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value !== "object") return secrets.has(String(value)) ? HIDDEN : value;
    if (isList(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return createRedactor([...secrets]).data(walk(shown));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

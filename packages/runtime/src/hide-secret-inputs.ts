import { createRedactor, redactBySchema } from "@mortise/auth";
import type { Json, JsonSchema } from "@mortise/contract";

const HIDDEN = "[redacted]";

/**
 * Hides the values that the schema of an input marks `x-secret` in something that was made of the input: as whole values however short
 * they are, and inside of texts where they are long enough to be told from ordinary ones.
 */
export function hideSecretInputs(shown: Json, input: Json, schema: JsonSchema): Json {
  const secrets = new Set<string>();
  collect(input, redactBySchema(input, schema), secrets);
  if (secrets.size === 0) return shown;
  const walk = (value: Json): Json => {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value !== "object") return secrets.has(String(value)) ? HIDDEN : value;
    if (isList(value)) return value.map(walk);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return createRedactor([...secrets]).data(walk(shown));
}

/** The texts and numbers below every place where the two differ. */
function collect(given: Json, shown: Json, secrets: Set<string>): void {
  if (given === shown || given === null) return;
  if (typeof given !== "object") {
    if (typeof given !== "boolean" && given !== "") secrets.add(String(given));
  } else if (isList(given)) {
    for (const [index, item] of given.entries()) collect(item, isList(shown) ? (shown[index] ?? null) : shown, secrets);
  } else {
    for (const [key, item] of Object.entries(given)) collect(item, memberOf(shown, key), secrets);
  }
}

const memberOf = (shown: Json, key: string): Json =>
  shown !== null && typeof shown === "object" && !isList(shown) ? (shown[key] ?? null) : shown;
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

import { redactBySchema } from "@mortise/auth";
import type { Json, JsonSchema } from "@mortise/contract";

/** The texts and numbers of a value that stand below a place that its schema marks `x-secret`, as texts. */
export function secretValues(value: Json, schema: JsonSchema): readonly string[] {
  const secrets = new Set<string>();
  collect(value, redactBySchema(value, schema), secrets);
  return [...secrets];
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

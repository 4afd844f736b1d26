import type { JsonSchema } from "../json.ts";
import { patternMatcher } from "./pattern-matcher.ts";

/** A host that no contract means. */
const STRANGERS = ["stranger.invalid", "https://stranger.invalid", "https://stranger.invalid/", "https://stranger.invalid/path"];

/**
 * Whether a setting's schema says which hosts it may name: by `enum` or `const`, or by a `pattern` that does not take any host whatever. Without
 * it, whoever fills the setting decides where calls and secrets go.
 */
export function narrowsHost(schema: JsonSchema | undefined): boolean {
  if (typeof schema !== "object") return false;
  if (schema.enum !== undefined || schema.const !== undefined) return true;
  if (typeof schema.pattern !== "string") return false;
  try {
    const pattern = patternMatcher(schema.pattern);
    return STRANGERS.every((stranger) => pattern.quick(stranger) === false);
  } catch {
    return false;
  }
}

import type { JsonSchema } from "@mortise/contract";
import { KIND, kindsOf } from "./kinds.ts";
import { elementOf, memberOf } from "./members.ts";
import { resolveReferences } from "./resolve-references.ts";

/**
 * The schema of the value at `path` (field names, list positions, `*` for any element) below values of `schema`; undefined where
 * no such value can exist, `true` where nothing is known of it.
 */
export function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | undefined {
  let at = resolveReferences(schema);
  for (const step of path) {
    const kinds = kindsOf(at);
    const asElement = step === "*" || typeof step === "number" || (/^\d+$/.test(step) && !(kinds & KIND.object));
    if (asElement && kinds & KIND.array) at = elementOf(at, step === "*" ? undefined : Number(step));
    else if (kinds & KIND.object) {
      const member = step === "*" ? undefined : memberOf(at, String(step));
      if (member?.presence === "unknown") return undefined;
      at = member?.schema ?? true;
    } else return undefined;
    if (at === false) return undefined;
  }
  return at;
}

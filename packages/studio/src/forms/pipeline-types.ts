import { compileValue, elementOf } from "@mortise/builders";
import type { Json, JsonSchema } from "@mortise/contract";
import { resolve } from "./fields.ts";

/** The type of the rows that each step of a pipeline gets, by its place; undefined where nothing is known of them. */
export function rowTypes(steps: readonly Json[], scope: JsonSchema | undefined): readonly (JsonSchema | undefined)[] {
  const variables = resolve(scope, scope).properties;
  return steps.map((_, index) => {
    const before = compileValue({ $map: steps.slice(0, index) }, variables ? { scope: variables } : {});
    return rowOf(before.type);
  });
}

/** Transformers work on each element of a list, or on one record. */
function rowOf(type: JsonSchema): JsonSchema | undefined {
  if (resolve(type, type).properties) return type;
  const element = elementOf(type);
  return typeof element === "object" ? element : undefined;
}

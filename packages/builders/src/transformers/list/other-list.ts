import type { Json, JsonSchema } from "@mortise/contract";
import { describeType } from "../../schema/describe-type.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { canonicalKey } from "../canonical-key.ts";
import { checkFields, fieldOf, isRecord, itemOf } from "../records.ts";
import type { TransformerContext } from "../transformer.ts";

/** Reports another list (`with`) that is none, and fields that elements cannot have; returns its type. */
export function checkList(
  input: JsonSchema,
  other: Json,
  by: readonly string[] | undefined,
  context: TransformerContext,
): JsonSchema {
  const { type } = context.value(other, "/with");
  if ((kindsOf(type) & KIND.array) === 0)
    context.report("error", "EXPRESSION_TYPE", "/with", `a list is needed, found ${describeType(type)}`);
  checkFields(context, itemOf(input), by ?? [], "/by");
  checkFields(context, itemOf(type), by ?? [], "/by");
  return type;
}

/** By what elements are equal: as a whole, or records by these fields. */
export function keysBy(by: readonly string[] | undefined): (element: Json) => string {
  if (by === undefined) return canonicalKey;
  return (element) =>
    isRecord(element) ? canonicalKey(by.map((field) => fieldOf(element, field) ?? null)) : canonicalKey(element);
}

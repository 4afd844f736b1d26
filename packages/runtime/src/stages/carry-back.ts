import { getPointer, type Json, type JsonObject, MortiseError, parsePointer } from "@mortise/contract";
import type { Answer, ResolvedCall } from "../call.ts";

/** After validate-output: the output as the older version that was asked for gave it. Throws `MIGRATION_FAILED`. */
export function carryBack({ shim }: ResolvedCall, answer: Answer): Answer {
  return shim === undefined ? answer : { ...answer, output: shim.output(answer.output) };
}

/** The same for the items of one page: what the older version gave for an answer that held nothing but them. */
export function carryItemsBack({ shim, use, target }: ResolvedCall, items: readonly Json[]): readonly Json[] {
  if (shim === undefined) return items;
  const pointer = target.operation.stream?.items ?? "";
  const output = shim.output(around(items, parsePointer(pointer) ?? []));
  const list = Array.isArray(output) ? output : getPointer(output, pointer);
  if (Array.isArray(list)) return list;
  throw new MortiseError(
    "MIGRATION_FAILED",
    `${use}: its migration gives no list at "${pointer}", so it cannot be read in pages.`,
    {
      remedy: "Call it instead, or use the installed version's own operation.",
    },
  );
}

function around(items: readonly Json[], segments: readonly string[]): Json {
  return segments.reduceRight<Json>((value, segment): JsonObject => ({ [segment]: value }), items);
}

import type { Effect, Idempotency } from "@mortise/contract";
import type { InputParameter } from "../operations/input-parameters.ts";
import type { SourceOperation } from "../source/source-operation.ts";

/** How a repeat is safe, and the parameter that is then not the caller's to fill in. */
export interface FoundIdempotency {
  readonly idempotency: Idempotency;
  readonly taken: InputParameter | undefined;
}

/** Keys by the name or the words of a parameter; methods that are idempotent by definition (RFC 9110 §9.2.2). */
export function idempotencyOf(
  { method }: SourceOperation,
  effect: Effect,
  parameters: readonly InputParameter[],
): FoundIdempotency {
  if (effect === "read") return { idempotency: "natural", taken: undefined };
  const taken = parameters.find(
    ({ source }) =>
      (source.in === "header" || source.in === "query") &&
      (/idempot/i.test(source.name) || (/idempot/i.test(source.description ?? "") && /key|id|token|nonce/i.test(source.name))),
  );
  if (taken !== undefined)
    return { idempotency: { key: taken.source.in === "query" ? "query" : "header", name: taken.source.name }, taken };
  return { idempotency: method === "PUT" || method === "DELETE" ? "natural" : "none", taken: undefined };
}

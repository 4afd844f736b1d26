import { type Json, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import { type CompiledPartition, partKey } from "./compile-partition.ts";
import type { Part, PartSource } from "./part-source.ts";

/** Parts of a list that the contract or the input gives; a place is an index. */
export class ListedParts implements PartSource {
  readonly #spec: Extract<CompiledPartition, { kind: "over" }>;
  #index: number;
  #values: readonly Json[] | undefined;

  constructor(spec: Extract<CompiledPartition, { kind: "over" }>, place: Json) {
    this.#spec = spec;
    this.#index = typeof place === "number" ? place : 0;
  }

  async next(call: ReadyCall): Promise<Part | undefined> {
    this.#values ??= listParts(call, this.#spec);
    const index = this.#index;
    const value = this.#values[index];
    if (value === undefined) return undefined;
    this.#index++;
    return { value, key: partKey(value), place: index };
  }

  get after(): Json {
    return this.#values !== undefined && this.#index >= this.#values.length ? null : this.#index;
  }

  async close(): Promise<void> {}
}

/** The values of a list of parts; none for null. Throws `INVALID_INPUT` for anything else that is no list. */
export function listParts(call: ReadyCall, { values }: Extract<CompiledPartition, { kind: "over" }>): readonly Json[] {
  const found = values.evaluate(callScope(call));
  if (found === null) return [];
  if (isList(found)) return found;
  throw new MortiseError("INVALID_INPUT", `${call.use}: the parts to read came to ${typeof found}; a list is needed.`);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

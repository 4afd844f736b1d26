import { getPointer, type ItemOutcomes, type Json, type OutcomeClass } from "@mortise/contract";
import { answerMessage } from "./answer-message.ts";
import { compileRule } from "./compile-rule.ts";

/** A failed item, and what the rules say of it. */
export interface FailedItem {
  /** Place in the list, from 0. */
  readonly index: number;
  readonly as: Exclude<OutcomeClass, "success">;
  /** The rule's message, or the sentence in the item that a person would read. */
  readonly message?: string;
}

/** What became of the items of one answer. */
export interface JudgedItems {
  readonly total: number;
  readonly failed: readonly FailedItem[];
}

/** Goes through the items of an output; `status` is that of the answer. */
export type ItemJudge = (outputs: readonly Json[], status: number | undefined) => JudgedItems;

/**
 * Compiles the rules for single items: the first that holds says what became of an item; none: it succeeded. Several outputs (of the
 * requests that one call was split into) count as one list. An output without the list has no items.
 */
export function compileItemOutcomes(spec: ItemOutcomes | undefined): ItemJudge | undefined {
  if (spec === undefined) return undefined;
  const rules = spec.rules.map(compileRule);
  return (outputs, status) => {
    const items = outputs.flatMap((output) => listAt(output, spec.items));
    const seen = { headers: {}, ...(status === undefined ? {} : { status }) };
    const failed = items.flatMap((item, index): readonly FailedItem[] => {
      const scope = { item, index, status: status ?? 0 };
      const rule = rules.find(({ matches }) => matches(seen, scope));
      const { as, message = answerMessage(item) } = rule?.conclude(item, NO_ANSWER, 0) ?? { as: "success" };
      return as === "success" ? [] : [{ index, as, ...(message === undefined ? {} : { message }) }];
    });
    return { total: items.length, failed };
  };
}

const NO_ANSWER = Object.freeze({ headers: Object.freeze({}), body: null });

function listAt(output: Json, pointer: string): readonly Json[] {
  const found = getPointer(output, pointer);
  return isList(found) ? found : [];
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

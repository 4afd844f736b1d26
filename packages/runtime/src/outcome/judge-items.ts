import { type ItemFailure, type Json, MortiseError, type OutcomeClass } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import type { FailedItem } from "./compile-item-outcomes.ts";
import { CODE_OF_CLASS } from "./outcome-class.ts";
import { outcomeOf } from "./outcome-of.ts";

/** Failures that a result lists; it counts them all. */
export const MAX_ITEM_FAILURES = 1_000;
const SHOWN_IN_ERROR = 20;
const MAX_MESSAGE = 300;

/** From the worst on: what stops everything, what cannot succeed, what may succeed later. */
const WORST_FIRST: readonly Exclude<OutcomeClass, "success">[] = [
  "configuration",
  "credential",
  "rejected",
  "invalidInput",
  "conflict",
  "notFound",
  "transient",
  "throttled",
];

/**
 * Looks for failed items in the output of an operation with `itemOutcomes`. Where some failed the call is a success that lists them;
 * where all did, it fails as the worst of them. Throws that failure.
 */
export function judgeItems(call: ReadyCall, answer: Answer): Answer {
  const { judgeItems: judge, operation } = call.target;
  if (judge === undefined) return answer;
  const isListOfOutputs = operation.batch !== undefined && operation.batch.output === undefined;
  const outputs = isListOfOutputs && isList(answer.output) ? answer.output : [answer.output];
  const { total, failed } = judge(outputs, call.trace.tally.status);
  if (failed.length === 0) return answer;
  const itemFailures = failed.slice(0, MAX_ITEM_FAILURES).map((item) => failureOf(call, item));
  if (failed.length < total) return { ...answer, itemFailures, itemFailureCount: failed.length };
  const worst = WORST_FIRST.find((name) => failed.some(({ as }) => as === name)) ?? "rejected";
  const first = failed.findIndex(({ as }) => as === worst);
  const { message } = itemFailures[first] ?? failureOf(call, failed[first] ?? { index: 0, as: worst });
  throw new MortiseError(CODE_OF_CLASS[worst], `${call.use}: all ${total} items failed. Item ${first}: ${message}`, {
    ...(call.trace.tally.status === undefined ? {} : { status: call.trace.tally.status }),
    detail: { items: total, failures: itemFailures.slice(0, SHOWN_IN_ERROR).map((each) => ({ ...each })) },
  });
}

function failureOf({ connection }: ReadyCall, { index, as, message }: FailedItem): ItemFailure {
  const code = CODE_OF_CLASS[as];
  const text = connection.redactor.text(message ?? "The other system refused this item.");
  const clipped = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
  return { index, outcome: outcomeOf(code), code, message: clipped };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

import type { ItemOutcomes, OutcomeClass, OutcomeRule } from "@mortise/contract";
import { cell, code, table } from "./prose.ts";

const MEANINGS: { readonly [as in OutcomeClass]: string } = {
  success: "It worked.",
  invalidInput: "The input is wrong; it is not tried again.",
  notFound: "There is no such thing.",
  conflict: "It is in conflict with what is there.",
  rejected: "The other side refuses; it is not tried again.",
  throttled: "Too many calls; it is tried again later.",
  transient: "The other side is unwell; it is tried again where that is safe.",
  credential: "The credential does not hold; the connection's owner is asked.",
  configuration: "The connection is set up wrong; its owner is asked.",
};

/** How answers are read where no row says otherwise; once a page. */
export const DEFAULT_OUTCOMES =
  "Answers that no table names are read by their status (RFC 9110): 2xx worked; 401 and 403 are about the credential; 404 and 410 say that there is no such thing; 409 and 412 are conflicts; 423 and 429 ask to wait; 408, 425 and 5xx mean that the other side is unwell; other 4xx are refusals.";

/** An outcome table as a table of people; empty without rules. */
export function outcomeTable(rules: readonly OutcomeRule[]): string {
  return table(
    ["when", "outcome", "what it means"],
    rules.map((rule) => [whenWords(rule.when), rule.as, meaning(rule)]),
  );
}

/** The same for the items inside of an answer. */
export function itemOutcomeTable(outcomes: ItemOutcomes): string {
  return `Each item at ${code(outcomes.items || "/")} of the output has an outcome of its own:\n\n${outcomeTable(outcomes.rules)}`;
}

function whenWords({ status, code: codes, headers, cel }: OutcomeRule["when"]): string {
  const parts = [
    ...(status === undefined ? [] : [[status].flat().join(" or ")]),
    ...(codes === undefined ? [] : [[codes].flat().map(code).join(" or ")]),
    ...Object.entries(headers ?? {}).map(([name, text]) =>
      text === "" ? `header ${code(name)}` : `header ${code(name)} has ${code(text)}`,
    ),
    ...(cel === undefined ? [] : [code(cel)]),
  ];
  return parts.join(", ").replaceAll("|", "\\|") || "always";
}

function meaning({ as, message, messageFrom, retryAfter }: OutcomeRule): string {
  const told = messageFrom === undefined ? "" : ` The answer says why at ${code(messageFrom)}.`;
  const wait = retryAfter === undefined ? "" : ` The answer says when at ${code(retryAfter.header ?? retryAfter.body ?? "")}.`;
  return `${message === undefined ? MEANINGS[as] : cell(message)}${told}${wait}`;
}

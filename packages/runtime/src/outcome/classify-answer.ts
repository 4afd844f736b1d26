import type { CompiledValue } from "@mortise/builders";
import type { Json, OutcomeClass, OutcomeRule } from "@mortise/contract";
import { type CompiledRule, compileRule } from "./compile-rule.ts";
import { classOfStatus } from "./outcome-class.ts";

/** An answer as a decoder leaves it; names of headers in lower case. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

/** What an answer comes to. */
export interface AnswerClass {
  readonly as: OutcomeClass;
  /** Place of the row that decided. Absent: the defaults of RFC 9110. */
  readonly row?: number;
  readonly message?: string;
  /** Of a success: what the output is made of, instead of the operation's own. */
  readonly output?: CompiledValue;
}

const compiled = new WeakMap<readonly OutcomeRule[], readonly CompiledRule[]>();

/**
 * Classifies an answer by an outcome table as a call does, for tests and checks of contracts. When to try again is left aside.
 */
export function classifyAnswer(rules: readonly OutcomeRule[], { status, headers, body }: PlainAnswer): AnswerClass {
  const rows = compiled.get(rules) ?? rules.map(({ retryAfter: _, ...rule }) => compileRule(rule));
  compiled.set(rules, rows);
  const scope = { status, headers, body };
  const row = rows.findIndex(({ matches }) => matches({ status, headers }, scope));
  const found = rows[row];
  if (found === undefined) return { as: classOfStatus(status, Object.hasOwn(headers, "retry-after")) };
  const { as, message, output } = found.conclude(body, { headers, body }, 0);
  return { as, row, ...(message === undefined ? {} : { message }), ...(output === undefined ? {} : { output }) };
}

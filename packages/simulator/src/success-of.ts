import { compileExpression, compileValue, type Scope } from "@mortise/builders";
import type { Json, Operation, OutcomeClass, OutcomeRule, StatusMatch, Value } from "@mortise/contract";
import type { SimulatedAnswer } from "./simulated-answer.ts";

/** What an outcome table makes of an answer: whether it counts as success, and the output of the row that says so. */
export interface Judged {
  readonly isSuccess: boolean;
  /** The class of the row that matches. Absent: none does. */
  readonly as?: OutcomeClass;
  readonly output?: Value;
}

/** Compiles an operation's outcome table, as far as successes go; without a row that matches, 2xx is success (RFC 9110). */
export function compileJudge({ outcomes }: Operation): (answer: SimulatedAnswer) => Judged {
  const rows = outcomes.map((rule) => ({ rule, matches: compileRule(rule) }));
  return (answer) => {
    const row = rows.find(({ matches }) => matches(answer));
    if (row === undefined) return { isSuccess: answer.status >= 200 && answer.status < 300 };
    const { as, output } = row.rule;
    return { isSuccess: as === "success", as, ...(output === undefined ? {} : { output }) };
  };
}

function compileRule({ when }: OutcomeRule): (answer: SimulatedAnswer) => boolean {
  const statuses = when.status === undefined ? undefined : [when.status].flat();
  const cel = when.cel === undefined ? undefined : compileExpression(when.cel);
  const headers = Object.entries(when.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text.toLowerCase()] as const);
  return ({ status, headers: sent, body = null }) => {
    if (when.code !== undefined) return false;
    if (statuses !== undefined && !statuses.some((match) => isStatus(match, status))) return false;
    if (!headers.every(([name, text]) => sent[name]?.toLowerCase().includes(text) === true)) return false;
    return cel === undefined || holds(() => cel.evaluate({ status, headers: sent, body }) === true);
  };
}

const isStatus = (match: StatusMatch, status: number): boolean =>
  typeof match === "number" ? match === status : match.charAt(0) === String(Math.floor(status / 100));

/** Whether something holds; an expression that fails does not. */
export function holds(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}

/** Evaluates a value of a contract; undefined where it fails. */
export function tryValue(value: Value): (scope: Scope) => Json | undefined {
  const { evaluate } = compileValue(value);
  return (scope) => {
    try {
      return evaluate(scope);
    } catch {
      return undefined;
    }
  };
}

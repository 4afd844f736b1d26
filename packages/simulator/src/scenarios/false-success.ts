import type { Json, Operation } from "@mortise/contract";
import { setAt } from "../assign.ts";
import { isObject } from "../invert-value.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import { compileJudge } from "../success-of.ts";

const MESSAGE = "The simulated system could not do it.";

/** Bodies by which vendors say no with a 200, the commonest first. */
const BODIES: readonly Json[] = [
  { ok: false, error: "simulated_error" },
  { success: false, error: MESSAGE, message: MESSAGE },
  { error: { code: "simulated_error", message: MESSAGE } },
  { error: MESSAGE },
  { errors: [{ code: "simulated_error", message: MESSAGE }] },
  { status: "error", message: MESSAGE },
  { code: 1, message: MESSAGE },
];

/**
 * An answer with status 200 that the operation's outcome table reads as a failure: that of a counter-example, else a body made for the
 * table's expressions. Where the table knows no such answer it is one that the output's schema should refuse.
 */
export function falseSuccess(operation: Operation, success: SimulatedAnswer): SimulatedAnswer {
  const judge = compileJudge(operation);
  const shown = (operation.counterExamples ?? []).flatMap(({ response }) => (response === undefined ? [] : [response]));
  const own = isObject(success.body) ? success.body : {};
  const made = [...operation.outcomes.flatMap(({ when }) => (when.cel === undefined ? [] : bodiesFor(when.cel, own))), ...BODIES];
  const candidates: readonly SimulatedAnswer[] = [
    ...shown.map(({ status, headers = {}, body }) => ({ status, headers, ...(body === undefined ? {} : { body }) })),
    ...made.flatMap((body) => [
      { status: 200, headers: {}, body },
      { status: 200, headers: {}, body: { ...own, ...(isObject(body) ? body : {}) } },
    ]),
  ];
  const found = candidates.find((each) => each.status >= 200 && each.status < 300 && !judge(each).isSuccess);
  return found ?? { status: 200, headers: {}, body: { error: { code: "simulated_error", message: MESSAGE } } };
}

const COMPARED =
  /body((?:\.\??[A-Za-z_]\w*|\["[^"]*"\])+)\s*(==|!=|>=?|<=?)\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null)/g;
const NEGATED = /!\s*body((?:\.\??[A-Za-z_]\w*)+)/g;
const HELD = /(?:has\(\s*)?body((?:\.\??[A-Za-z_]\w*)+)/g;

/** Bodies in which what an expression looks at is as it wants it, as far as its text tells. */
function bodiesFor(cel: string, own: Json): readonly Json[] {
  const bodies: Json[] = [];
  for (const [, path = "", sign, literal = ""] of cel.matchAll(COMPARED)) {
    const value = literal.startsWith("'") ? literal.slice(1, -1) : (JSON.parse(literal) as Json);
    for (const each of sign === "==" ? [value] : otherThan(value)) bodies.push(setAt(own, placeOf(path), each));
  }
  for (const [, path = ""] of cel.matchAll(NEGATED)) bodies.push(setAt(own, placeOf(path), false));
  for (const [, path = ""] of cel.matchAll(HELD)) {
    const place = placeOf(path);
    for (const each of [{ code: "simulated_error", message: MESSAGE }, [{ message: MESSAGE }], MESSAGE, true])
      bodies.push(setAt(own, place, each));
  }
  return bodies;
}

function otherThan(value: Json): readonly Json[] {
  if (typeof value === "number") return [value + 1, value - 1, value];
  return typeof value === "boolean" ? [!value] : [MESSAGE, { message: MESSAGE }, ""];
}

function placeOf(path: string): readonly string[] {
  return [...path.matchAll(/\.\??([A-Za-z_]\w*)|\["([^"]*)"\]/g)].map(([, name, quoted]) => name ?? quoted ?? "");
}

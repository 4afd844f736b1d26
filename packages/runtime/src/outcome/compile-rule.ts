import { type CompiledValue, compileExpression, compileValue, type Scope } from "@mortise/builders";
import { getPointer, type Json, type OutcomeClass, type OutcomeRule, type StatusMatch } from "@mortise/contract";
import { compileInstant, type Told } from "../retry/compile-instant.ts";

/** The parts of an answer that the plain conditions of a rule look at. Header names are in lower case. */
export interface Matched {
  readonly status?: number;
  readonly code?: string;
  readonly headers: { readonly [name: string]: string };
}

/** What it came to. `message` is the table's own, or what its pointer found. */
export interface Classified {
  readonly as: OutcomeClass;
  readonly message?: string;
  /** Wait, ms, that the rule's `retryAfter` found in the answer. */
  readonly waitMs?: number;
  /** Of a success: what the output is made of, instead of the operation's own. */
  readonly output?: CompiledValue;
}

/** One row of an outcome table, ready to use. */
export interface CompiledRule {
  /** Whether all of its conditions hold; `scope` is what its CEL sees. */
  matches(seen: Matched, scope: Scope): boolean;
  /** What the row says; `told` is where its message is looked for, `answer` where its `retryAfter` is. */
  conclude(told: Json, answer: Told, nowMs: number): Classified;
}

/** Compiles one row. Throws `INVALID_VALUE` for a pattern that cannot be used. */
export function compileRule({ when, as, message, messageFrom, output, retryAfter }: OutcomeRule): CompiledRule {
  const statuses = when.status === undefined ? undefined : [when.status].flat();
  const codes = when.code === undefined ? undefined : [when.code].flat();
  const headers = Object.entries(when.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text.toLowerCase()] as const);
  const cel = when.cel === undefined ? undefined : compileExpression(when.cel);
  const instant = retryAfter === undefined ? undefined : compileInstant(retryAfter);
  const made = output === undefined || as !== "success" ? {} : { output: compileValue(output) };
  return {
    matches: (seen, scope) =>
      (statuses === undefined || statuses.some((match) => matchesStatus(match, seen.status))) &&
      (codes === undefined || codes.some((match) => matchesCode(match, seen.code))) &&
      headers.every(([name, text]) => hasText(seen.headers, name, text)) &&
      (cel === undefined || holds(cel, scope)),
    conclude: (told, answer, nowMs) => {
      const found = messageFrom === undefined ? undefined : getPointer(told, messageFrom);
      const text = typeof found === "string" && found !== "" ? found : message;
      const waitMs = instant?.(answer, nowMs);
      return { as, ...(text === undefined ? {} : { message: text }), ...(waitMs === undefined ? {} : { waitMs }), ...made };
    },
  };
}

/** An expression that fails on this answer (a field is absent) does not hold. */
function holds(cel: ReturnType<typeof compileExpression>, scope: Scope): boolean {
  try {
    return cel.evaluate(scope) === true;
  } catch {
    return false;
  }
}

function hasText(headers: Matched["headers"], name: string, text: string): boolean {
  return Object.hasOwn(headers, name) && (headers[name] ?? "").toLowerCase().includes(text);
}

function matchesStatus(match: StatusMatch, status: number | undefined): boolean {
  if (status === undefined) return false;
  return typeof match === "number" ? match === status : match.charAt(0) === String(Math.floor(status / 100));
}

function matchesCode(match: string, code: string | undefined): boolean {
  if (code === undefined) return false;
  return match.endsWith("*") ? code.startsWith(match.slice(0, -1)) : match === code;
}

import { compileExpression } from "@mortise/builders";
import { getPointer, type Json, type OutcomeClass, type OutcomeRule, type StatusMatch } from "@mortise/contract";
import { classOfNativeCode, classOfStatus } from "./outcome-class.ts";

/** What an outcome table looks at. */
export interface Seen {
  readonly status?: number;
  readonly code?: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  /** The answer says when to come back. */
  readonly saysWhen: boolean;
}

/** What it came to. `message` is the table's own, or what its pointer found. */
export interface Classified {
  readonly as: OutcomeClass;
  readonly message?: string;
}

/** Compiles an outcome table: its rows in order, then the defaults of RFC 9110. Undefined for a native error that nothing explains. */
export function compileOutcomes(rules: readonly OutcomeRule[]): (seen: Seen) => Classified | undefined {
  const rows = rules.map(compileRule);
  return (seen) => {
    for (const row of rows) {
      const found = row(seen);
      if (found !== undefined) return found;
    }
    if (seen.status !== undefined) return { as: classOfStatus(seen.status, seen.saysWhen) };
    const as = seen.code === undefined ? undefined : classOfNativeCode(seen.code);
    return as === undefined ? undefined : { as };
  };
}

function compileRule({ when, as, message, messageFrom }: OutcomeRule): (seen: Seen) => Classified | undefined {
  const statuses = when.status === undefined ? undefined : [when.status].flat();
  const codes = when.code === undefined ? undefined : [when.code].flat();
  const cel = when.cel === undefined ? undefined : compileExpression(when.cel);
  return (seen) => {
    if (statuses !== undefined && !statuses.some((match) => matchesStatus(match, seen.status))) return undefined;
    if (codes !== undefined && !codes.some((match) => matchesCode(match, seen.code))) return undefined;
    if (cel !== undefined && !holds(cel, seen)) return undefined;
    const told = messageFrom === undefined ? undefined : getPointer(seen.body, messageFrom);
    const text = typeof told === "string" && told !== "" ? told : message;
    return text === undefined ? { as } : { as, message: text };
  };
}

/** An expression that fails on this answer (a field is absent) does not hold. */
function holds(cel: ReturnType<typeof compileExpression>, { status = 0, headers, body }: Seen): boolean {
  try {
    return cel.evaluate({ status, headers, body }) === true;
  } catch {
    return false;
  }
}

function matchesStatus(match: StatusMatch, status: number | undefined): boolean {
  if (status === undefined) return false;
  return typeof match === "number" ? match === status : match.charAt(0) === String(Math.floor(status / 100));
}

function matchesCode(match: string, code: string | undefined): boolean {
  if (code === undefined) return false;
  return match.endsWith("*") ? code.startsWith(match.slice(0, -1)) : match === code;
}

import type { Json, OutcomeRule } from "@mortise/contract";
import { type Classified, type CompiledRule, compileRule } from "./compile-rule.ts";
import { classOfNativeCode, classOfStatus } from "./outcome-class.ts";

/** What an outcome table looks at. */
export interface Seen {
  readonly status?: number;
  readonly code?: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  /** The answer says when to come back, or that nothing is left of a budget. */
  readonly saysWhen: boolean;
  readonly nowMs: number;
}

/** Compiles an outcome table: its rows in order, then the defaults of RFC 9110. Undefined for a native error that nothing explains. */
export function compileOutcomes(rules: readonly OutcomeRule[]): (seen: Seen) => Classified | undefined {
  const rows = rules.map(compileRule);
  const find = (seen: Seen): CompiledRule | undefined => {
    const { status = 0, headers, body } = seen;
    const scope = { status, headers, body };
    return rows.find(({ matches }) => matches(seen, scope));
  };
  return (seen) => {
    const row = rows.length === 0 ? undefined : find(seen);
    if (row !== undefined) return row.conclude(seen.body, seen, seen.nowMs);
    if (seen.status !== undefined) return { as: classOfStatus(seen.status, seen.saysWhen) };
    const as = seen.code === undefined ? undefined : classOfNativeCode(seen.code);
    return as === undefined ? undefined : { as };
  };
}

import { compileRules } from "@mortise/builders";
import type { Json } from "@mortise/contract";

/** A rule, the rows that it checks, and what it says of them. */
export interface RuleCase {
  readonly rule: Json;
  readonly rows: readonly Json[];
  readonly rejected: readonly { readonly index: number; readonly reasons: readonly string[] }[];
  readonly problems: readonly string[];
}

/** What the rule says here; runs alike in Node and in a page. */
export function runRuleCase({ rule, rows }: RuleCase): RuleCase {
  const { rejected, problems } = compileRules([rule]).checkAll(rows);
  return { rule, rows, rejected: rejected.map(({ index, reasons }) => ({ index, reasons })), problems };
}

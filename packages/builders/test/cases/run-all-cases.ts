import { type RuleCase, runRuleCase } from "./run-rule-case.ts";
import { runTransformerCase, type TransformerCase } from "./run-transformer-case.ts";

/** Both tables of cases. */
export interface Cases {
  readonly transformers: readonly TransformerCase[];
  readonly rules: readonly RuleCase[];
}

/** What every case makes here, one JSON text a case. */
export function runAllCases({ transformers, rules }: Cases): readonly string[] {
  return [
    ...transformers.map((each) => JSON.stringify(runTransformerCase(each))),
    ...rules.map((each) => JSON.stringify(runRuleCase(each))),
  ];
}

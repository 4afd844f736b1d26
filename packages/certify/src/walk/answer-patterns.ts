import { type Contract, type InstantSource, joinPointer } from "@mortise/contract";

/** A regular expression that a moment is searched with in an answer. */
export interface AnswerPattern {
  readonly path: string;
  readonly pattern: string;
}

/** Finds the patterns of a contract's outcome tables and budgets. */
export function answerPatterns({ operations, budgets }: Contract): readonly AnswerPattern[] {
  return [
    ...Object.entries(budgets).flatMap(([name, { reset }]) => patternOf(reset, joinPointer("budgets", name, "reset"))),
    ...Object.entries(operations).flatMap(([name, { outcomes }]) =>
      outcomes.flatMap(({ retryAfter }, index) =>
        patternOf(retryAfter, joinPointer("operations", name, "outcomes", index, "retryAfter")),
      ),
    ),
  ];
}

function patternOf(source: InstantSource | undefined, at: string): readonly AnswerPattern[] {
  return source?.pattern === undefined ? [] : [{ path: `${at}/pattern`, pattern: source.pattern }];
}
